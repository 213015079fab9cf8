package io.taskgraph.client;

import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ForgetRun;
import io.taskgraph.avro.MoveTask;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.RecordGates;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.ResolveTask;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.RetireExtension;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.RevokeExtension;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.SuspendExtension;
import io.taskgraph.avro.TakeSnapshot;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.schemas.Topic;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Gives directives to runs. Futures complete, and sending again works, as for a {@link Planner}. Whoever may write the
 * topic of directives is an operator; the name given here is for the record, and tells approvers apart: nobody approves what
 * they asked for themselves, and where several are to approve, each counts once. Where the run's policy names operators, it
 * takes directives only with the signature of one of them: give {@link Client#operator(String, DirectiveSigner)} one. Safe
 * for any thread.
 */
public final class Operator {
    /** The run that is the registry of extensions. */
    public static final String REGISTRY = "extensions";

    private final Submissions submissions;
    private final Topic<Directive> topic;
    private final String actor;
    private final DirectiveSigner signer;

    /** @param signer null: nothing is signed */
    Operator(Submissions submissions, Topic<Directive> topic, String actor, DirectiveSigner signer) {
        this.submissions = submissions;
        this.topic = topic;
        this.actor = actor;
        this.signer = signer;
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

    /**
     * Approves what waits for approval.
     *
     * @param approvalId the approval within its run, as the run's summary lists it
     * @param reason why, for the record; may be empty
     */
    public CompletableFuture<Answer> approve(String runId, String approvalId, String reason) {
        return submit(
                directive(runId, reason).setApprove(new Approve(approvalId)).build());
    }

    /**
     * Denies what waits for approval.
     *
     * @param reason why: whoever asked is told. Without one it is refused
     */
    public CompletableFuture<Answer> deny(String runId, String approvalId, String reason) {
        return submit(directive(runId, reason).setDeny(new Deny(approvalId)).build());
    }

    /**
     * Gives a run or a task larger bounds. A run that was paused because its budget was used up goes on.
     *
     * @param taskId the task, or null for the run
     * @param limit the new bounds; its null fields are left as they are, and none may be smaller than what it replaces
     */
    public CompletableFuture<Answer> raiseBudget(String runId, String taskId, Budget limit, String reason) {
        return submit(directive(runId, reason)
                .setRaiseBudget(new RaiseBudget(taskId, limit))
                .build());
    }

    /**
     * Pins another policy from here on.
     *
     * @param preset a preset or published profile by name, or {@code name@version}
     */
    public CompletableFuture<Answer> changePolicy(String runId, String preset, String reason) {
        return submit(directive(runId, reason)
                .setChangePolicy(new ChangePolicy(preset))
                .build());
    }

    /**
     * Sets one cap of the pinned policy anew.
     *
     * @param cap its name in the policy document, such as {@code max_tasks}
     * @param value as a policy document writes it, such as {@code 40} or {@code 30s}
     */
    public CompletableFuture<Answer> setCap(String runId, String cap, String value, String reason) {
        return submit(directive(runId, reason).setSetCap(new SetCap(cap, value)).build());
    }

    /** Sends a message to members of the run's team. */
    public CompletableFuture<Answer> send(String runId, Letter letter, String reason) {
        return submit(directive(runId, reason)
                .setSendMessage(new SendMessage(letter.spec()))
                .build());
    }

    /**
     * Tries a task again that has failed, was cancelled or is set aside.
     *
     * @param onwards whether what ended because of it is opened again, too
     */
    public CompletableFuture<Answer> retry(String runId, String taskId, boolean onwards, String reason) {
        return submit(directive(runId, reason)
                .setRetryTask(new RetryTask(taskId, onwards))
                .build());
    }

    /** Goes on as if a task were done. An attempt of it that is in flight is cancelled. */
    public CompletableFuture<Answer> skip(String runId, String taskId, String reason) {
        return submit(directive(runId, reason).setSkipTask(new SkipTask(taskId)).build());
    }

    /**
     * Ends a task by hand. An attempt of it that is in flight is cancelled.
     *
     * @param status {@code DONE}, {@code FAILED} or {@code CANCELLED}
     * @param result its result if it is done, or null
     */
    public CompletableFuture<Answer> resolve(
            String runId, String taskId, TaskStatus status, String result, String reason) {
        return submit(directive(runId, reason)
                .setResolveTask(new ResolveTask(taskId, status, result))
                .build());
    }

    /** Gives a task to another kind of agent; one that has failed, was cancelled or is set aside is tried again by it. */
    public CompletableFuture<Answer> move(String runId, String taskId, String agentType, String reason) {
        return submit(directive(runId, reason)
                .setMoveTask(new MoveTask(taskId, agentType))
                .build());
    }

    /**
     * Keeps under a name where the run stands.
     *
     * @param checkpoint its name, summary and metadata
     */
    public CompletableFuture<Answer> checkpoint(String runId, SaveCheckpoint checkpoint, String reason) {
        return submit(directive(runId, reason).setSaveCheckpoint(checkpoint).build());
    }

    /** Has a snapshot taken of the run as it stands after this. Whoever keeps the history takes it: {@code taskgraph retain}. */
    public CompletableFuture<Answer> takeSnapshot(String runId, String reason) {
        return submit(
                directive(runId, reason).setTakeSnapshot(new TakeSnapshot()).build());
    }

    /** Forgets a run that ended so long ago that its policy keeps it no longer. */
    public CompletableFuture<Answer> forget(String runId, String reason) {
        return submit(directive(runId, reason).setForgetRun(new ForgetRun()).build());
    }

    /**
     * Puts the verdict of a report of regression gates on a run's record. A run that waits for just this is completed.
     *
     * @param gates the set, the report's digest, how far it had read and what each gate says
     */
    public CompletableFuture<Answer> recordGates(String runId, RecordGates gates, String reason) {
        return submit(directive(runId, reason).setRecordGates(gates).build());
    }

    /** Says that a version of an extension may be used; as many operators have to say so as the registry's policy asks. */
    public CompletableFuture<Answer> enableExtension(String name, String version, String reason) {
        return submit(directive(REGISTRY, reason)
                .setEnableExtension(new EnableExtension(new ExtensionRef(name, version)))
                .build());
    }

    /** Takes a version of an extension out of use until it is enabled again: what is under way with it is stopped. */
    public CompletableFuture<Answer> suspendExtension(String name, String version, String reason) {
        return submit(directive(REGISTRY, reason)
                .setSuspendExtension(new SuspendExtension(new ExtensionRef(name, version)))
                .build());
    }

    /** Takes a version of an extension out of use for good. */
    public CompletableFuture<Answer> retireExtension(String name, String version, String reason) {
        return submit(directive(REGISTRY, reason)
                .setRetireExtension(new RetireExtension(new ExtensionRef(name, version)))
                .build());
    }

    /**
     * Revokes for ever: what is under way with anything that rests on it is stopped.
     *
     * @param target what it is the digest of
     * @param digest {@code sha256:} and 64 hexadecimal digits: of a version's manifest, a public key, or an artifact
     * @param reason why. Without one it is refused
     */
    public CompletableFuture<Answer> revokeExtension(RevocationTarget target, String digest, String reason) {
        return submit(directive(REGISTRY, reason)
                .setRevokeExtension(new RevokeExtension(target, digest))
                .build());
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

    /**
     * Sends a directive as it is, for the first time or again, signed if there is a signer. One that is signed counts within
     * an hour of its {@code sentAt}; later it is refused, and a new one is to be made.
     */
    public CompletableFuture<Answer> submit(Directive message) {
        return submissions.submit(topic, message, message.getRunId(), message.getMessageId(), signer);
    }
}
