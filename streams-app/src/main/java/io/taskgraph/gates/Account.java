package io.taskgraph.gates;

/** Something that is counted over the decisions of many runs, each run for itself and all in one pass. */
interface Account {
    /** Its name, unique within an audit: lower case with underscores. */
    String id();

    /**
     * A run was met for the first time: says what is to be heard of it. What is kept of the run is held by the listeners, and
     * must not grow with the length of its log.
     */
    void listen(Hearing run);
}
