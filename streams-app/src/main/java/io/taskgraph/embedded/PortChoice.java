package io.taskgraph.embedded;

/** Where servers get their ports from; {@link Ports#freeOr} but for tests. */
@FunctionalInterface
interface PortChoice {
    /**
     * A port to try next. Another process may take it before it is bound.
     *
     * @param preferred 0..65535; 0 for any
     */
    int freeOr(int preferred);
}
