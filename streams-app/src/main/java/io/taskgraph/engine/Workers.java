package io.taskgraph.engine;

/** How workers are named in facts. */
final class Workers {
    private Workers() {}

    /** The worker, or the empty text that facts have for nobody. */
    static String orNone(String workerId) {
        return workerId == null ? "" : workerId;
    }
}
