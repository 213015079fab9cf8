package io.taskgraph.replay;

import java.util.ArrayList;
import java.util.List;

/** What a replay did not check, a sentence each. */
final class Limits {
    private Limits() {}

    static List<String> of(boolean strict, Redecided redecided, long since) {
        List<String> limits = new ArrayList<>();
        if (!strict) {
            limits.add("That inputs were decided rightly: this folds what was decided and does not decide again"
                    + " (--strict does).");
        } else {
            if (redecided.notRedecided() > 0) {
                limits.add(redecided.notRedecided() + " decisions could not be decided again, and were folded instead;"
                        + " the first is " + redecided.firstNotRedecided() + ".");
            }
            if (redecided.heartbeatsGone() > 0) {
                limits.add(redecided.heartbeatsGone() + " heartbeats that decisions about silent workers name are not"
                        + " there any more: those decisions were made again from what they record of them.");
            }
            limits.add("That every input was decided, and when heartbeats were read: the times are as recorded.");
        }
        if (since > 0) {
            limits.add("The state after " + since
                    + " decisions that were made since the live state was read; each follows the" + " one before.");
        }
        limits.add((strict ? "Commands" : "Heartbeats, commands") + " and dead letters: they are not part of a run's"
                + " state.");
        return limits;
    }
}
