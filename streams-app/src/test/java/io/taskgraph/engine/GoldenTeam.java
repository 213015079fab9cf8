package io.taskgraph.engine;

import io.taskgraph.avro.Approve;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.GateOutcome;
import io.taskgraph.avro.GateVerdict;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.RecordGates;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.policy.contract.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The golden log of a team: workers that are lost and come back, repairs, reviews, mail. Its policies are its own. */
final class GoldenTeam {
    private static final String POLICY = """
            name: golden-team
            flags: {mutable_graph: true, reconcile: true, priority_mailbox: true, trace_replay: true,
                    regression_gates: true}
            caps: {max_workers: 4, max_retries: 1, start_timeout: 1h, heartbeat_staleness: 10s, worker_timeout: 10m,
                   max_runtime: 0ms, reconcile_cooldown: 0ms}
            reconcile:
              strategy: %s
              backoff: {first: 1s, factor: 2, most: 10s, jitter: 0}
              degraded: {lost: 1, percent: 1}
              review: {risks: [exec], rejections: 1}
            checkpoints: {at: [executing], keep: 1}
            mailbox: {capacity: 1, batch: 2, within: 5s, max_message: 64}
            """;

    private GoldenTeam() {}

    static Team scenario() {
        Team t = Team.under(POLICY.formatted("standard"));
        t.patch(
                Messages.add(Messages.risky(Risk.READ, Messages.spec("a"))),
                Messages.add(Messages.risky(Risk.EXEC, Messages.spec("b"))),
                Messages.add(Messages.risky(Risk.READ, Messages.spec("c"))));
        t.report("v", "a", 1, Messages.started());
        t.report("w", "b", 1, Messages.started());
        t.report("x", "c", 1, Messages.started());
        mail(t);
        t.report("w", "b", 1, Messages.submitted("built"));
        t.direct("ann", "", new Approve(t.pending()));
        t.direct(new SaveCheckpoint("built", "b is built", Map.of("host", "one")));
        repairs(t);
        workers(t);
        t.direct(new RecordGates(
                "A",
                Messages.arguments("report"),
                t.run.sequence(),
                List.of(
                        new GateVerdict("replay_equivalence", GateOutcome.PASS, true),
                        new GateVerdict("caps", GateOutcome.NOT_OBSERVED, false))));
        return t;
    }

    private static void mail(Team t) {
        t.report("v", "a", 1, new SendMessage(message("x", MessagePriority.NORMAL, null, "")));
        sends(t, message("x", MessagePriority.HIGH, null, ""));
        heartbeat(t, "x", WorkerStatus.BUSY);
        t.report("x", "", 0, new MailRead(1L, false));
        sends(t, message("nobody", MessagePriority.LOW, null, ""));
        Mutation read = Messages.mutation(t.runId, t.nextMessageId(), List.of());
        read.setMailRead(new MailRead(1L, false));
        t.tell(read);
        sends(t, message("x", MessagePriority.LOW, 1_000L, ""));
        t.now += 1_000;
        t.timer(w -> t.now);
        t.report("x", "c", 1, new NeedsContext("which branch?"));
        sends(t, message("x", MessagePriority.NORMAL, null, t.run.sequence() + ".1"));
    }

    private static void repairs(Team t) {
        t.report("v", "a", 1, Messages.failed("boom", true));
        t.now += 1_000;
        t.timer(w -> t.now);
        t.report("v", "a", 2, Messages.failed("no disk", false));
        t.direct(new RetryTask("a", false));
        Policy other = Policy.parse(POLICY.formatted("nobody-has-it"));
        t.step(new Input.OfDirective(
                Messages.directive(t.runId, t.nextMessageId(), "because", new ChangePolicy("other")),
                Origin.NONE,
                name -> Optional.of(other)));
        t.report("x", "c", 1, Messages.failed("boom", true));
        t.direct(new RetryTask("c", false));
    }

    private static void workers(Team t) {
        t.report("v", "a", 3, Messages.started());
        t.now += 10_000;
        t.timer(Liveness.SILENT);
        heartbeat(t, "v", WorkerStatus.IDLE);
        heartbeat(t, "w", WorkerStatus.IDLE);
        heartbeat(t, "x", WorkerStatus.LEAVING);
        t.now += 60_000;
        t.timer(w -> t.now);
    }

    private static MessageSpec message(String to, MessagePriority priority, Long ttl, String replyTo) {
        return MessageSpec.newBuilder()
                .setRecipient(to)
                .setKind(replyTo.isEmpty() ? MessageKind.ALERT : MessageKind.CONTEXT)
                .setPriority(priority)
                .setTtlMillis(ttl)
                .setReplyTo(replyTo.isEmpty() ? null : replyTo)
                .setBody("hear")
                .build();
    }

    private static void sends(Team t, MessageSpec m) {
        Mutation mutation = Messages.mutation(t.runId, t.nextMessageId(), List.of());
        mutation.setMessages(List.of(m));
        t.tell(mutation);
    }

    private static void heartbeat(Team t, String worker, WorkerStatus status) {
        t.step(new Input.OfHeartbeat(
                Heartbeat.newBuilder()
                        .setRunId(t.runId)
                        .setWorkerId(worker)
                        .setSentAt(Messages.SENT)
                        .setStatus(status)
                        .build(),
                Origin.NONE));
    }
}
