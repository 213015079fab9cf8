package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Team.assertAccepted;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageQueued;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SenderRole;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** A team whose workers and planner write to each other, and what they say. */
final class Post {
    static final String ON = """
            name: mail
            flags: {mutable_graph: true, priority_mailbox: true}
            caps: {max_workers: 4, start_timeout: 1h, heartbeat_staleness: 30s, worker_timeout: 10m, max_runtime: 0ms}
            mailbox: {capacity: 3, batch: 2, within: 5s, max_message: 64}
            """;

    final Team team = Team.under(ON);

    static MessageSpec to(String recipient, MessagePriority priority, String body) {
        return MessageSpec.newBuilder()
                .setRecipient(recipient)
                .setKind(MessageKind.ALERT)
                .setPriority(priority)
                .setBody(body)
                .build();
    }

    static MessageSpec normal(String recipient, String body) {
        return to(recipient, MessagePriority.NORMAL, body);
    }

    /** Workers v and w hold the leases of tasks a and b. */
    void twoWorkers() {
        team.patch(add("a"), add("b"), add("c"));
        team.report("v", "a", 1, started());
        team.report("w", "b", 1, started());
    }

    Decision plannerSends(MessageSpec... messages) {
        Mutation m = Messages.mutation(team.runId, team.nextMessageId(), List.of());
        m.setMessages(Arrays.asList(messages));
        return team.tell(m);
    }

    Decision plannerReads(long upTo) {
        Mutation m = Messages.mutation(team.runId, team.nextMessageId(), List.of());
        m.setMailRead(new MailRead(upTo, false));
        return team.tell(m);
    }

    Decision workerSends(String worker, String task, MessageSpec message) {
        return team.report(worker, task, 1, new SendMessage(message));
    }

    Decision workerReads(String worker, long upTo) {
        return team.report(worker, "", 0, new MailRead(upTo, false));
    }

    Optional<Decided> heartbeat(String worker, long readTo) {
        Heartbeat h = Heartbeat.newBuilder()
                .setRunId(team.runId)
                .setWorkerId(worker)
                .setSentAt(Messages.SENT)
                .setMailReadTo(readTo)
                .build();
        return team.step(new Input.OfHeartbeat(h, Origin.NONE));
    }

    static MessageQueued queued(String id, String sentIn, MessageSpec m) {
        return new MessageQueued(id, "planner", SenderRole.PLANNER, sentIn, m, null, List.of());
    }

    static void assertFacts(Optional<Decision> d, SpecificRecord... facts) {
        assertAccepted(d.orElseThrow(), facts);
    }

    /** The id of the n-th message of the last decision. */
    String id(int n) {
        return team.run.sequence() + "." + n;
    }
}
