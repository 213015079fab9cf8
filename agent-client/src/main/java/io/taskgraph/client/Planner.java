package io.taskgraph.client;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.schemas.Topic;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Creates runs and patches their task graphs. Every call gives the decision on it, as a future of an {@link Answer}: a
 * refusal is an answer too. A future completes exceptionally when nothing was decided, or nobody knows:
 *
 * <ul>
 *   <li>{@link OversizedMessageException}: too large for a record; it was not sent;
 *   <li>{@link NoDecisionException}: no decision was heard within {@link ClientConfig#decisionTimeout()};
 *   <li>any other {@link ClientException}: it could not be sent, and the message says why.
 * </ul>
 *
 * <p>Messages are decided in the order in which one thread sends them. Calls return at once as a rule; they block,
 * for the decision timeout at most, while the broker is away. Safe for any thread.
 *
 * <p><b>Sending again is safe.</b> A message has an id. To be able to send it again, make it first ({@link #compose})
 * and {@link #submit} it as often as need be: it is decided once, and every further time is answered with the decision
 * it got, for as long as the run remembers the id.
 */
public final class Planner {
    private final Submissions submissions;
    private final Topic<Mutation> topic;
    private final String actor;

    Planner(Submissions submissions, Topic<Mutation> topic, String actor) {
        this.submissions = submissions;
        this.topic = topic;
        this.actor = actor;
    }

    /** Creates a run together with its first patch. */
    public CompletableFuture<Answer> createRun(RunSpec run) {
        return submit(compose(run));
    }

    /**
     * Patches a run, provided that its graph is still as the planner knows it.
     *
     * @param expectedVersion the graph version that the patch was made for; the patch is refused with
     *     {@code VERSION_CONFLICT} when there is another by now
     */
    public CompletableFuture<Answer> patch(String runId, long expectedVersion, Patch patch) {
        return submit(compose(runId, expectedVersion, patch));
    }

    /** Patches a run, whatever happened to it meanwhile. */
    public CompletableFuture<Answer> patch(String runId, Patch patch) {
        return submit(compose(runId, null, patch));
    }

    /** The message that creates a run, not sent yet. */
    public Mutation compose(RunSpec run) {
        Mutation message = compose(run.runId(), null, run.patch());
        message.setCreateRun(CreateRun.newBuilder()
                .setName(run.name())
                .setGoal(run.goal())
                .setPreset(run.preset())
                .setLabels(run.labels())
                .setBudget(run.budget())
                .setParent(run.parent())
                .build());
        return message;
    }

    /**
     * The message that patches a run, not sent yet.
     *
     * @param expectedVersion the graph version that the patch was made for; null for whichever
     */
    public Mutation compose(String runId, Long expectedVersion, Patch patch) {
        return Mutation.newBuilder()
                .setMessageId(Ids.message())
                .setRunId(runId)
                .setSentAt(Instant.now())
                .setActor(actor)
                .setExpectedVersion(expectedVersion)
                .setOperations(patch.operations())
                .build();
    }

    /** Sends a message as it is: one from {@link #compose}, for the first time or again. */
    public CompletableFuture<Answer> submit(Mutation message) {
        return submissions.submit(topic, message, message.getRunId(), message.getMessageId());
    }
}
