package io.taskgraph.policy.trust.use;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Where a version of an extension is in its life. Only an enabled one is used. */
public enum Lifecycle {
    /** Somebody has put it forward. */
    PROPOSED,
    /** Its signatures and statements hold. */
    VERIFIED,
    /** Whoever may do so has said that it may be used. */
    ENABLED,
    /** It may not be used for the time being. */
    SUSPENDED,
    /** It may never be used again. */
    REVOKED,
    /** It is not offered any more. */
    RETIRED;

    private static final Map<Lifecycle, Set<Lifecycle>> NEXT = new EnumMap<>(Map.of(
            PROPOSED, EnumSet.of(VERIFIED, REVOKED, RETIRED),
            VERIFIED, EnumSet.of(ENABLED, REVOKED, RETIRED),
            ENABLED, EnumSet.of(SUSPENDED, REVOKED, RETIRED),
            SUSPENDED, EnumSet.of(ENABLED, REVOKED, RETIRED),
            REVOKED, EnumSet.noneOf(Lifecycle.class),
            RETIRED, EnumSet.of(REVOKED)));

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word. */
    public String key() {
        return key;
    }

    /** What may follow. Nothing leads back from {@link #REVOKED}. */
    public Set<Lifecycle> next() {
        return Collections.unmodifiableSet(NEXT.get(this));
    }
}
