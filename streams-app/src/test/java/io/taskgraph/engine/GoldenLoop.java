package io.taskgraph.engine;

import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.WorkerStatus;
import java.util.List;

/** The golden log of a loop: passes by timer, what strategies ask and slow down, workers that leave with work in hand. */
final class GoldenLoop {
    private static final String POLICY = """
            name: golden-loop
            flags: {mutable_graph: true, reconcile: true, priority_mailbox: true}
            caps: {max_workers: 4, max_retries: 1, start_timeout: 1h, heartbeat_staleness: 10s, worker_timeout: 0ms,
                   max_runtime: 0ms, reconcile_cooldown: 1s}
            reconcile: {strategy: cautious, every: 30s, at_retry_cap: defer, degraded: {lost: 1, percent: 1}}
            """;

    private GoldenLoop() {}

    static Team scenario() {
        Team t = Team.under(POLICY);
        t.patch(
                Messages.add(Messages.risky(Risk.READ, Messages.spec("a"))),
                Messages.add(Messages.risky(Risk.WRITE, Messages.spec("b"))),
                Messages.add(Messages.risky(Risk.READ, Loop.expected(Messages.spec("c")))));
        t.report("v", "a", 1, Messages.started());
        t.report("w", "b", 1, Messages.started());
        t.report("x", "c", 1, Messages.started());
        asked(t);
        t.report("w", "b", 1, Messages.failed("half done", true));
        t.beat("w", WorkerStatus.LEAVING);
        t.beat("x", WorkerStatus.LEAVING);
        // Overdue, set aside: an operator is called once about each.
        t.now += 40_000;
        t.timer(worker -> t.now);
        t.report("x", "c", 1, Messages.submitted("read"));
        t.report("v", "a", 2, Messages.started());
        t.now += 10_000;
        t.timer(Liveness.SILENT);
        t.now += 60_000;
        t.timer(worker -> t.now);
        return t;
    }

    /** Its agent gave up; the planners know more. */
    private static void asked(Team t) {
        t.report("v", "a", 1, Messages.failed("which disk?", false));
        Mutation answer = Messages.mutation(t.runId, t.nextMessageId(), List.of());
        answer.setMessages(List.of(MessageSpec.newBuilder()
                .setRecipient(Mailboxes.CONTROL_PLANE)
                .setKind(MessageKind.CONTEXT)
                .setReplyTo(Message.idOf(t.run.sequence(), 1))
                .setBody("the second")
                .build()));
        t.tell(answer);
    }
}
