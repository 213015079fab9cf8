package io.taskgraph.engine;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Escalated;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Flag;
import java.util.List;

/**
 * What follows when an attempt fails. Where the policy has {@code reconcile} on, its strategy proposes and this checks;
 * where it is off, the task is tried again up to the cap, and fails then.
 */
final class Attempts {
    private Attempts() {}

    /**
     * The attempt in flight failed.
     *
     * @param progress how far it said it was, or null
     */
    static void failed(
            Deliberation d, Task t, Trigger trigger, String worker, String error, boolean retryable, String progress) {
        d.emit(new AttemptFailed(t.id(), t.attempt(), worker, error, retryable, progress));
        Task now = d.run().graph().task(t.id());
        if (!d.policy().on(Flag.RECONCILE)) {
            boolean spent = now.failures() > d.caps().maxRetries();
            if (retryable && spent) {
                d.emit(Reached.byTask(d, Cap.MAX_RETRIES, now.failures(), now.id()));
            }
            if (!retryable || spent) {
                Failures.fail(d, now, why(now, error, retryable));
            }
            return;
        }
        new Consultation(d, new Calls(d), trigger, 0, now, error, retryable)
                .ask()
                .take();
    }

    /** The jitter of a run, task and attempt: the same whenever it is asked for (FNV-1a, 64 bits). */
    static long dice(String runId, Task t) {
        long hash = 0xcbf29ce484222325L;
        String text = runId + '\n' + t.id() + '\n' + t.attempt();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash ^ hash >>> 32;
    }

    /** Calls an operator. */
    static void escalate(Deliberation d, String about, String taskId, String reason, List<String> tasks) {
        d.emit(new Escalated(about, taskId, Texts.cut(reason, Texts.LONG_TEXT), tasks));
    }

    private static String why(Task t, String error, boolean retryable) {
        return retryable ? "failed " + t.failures() + " times, the last time: " + error : error;
    }
}
