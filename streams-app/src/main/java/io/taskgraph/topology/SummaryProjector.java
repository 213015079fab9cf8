package io.taskgraph.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Digest;
import io.taskgraph.avro.PendingApproval;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.StatusCount;
import io.taskgraph.engine.Approval;
import io.taskgraph.engine.Ledger;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.Usage;
import io.taskgraph.engine.Vocabulary;
import io.taskgraph.engine.Worker;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Decisions as one summary a run, the last of which stands. A run that has ended is told at once, the others at most
 * twice a second, so that a busy run does not write a summary a decision.
 */
final class SummaryProjector implements Processor<String, Projection, byte[], byte[]> {
    static final Duration EVERY = Duration.ofMillis(500);

    /** How many pending approvals a summary tells in full: with the longest texts they still fit into a record. */
    private static final int APPROVALS = 50;
    /** How much of a text that others wrote an approver is shown here, in characters. */
    private static final int SHOWN = 512;

    private final Wiring wiring;
    private final Map<String, Run> untold = new LinkedHashMap<>();
    private ProcessorContext<byte[], byte[]> context;

    SummaryProjector(Wiring wiring) {
        this.wiring = wiring;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> c) {
        context = c;
        // A task that is revived is initialized again: what it knew may have been rolled back.
        untold.clear();
        c.schedule(EVERY, PunctuationType.WALL_CLOCK_TIME, now -> {
            untold.values().forEach(this::tell);
            untold.clear();
        });
    }

    @Override
    public void process(Record<String, Projection> record) {
        Run run = record.value().run();
        if (!run.exists()) {
            if (forgets(record.value())) {
                untold.remove(run.runId());
                context.forward(new Record<>(run.runId().getBytes(UTF_8), null, record.timestamp()));
            }
            return;
        }
        if (run.phase() == Phase.COMPLETED || run.phase() == Phase.FAILED) {
            untold.remove(run.runId());
            tell(run);
        } else {
            untold.put(run.runId(), run);
        }
    }

    private static boolean forgets(Projection projection) {
        return projection instanceof Projection.OfDecision of
                && of.decided().decision().getFacts().stream().anyMatch(f -> f.getRunForgotten() != null);
    }

    private void tell(Run run) {
        context.forward(new Record<>(run.runId().getBytes(UTF_8), wiring.runs.write(of(run)), run.lastDecidedAt()));
    }

    private static PendingApproval pending(Run run, Approval asked) {
        Approval a = asked.counting(run.policy());
        Task t = a.taskId() == null ? null : run.graph().task(a.taskId());
        return new PendingApproval(
                a.id(),
                a.kind(),
                a.taskId(),
                shown(t == null ? run.identity().goal() : t.title()),
                a.attempt(),
                a.graphVersion(),
                a.tool(),
                Vocabulary.risk(a.risk()),
                a.argumentsDigest() == null ? null : new Digest(HexFormat.of().parseHex(a.argumentsDigest())),
                shown(a.purpose()),
                a.requester(),
                a.rule(),
                shown(a.reason()),
                a.approversNeeded(),
                a.roles(),
                a.approvers(),
                a.approverKeys(),
                Instant.ofEpochMilli(a.requestedAt()),
                Instant.ofEpochMilli(a.expiresAt()));
    }

    private static String shown(String text) {
        if (text.length() <= SHOWN) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
        return text.substring(0, end) + "…";
    }

    static RunSummary of(Run run) {
        RunSummary s = new RunSummary();
        s.setRunId(run.runId());
        s.setName(run.identity().name());
        s.setGoal(run.identity().goal());
        s.setPolicyName(run.policy().name());
        s.setPolicyDigest(run.identity().policyDigest());
        s.setPhase(run.phase());
        s.setPhaseReason(run.standing().reason());
        s.setWaitsFor(run.standing().waitsFor());
        s.setQuarantined(run.quarantine() != null);
        s.setCreatedAt(Instant.ofEpochMilli(run.identity().createdAt()));
        s.setUpdatedAt(Instant.ofEpochMilli(run.lastDecidedAt()));
        s.setSequence(run.sequence());
        s.setGraphVersion(run.graphVersion());
        s.setTasks(run.graph().size());
        s.setArchived(run.graph().size() - run.graph().liveSize());
        List<StatusCount> statuses = new ArrayList<>();
        for (Status status : Status.values()) {
            if (run.graph().count(status) > 0) {
                statuses.add(
                        new StatusCount(Vocabulary.status(status), run.graph().count(status)));
            }
        }
        s.setStatuses(statuses);
        s.setDispatches(run.dispatches());
        s.setRetries(run.retries());
        s.setFenced(run.fenced());
        s.setRejected(run.rejected());
        s.setActionsAllowed(run.actionsAllowed());
        s.setActionsDenied(run.actionsDenied());
        s.setBypasses(run.bypasses());
        Ledger ledger = run.ledger();
        s.setSpent(ledger.spent().toAmounts());
        s.setReserved(ledger.reserved().toAmounts());
        s.setBudget(Usage.budget(ledger.limit()));
        List<Approval> pending = run.pendingApprovals();
        s.setPendingApprovals(pending.size());
        s.setApprovals(
                pending.stream().limit(APPROVALS).map(a -> pending(run, a)).toList());
        List<Worker> workers = run.workers();
        s.setWorkers((int) workers.stream().filter(Worker::isThere).count());
        s.setWorkersLost((int)
                workers.stream().filter(w -> w.state() == Worker.State.LOST).count());
        s.setDegraded(run.degradation() != null);
        s.setEscalations(run.escalations());
        s.setMailWaiting(run.mail().unread());
        s.setMailUndeliverable(run.mail().undeliverable());
        s.setContextWanted(run.mail().contextWanted().size());
        s.setStateDigest(new Digest(run.stateDigest()));
        s.setDecisionHash(new Digest(run.lastHash()));
        return s;
    }
}
