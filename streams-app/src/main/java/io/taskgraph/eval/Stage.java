package io.taskgraph.eval;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Report;
import io.taskgraph.policy.contract.Policy;
import java.util.List;

/** Where a scenario is played: a control plane that hears inputs and decides. For one thread. */
public interface Stage extends AutoCloseable {
    /** One decision as it stands on the log, in wire format. */
    record Logged(Decision decision, byte[] record, int partition, long offset) {}

    /** The stage's time, in milliseconds since the epoch. */
    long now();

    /** By which name a run can ask for the policy. */
    default String reference(Policy policy) {
        return policy.name();
    }

    /** A planner says it. */
    void say(Mutation m);

    /** An agent says it. */
    void say(Report r);

    /** An operator says it. */
    void say(Directive d);

    /** A worker is alive. */
    void say(Heartbeat h);

    /**
     * Somebody writes bytes to an input topic under a run's key.
     *
     * @param family mutations, reports or directives
     */
    void write(String family, String runId, byte[] bytes);

    /** The control plane ends without warning and comes back. */
    void restart();

    /**
     * Lets time go on, to that time at the most: to the next decision if there is one before.
     *
     * @return what was decided, in order; empty: that time has come
     */
    List<Logged> proceed(long until);

    /** Records that could not be read so far. */
    long deadLetters();

    @Override
    void close();
}
