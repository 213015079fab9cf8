package io.taskgraph.graph;

/** What becomes of a task's dependents when it fails. Ordinals are stored and hashed: append only. */
public enum FailureMode {
    /** They fail with it, and what depends on them. */
    FAIL_FAST,
    /** They are set aside until it is repaired. */
    RECONCILABLE,
    /** They go on as if it were done, and see that it failed. */
    CONTINUE
}
