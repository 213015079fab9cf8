package io.taskgraph.query.why;

import java.util.Optional;

/**
 * A date that something follows from.
 *
 * @param name the cap or bound that sets it
 * @param at milliseconds since the epoch
 * @param then what follows
 * @param holding the cap that puts it off until then, if one does
 */
public record Limit(String name, long at, String then, Optional<Exceeded> holding) {
    /** A date that no cap has put off. */
    public Limit(String name, long at, String then) {
        this(name, at, then, Optional.empty());
    }
}
