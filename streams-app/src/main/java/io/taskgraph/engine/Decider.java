package io.taskgraph.engine;

import io.taskgraph.avro.Rejection;

/** Decides one kind of input: emits the facts that follow, or says why it is refused. A refusal takes back what was emitted. */
@FunctionalInterface
interface Decider<I> {
    /**
     * Decides.
     *
     * @return why the input is refused, or null if it is accepted
     */
    Rejection decide(Deliberation d, I input);
}
