package io.taskgraph.graph;

/** How much harm a task can do. Ordinals are stored and hashed: append only. */
public enum Risk {
    /** Not said: treated as the most dangerous. */
    UNKNOWN,
    READ,
    WRITE,
    EXEC,
    DESTRUCTIVE
}
