package io.taskgraph.client;

import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.schemas.Topic;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Gives directives to runs. Futures complete, and sending again works, as for a {@link Planner}. Whoever may write the
 * topic of directives is an operator; the name given here is for the record only. Safe for any thread.
 */
public final class Operator {
    private final Submissions submissions;
    private final Topic<Directive> topic;
    private final String actor;

    Operator(Submissions submissions, Topic<Directive> topic, String actor) {
        this.submissions = submissions;
        this.topic = topic;
        this.actor = actor;
    }

    /**
     * Stops dispatching; what is in flight goes on.
     *
     * @param reason why, for the record; may be empty
     */
    public CompletableFuture<Answer> pause(String runId, String reason) {
        return submit(directive(runId, reason).setPauseRun(new PauseRun()).build());
    }

    /** Takes dispatching up again. */
    public CompletableFuture<Answer> resume(String runId, String reason) {
        return submit(directive(runId, reason).setResumeRun(new ResumeRun()).build());
    }

    /** Cancels every live task and ends the run. */
    public CompletableFuture<Answer> cancelRun(String runId, String reason) {
        return submit(directive(runId, reason).setCancelRun(new CancelRun()).build());
    }

    /** Cancels one task. */
    public CompletableFuture<Answer> cancelTask(String runId, String taskId, String reason) {
        return submit(
                directive(runId, reason).setCancelTask(new CancelTask(taskId)).build());
    }

    /** Releases a run from quarantine. */
    public CompletableFuture<Answer> release(String runId, String reason) {
        return submit(directive(runId, reason).setReleaseRun(new ReleaseRun()).build());
    }

    /** Begins a directive with a fresh message id, for {@link #submit}. */
    public Directive.Builder directive(String runId, String reason) {
        return Directive.newBuilder()
                .setMessageId(Ids.message())
                .setRunId(runId)
                .setSentAt(Instant.now())
                .setActor(actor)
                .setReason(reason);
    }

    /** Sends a directive as it is, for the first time or again. */
    public CompletableFuture<Answer> submit(Directive message) {
        return submissions.submit(topic, message, message.getRunId(), message.getMessageId());
    }
}
