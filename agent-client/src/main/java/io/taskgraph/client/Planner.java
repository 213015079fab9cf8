package io.taskgraph.client;

import io.taskgraph.avro.Command;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.ProposeExtension;
import io.taskgraph.schemas.Topic;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

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
    private final Function<Consumer<Command>, SignalTail> signals;

    /** @param signals opens a tail of the signals to the lead, not started yet */
    Planner(
            Submissions submissions,
            Topic<Mutation> topic,
            String actor,
            Function<Consumer<Command>, SignalTail> signals) {
        this.submissions = submissions;
        this.topic = topic;
        this.actor = actor;
        this.signals = signals;
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
                .setTrace(run.trace())
                .setPins(run.pins())
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

    /**
     * Puts a version of an extension forward in the registry of extensions. It is registered if what was signed of it holds
     * under the registry's policy, and used once an operator other than this planner has enabled it.
     *
     * @param envelope the DSSE envelope with its manifest, as JSON
     * @param attestations DSSE envelopes with in-toto statements about its artifacts, as JSON; may be empty
     */
    public CompletableFuture<Answer> propose(String envelope, List<String> attestations) {
        Mutation message = compose(Operator.REGISTRY, null, Patch.empty());
        message.setProposeExtension(new ProposeExtension(envelope, attestations));
        return submit(message);
    }

    /** Sends messages to members of the run's team, all or none. */
    public CompletableFuture<Answer> send(String runId, Letter... letters) {
        Mutation message = compose(runId, null, Patch.empty());
        message.setMessages(Arrays.stream(letters).map(Letter::spec).toList());
        return submit(message);
    }

    /** Answers a question that an attempt waits on: it gets the answer at once, and its time runs again. */
    public CompletableFuture<Answer> answer(Message question, String answer) {
        return send(question.runId(), question.reply(MessageKind.CONTEXT, answer));
    }

    /**
     * Reads the mail to the run's lead from now on, beginning with what is not read yet. Every planner that does so gets
     * every message; it counts as read when one of them has dealt with it. Takes the right to read the topic of signals.
     *
     * @throws ClientException if the end of the topic is not found in time
     */
    public LeadMail mail(String runId, MessageHandler handler) {
        return LeadMail.open(this, runId, handler, signals);
    }

    /** The message that says how far the lead's mail is read, not sent yet. */
    Mutation read(String runId, MailRead read) {
        Mutation message = compose(runId, null, Patch.empty());
        message.setMailRead(read);
        return message;
    }

    /** Sends a message as it is: one from {@link #compose}, for the first time or again. */
    public CompletableFuture<Answer> submit(Mutation message) {
        return submissions.submit(topic, message, message.getRunId(), message.getMessageId());
    }
}
