package io.taskgraph.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ActionAnswer;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.CancelAttempt;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Dispatch;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.Usage;
import io.taskgraph.engine.Vocabulary;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.trace.SpanIds;
import io.taskgraph.schemas.trace.TraceContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Decisions as commands to agents: a dispatch for each attempt offered, on the queue of its agent type; a cancel for
 * each worker whose lease is over without its doing, or that reports under a lease that is over, and each recipient's
 * mail, on the signals.
 */
final class CommandProjector implements Processor<String, Projection, byte[], byte[]> {
    /** A worker sends this many heartbeats in the time after which its silence counts. */
    private static final int HEARTBEATS_PER_STALENESS = 3;

    /** How many failed dependencies a dispatch names. */
    private static final int FAILED_LISTED = 1_000;

    private final Wiring wiring;
    private ProcessorContext<byte[], byte[]> context;
    private LoopMetrics metrics;
    private int position;

    CommandProjector(Wiring wiring) {
        this.wiring = wiring;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> c) {
        context = c;
        metrics = new LoopMetrics(c.metrics(), c.taskId());
    }

    @Override
    public void close() {
        metrics.close();
    }

    /** Whether an agent waits for something that this decision says. */
    static boolean carriesCommands(Decision d) {
        for (Fact f : d.getFacts()) {
            if (f.getTaskDispatched() != null
                    || f.getLeaseRevoked() != null
                    || f.getActionAllowed() != null
                    || f.getActionDenied() != null
                    || f.getPolicyBypassDetected() != null
                    || f.getExtensionMismatch() != null
                    || f.getApprovalRequested() != null
                    || MailSignals.carriedBy(f)) {
                return true;
            }
        }
        // Planners and operators wait for their answers; agents for those to what they asked.
        return d.getOutcome() != Outcome.ACCEPTED || !d.getCause().getFamily().equals("reports");
    }

    @Override
    public void process(Record<String, Projection> record) {
        Run run = record.value().run();
        position = 0;
        if (record.value() instanceof Projection.OfStaleAttempt stale) {
            remind(run, stale, record.timestamp());
            return;
        }
        Decision d = ((Projection.OfDecision) record.value()).decided().decision();
        for (Fact f : d.getFacts()) {
            project(run, d, f);
        }
        ActionAnswers.of(run, d, (worker, answer) -> answer(run, d, worker, answer));
        MailSignals.deliveries(run, d, (recipient, mail) -> {
            Command c = toWorker(run, d, recipient, null);
            c.setDeliverMessages(mail);
            signal(d, recipient, c);
        });
        MailSignals.refusals(d, (sender, refused) -> {
            Command c = toWorker(run, d, sender, null);
            c.setMessageRefused(refused);
            signal(d, sender, c);
        });
        if (d.getRejection() != null && d.getRejection().getCode() == RejectionCode.FENCED) {
            Map<String, String> about = d.getRejection().getDetails();
            if (about.containsKey("worker_id")) {
                cancel(
                        run,
                        d,
                        about.get("worker_id"),
                        about.get("task_id"),
                        Integer.parseInt(about.get("attempt")),
                        "that lease is over");
            }
        }
        metrics.commanded(run, d, context.currentSystemTimeMs());
    }

    /** The cancel again, as of the run's last decision. */
    private void remind(Run run, Projection.OfStaleAttempt stale, long at) {
        Decision last = new Decision();
        last.setRunId(run.runId());
        last.setSequence(run.sequence());
        last.setDecidedAt(Instant.ofEpochMilli(at));
        cancel(
                run,
                last,
                stale.workerId(),
                stale.attempt().getTaskId(),
                stale.attempt().getAttempt(),
                "that lease is over");
    }

    private void project(Run run, Decision d, Fact f) {
        TaskDispatched dispatched = f.getTaskDispatched();
        if (dispatched != null) {
            Task t = run.graph().task(dispatched.getTaskId());
            // A later fact of the same decision may have ended the attempt again.
            if (t != null && t.status().isInFlight() && t.attempt() == dispatched.getAttempt()) {
                dispatch(run, d, t);
            }
        }
        PolicyBypassDetected bypass = f.getPolicyBypassDetected();
        if (bypass != null && d.getFacts().stream().noneMatch(o -> takesLeaseOf(o, bypass))) {
            // Its lease was over before: whoever acts on must be stopped all the same.
            cancel(run, d, bypass.getWorkerId(), bypass.getTaskId(), bypass.getAttempt(), bypass.getReason());
        }
        LeaseRevoked revoked = f.getLeaseRevoked();
        if (revoked != null && !revoked.getWorkerId().isEmpty() && !ownReport(d, revoked.getWorkerId())) {
            cancel(run, d, revoked.getWorkerId(), revoked.getTaskId(), revoked.getAttempt(), revoked.getReason());
        }
        AttemptFailed failed = f.getAttemptFailed();
        if (failed != null && !failed.getWorkerId().isEmpty() && !ownReport(d, failed.getWorkerId())) {
            cancel(run, d, failed.getWorkerId(), failed.getTaskId(), failed.getAttempt(), failed.getError());
        }
    }

    private static boolean takesLeaseOf(Fact f, PolicyBypassDetected bypass) {
        LeaseRevoked r = f.getLeaseRevoked();
        return r != null
                && r.getTaskId().equals(bypass.getTaskId())
                && r.getAttempt() == bypass.getAttempt()
                && r.getWorkerId().equals(bypass.getWorkerId());
    }

    /** Whether the worker gave the lease back itself, and so knows. */
    private static boolean ownReport(Decision d, String worker) {
        return d.getCause().getFamily().equals("reports")
                && d.getCause().getActor().equals(worker)
                && d.getFacts().stream().noneMatch(CommandProjector::takesLeases);
    }

    /** Whether the control plane takes a lease from who reported. */
    private static boolean takesLeases(Fact f) {
        return f.getPolicyBypassDetected() != null
                || f.getExtensionMismatch() != null
                || f.getGuardTripped() != null
                || f.getBudgetExhausted() != null
                || stopsTheRun(f.getCapReached())
                || f.getRunCancelled() != null;
    }

    /** Other caps take leases by timer alone, or none. */
    private static boolean stopsTheRun(CapReached cap) {
        return cap != null && cap.getCap().equals(Cap.MAX_RUNTIME.key());
    }

    private void dispatch(Run run, Decision d, Task t) {
        Command c = command(d, t.agentType());
        long staleness = run.heartbeatLimit(t.id());
        TraceContext given = run.identity().trace();
        TraceContext trace = given == null ? null : given.in(SpanIds.attempt(run.runId(), t.id(), t.attempt()));
        c.setDispatch(new Dispatch(
                t.id(),
                t.attempt(),
                t.title(),
                t.spec().payload(),
                Vocabulary.risk(t.spec().risk()),
                t.priority(),
                t.spec().expectedMillis(),
                Math.max(1, staleness / HEARTBEATS_PER_STALENESS),
                Usage.budget(run.boundsOfAttempt(t.id())),
                run.progressOf(t.id()),
                failedDependencies(run, t),
                trace == null ? null : trace.traceparent(),
                trace == null ? "" : trace.state(),
                run.grantsOf(t)));
        Record<byte[], byte[]> out = record(d, wiring.commands.write(c));
        RecordHeaders.put(out.headers(), RecordHeaders.AGENT_TYPE, t.agentType());
        if (trace != null) {
            RecordHeaders.put(out.headers(), RecordHeaders.TRACEPARENT, trace.traceparent());
            if (!trace.state().isEmpty()) {
                RecordHeaders.put(out.headers(), RecordHeaders.TRACESTATE, trace.state());
            }
        }
        context.forward(out, RunTopology.COMMANDS);
    }

    private static List<String> failedDependencies(Run run, Task t) {
        return t.dependsOn().stream()
                .filter(id -> run.graph().task(id).status() == Status.FAILED)
                .limit(FAILED_LISTED)
                .toList();
    }

    private void cancel(Run run, Decision d, String worker, String taskId, int attempt, String reason) {
        Command c = toWorker(run, d, worker, taskId);
        c.setCancel(new CancelAttempt(taskId, attempt, reason));
        signal(d, worker, c);
    }

    private void answer(Run run, Decision d, String worker, ActionAnswer answer) {
        Command c = toWorker(run, d, worker, answer.getTaskId());
        c.setActionAnswer(answer);
        signal(d, worker, c);
    }

    private Command toWorker(Run run, Decision d, String worker, String taskId) {
        Task t = taskId == null ? null : run.graph().task(taskId);
        Command c = command(d, t == null ? "default" : t.agentType());
        c.setWorkerId(worker);
        return c;
    }

    private void signal(Decision d, String worker, Command c) {
        Record<byte[], byte[]> out = record(d, wiring.signals.write(c));
        RecordHeaders.put(out.headers(), RecordHeaders.AGENT_TYPE, c.getAgentType());
        RecordHeaders.put(out.headers(), RecordHeaders.WORKER_ID, worker);
        context.forward(out, RunTopology.SIGNALS);
    }

    private Command command(Decision d, String agentType) {
        Command c = new Command();
        c.setRunId(d.getRunId());
        c.setDecisionSequence(d.getSequence());
        c.setPosition(position++);
        c.setIssuedAt(d.getDecidedAt());
        c.setAgentType(agentType);
        return c;
    }

    private static Record<byte[], byte[]> record(Decision d, byte[] value) {
        Record<byte[], byte[]> out = new Record<>(
                d.getRunId().getBytes(UTF_8), value, d.getDecidedAt().toEpochMilli());
        RecordHeaders.put(out.headers(), RecordHeaders.RUN_ID, d.getRunId());
        return out;
    }
}
