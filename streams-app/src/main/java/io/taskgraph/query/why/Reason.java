package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.List;
import java.util.Map;

/**
 * One thing that a run or a task waits for, or how it ended. The set is closed: a new one is a new record here, in the
 * permits, and where {@link TaskReasons} or {@link RunReasons} find it; all else, printing included, goes by these methods.
 */
public sealed interface Reason
        permits OnTasks,
                NoSlot,
                OutOfTime,
                OnBudget,
                OnApproval,
                AwaitsContext,
                Offered,
                Working,
                InReview,
                SetAside,
                BackingOff,
                InPhase,
                Quarantined,
                Due,
                Ended,
                RunEnded {

    /** A word for programs: the same for all of its kind, and never changed. */
    String kind();

    /** What it is, as a clause without an end: {@code worker w works on attempt 2}. */
    String what();

    /** Since when. */
    Since since();

    /** What frees it, with the command to type where there is one; empty if nothing can. */
    String frees();

    /** Dates that something follows from if nothing else happens before, earliest first. */
    default List<Limit> limits() {
        return List.of();
    }

    /** The tasks that it comes from, the most telling first, at most {@link Waits#SHOWN}; each with its own reasons. */
    default List<Waiting> through() {
        return List.of();
    }

    /** What else there is, for programs: names in snake case; values are strings, numbers, booleans, null, lists and maps. */
    default Map<String, Object> details() {
        return Map.of();
    }
}
