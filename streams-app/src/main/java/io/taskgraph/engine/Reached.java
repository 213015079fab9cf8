package io.taskgraph.engine;

import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.policy.contract.Cap;

/**
 * Builds {@link CapReached}: the record of a cap that stopped, ended, held back or put off something without refusing an input.
 * Whatever a cap does is recorded in the decision that it does it in, by this or by {@link Refusal#capExceeded}.
 */
final class Reached {
    private Reached() {}

    /**
     * By the run, under the policy's own limit.
     *
     * @param value what it came to, or would have come to, in the cap's unit
     */
    static CapReached byRun(Deliberation d, Cap cap, long value) {
        return byTask(d, cap, value, null);
    }

    /** By a task, under the policy's own limit. */
    static CapReached byTask(Deliberation d, Cap cap, long value, String taskId) {
        return byTask(d, cap, d.caps().get(cap), value, taskId);
    }

    /** By a task, under the tighter of the policy's limit and its own. */
    static CapReached byTask(Deliberation d, Cap cap, long limit, long value, String taskId) {
        boolean own = limit != d.caps().get(cap);
        return new CapReached(cap.key(), limit, value, taskId, null, own, RejectionCode.CAP_EXCEEDED);
    }

    /** By a worker that was silent for so many milliseconds. */
    static CapReached bySilence(Deliberation d, String workerId, long millis) {
        CapReached cap = byRun(d, Cap.HEARTBEAT_STALENESS, millis);
        cap.setWorkerId(workerId);
        return cap;
    }
}
