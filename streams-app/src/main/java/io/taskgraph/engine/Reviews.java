package io.taskgraph.engine;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskSubmitted;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.Review;

/** Results that wait for a reviewer, who is never the worker itself, before their task is done. */
final class Reviews {
    private static final int SHOWN = 1024;

    private Reviews() {}

    /** A worker hands in its result. */
    static void submitted(Deliberation d, Task t, String worker, String result) {
        Review review = d.policy().reconcile().review();
        if (!d.policy().on(Flag.RECONCILE)
                || !review.risks().contains(Questions.risk(t.spec().risk()))) {
            d.emit(new TaskCompleted(t.id(), t.attempt(), worker, result));
            return;
        }
        d.emit(new TaskSubmitted(t.id(), t.attempt(), worker, result));
        ask(d, d.run().graph().task(t.id()));
    }

    /** Asks for somebody to look at the result that was handed in. */
    static void ask(Deliberation d, Task t) {
        String result = t.outcome();
        ApprovalRequested wanted = Approvals.draft(
                ApprovalKind.RESULT,
                t.workerId(),
                "reconcile.review",
                "results of risk " + t.spec().risk() + " are reviewed");
        wanted.setTaskId(t.id());
        wanted.setAttempt(t.attempt());
        wanted.setRisk(Vocabulary.risk(t.spec().risk()));
        wanted.setPurpose(Texts.cut(result == null ? "" : result, SHOWN));
        Approvals.request(d, wanted);
    }

    /** A reviewer took it. */
    static void taken(Deliberation d, Approval a) {
        Task t = d.run().graph().task(a.taskId());
        d.emit(new TaskCompleted(t.id(), t.attempt(), t.workerId(), t.outcome()));
    }

    /** A reviewer sent it back, or none looked at it in time: it is done again, up to a cap, with the reason at hand. */
    static void sentBack(Deliberation d, Approval a, String why) {
        Task t = d.run().graph().task(a.taskId());
        // That it was sent back is counted by now; attempts that failed otherwise are not.
        int count = d.run().tables().rejections.get(t.id()).count();
        boolean again = count <= d.policy().reconcile().review().rejections();
        String reason = Texts.cut("the result was sent back: " + why, Texts.LONG_TEXT);
        Attempts.failed(d, t, Trigger.RESULT_REJECTED, Workers.orNone(t.workerId()), reason, again, reason);
    }
}
