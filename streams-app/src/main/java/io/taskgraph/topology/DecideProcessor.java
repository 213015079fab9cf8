package io.taskgraph.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.DeadLetter;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.RegistryRecords;
import io.taskgraph.engine.Run;
import io.taskgraph.graph.Task;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.codec.WireFormat;
import io.taskgraph.store.ExtensionRegistry;
import io.taskgraph.store.ExtensionUsers;
import io.taskgraph.store.LivenessTable;
import io.taskgraph.store.PublishedPolicies;
import io.taskgraph.store.RunStore;
import io.taskgraph.store.RunTimers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One decision an input. Reads the input, asks the engine, stores what changed, and hands the decision to the log and to
 * the projections, all within the transaction that commits the input's offset.
 */
final class DecideProcessor implements Processor<byte[], byte[], Object, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(DecideProcessor.class);
    /** How often timers are looked at. */
    static final Duration TICK = Duration.ofMillis(100);
    /** How many runs one tick looks at, so that a burst does not hold up the partition's inputs. */
    private static final int RUNS_A_TICK = 1_000;
    /**
     * How many further looks one tick takes, over all runs, at runs of which more is due than one decision takes: thousands
     * of workers of one run that fall silent at once would else wait a tick for each decision.
     */
    private static final int LOOKS_AGAIN = 8;
    /** How often the registry of extensions is looked at for changes. */
    private static final long EXTENSIONS_EVERY_MILLIS = 500;
    /** When a run that cannot be read is looked at again. */
    private static final long UNREADABLE_AGAIN_MILLIS = 60_000;

    private final Wiring wiring;
    private final CommitPacing pacing;
    private final int cachedEntries;

    private ProcessorContext<Object, Object> context;
    private InputReader reader;
    private RunStore runs;
    private RunTimers timers;
    private LivenessTable liveness;
    private ExtensionRegistry extensions;
    private ExtensionUsers users;
    private Engine engine;
    private long extensionsLookedAt;

    DecideProcessor(Wiring wiring, CommitPacing pacing, int cachedEntries) {
        this.wiring = wiring;
        this.pacing = pacing;
        this.cachedEntries = cachedEntries;
    }

    @Override
    public void init(ProcessorContext<Object, Object> c) {
        context = c;
        reader = new InputReader(
                wiring, new PublishedPolicies(c.getStateStore(RunTopology.POLICIES), wiring.policies::read));
        runs = new RunStore(c.getStateStore(RunTopology.ENTRIES), cachedEntries);
        timers = new RunTimers(c.getStateStore(RunTopology.TIMERS));
        liveness = new LivenessTable(c.currentSystemTimeMs());
        extensions = new ExtensionRegistry(c.getStateStore(RunTopology.EXTENSIONS), wiring.registered::read);
        users = new ExtensionUsers(c.getStateStore(RunTopology.EXTENSION_USERS));
        engine = new Engine(onLog(wiring), TopicCatalogue.MAX_DECISION_BYTES, extensions);
        c.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        try {
            if (at.topic().equals(wiring.topics.heartbeats().name())) {
                heard(record, at, reader.heartbeat(record.key(), record.value()));
            } else {
                Origin origin = new Origin(at.partition(), at.offset());
                decide(record, at, reader.input(at.topic(), record.key(), record.value(), record.headers(), origin));
            }
        } catch (InputReader.Unusable e) {
            bury(record, at, e.reason, e.getMessage());
        }
        if (pacing.processed(at.topic(), context.currentSystemTimeMs())) {
            context.commit();
        }
    }

    private void heard(Record<byte[], byte[]> record, RecordMetadata at, Heartbeat heartbeat) {
        liveness.readTo(at.offset() + 1);
        if (!timers.has(heartbeat.getRunId()) || !liveness.admits(heartbeat.getRunId(), heartbeat.getWorkerId())) {
            // Nothing is to be known of who is there; who works on for a run that is over is told so all the same.
            remind(heartbeat);
            return;
        }
        liveness.heard(heartbeat.getRunId(), heartbeat.getWorkerId(), context.currentSystemTimeMs());
        liveness.beat(heartbeat.getRunId(), heartbeat.getWorkerId(), at.offset());
        liveness.told(
                heartbeat.getRunId(),
                heartbeat.getWorkerId(),
                heartbeat.getActive(),
                heartbeat.getStatus() == WorkerStatus.IDLE,
                context.currentSystemTimeMs());
        if (isInput(heartbeat)) {
            decide(record, at, new Input.OfHeartbeat(heartbeat, new Origin(at.partition(), at.offset())));
        }
        remind(heartbeat);
    }

    /** Whether something may follow from the heartbeat beside that its worker was heard. */
    private boolean isInput(Heartbeat heartbeat) {
        if (heartbeat.getStatus() == WorkerStatus.LEAVING
                || liveness.isLost(heartbeat.getRunId(), heartbeat.getWorkerId())
                || wasLost(heartbeat)
                || meetsMail(heartbeat)) {
            return true;
        }
        for (ActiveAttempt a : heartbeat.getActive()) {
            if (a.getUsage() != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * A worker that works on what it holds no more has missed the cancel, and is told again. A run that is not at hand is
     * not read for it: the worker's next report is fenced, which tells it as well.
     */
    private void remind(Heartbeat heartbeat) {
        Run run = heartbeat.getActive().isEmpty() ? null : runs.hot(heartbeat.getRunId());
        if (run == null) {
            return;
        }
        for (ActiveAttempt a : heartbeat.getActive()) {
            Task t = run.graph().task(a.getTaskId());
            boolean holds = t != null
                    && t.status().isInFlight()
                    && t.attempt() == a.getAttempt()
                    && (t.workerId() == null || t.workerId().equals(heartbeat.getWorkerId()));
            if (!holds) {
                context.forward(
                        new Record<>(
                                heartbeat.getRunId(),
                                new Projection.OfStaleAttempt(run, heartbeat.getWorkerId(), a),
                                context.currentSystemTimeMs()),
                        RunTopology.PROJECT_COMMANDS);
                pacing.commands();
            }
        }
    }

    /** Whether the worker was found lost, perhaps by whoever had the partition before. */
    private boolean wasLost(Heartbeat heartbeat) {
        Run hot = runs.hot(heartbeat.getRunId());
        return hot != null && hot.isLost(heartbeat.getWorkerId());
    }

    /** Whether mail is to be delivered or was read. Of a run that is not hot nobody knows: its timer sees to it. */
    private boolean meetsMail(Heartbeat heartbeat) {
        Run hot = runs.hot(heartbeat.getRunId());
        return hot != null && hot.mail().concerns(heartbeat.getWorkerId(), heartbeat.getMailReadTo());
    }

    private void decide(Record<byte[], byte[]> record, RecordMetadata at, Input input) {
        long now = context.currentSystemTimeMs();
        if (input instanceof Input.OfReport report && timers.has(input.runId())) {
            liveness.heard(input.runId(), report.report().getWorkerId(), now);
        }
        Run run;
        try {
            run = runs.get(input.runId());
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("Run {} cannot be read from its store", input.runId(), e);
            bury(record, at, "RUN_UNREADABLE", e.getMessage());
            return;
        }
        step(run, input, now);
    }

    /**
     * Decides and publishes. A bug of the engine costs its run, not the partition: the run is read again as it was, and
     * quarantined.
     *
     * @return the run as it stands after it
     */
    private Run step(Run before, Input input, long now) {
        Run run = before;
        Optional<Decided> decided;
        try {
            decided = engine.step(run, input, now);
        } catch (RuntimeException e) {
            LOG.error("The engine failed on an input of run {}: it is quarantined", input.runId(), e);
            runs.evict(input.runId());
            run = runs.get(input.runId());
            decided = Optional.of(engine.quarantine(run, input, now, e));
        }
        if (decided.isPresent()) {
            publish(run, decided.get());
        }
        return run;
    }

    private void publish(Run run, Decided decided) {
        runs.put(run, decided.changes());
        timers.next(run.runId(), run.nextDue());
        if (!timers.has(run.runId())) {
            liveness.forget(run.runId());
        }
        Decision d = decided.decision();
        Record<Object, Object> out = new Record<>(
                d.getRunId().getBytes(UTF_8), decided.bytes(), d.getDecidedAt().toEpochMilli());
        Headers headers = out.headers();
        RecordHeaders.put(headers, RecordHeaders.RUN_ID, d.getRunId());
        RecordHeaders.put(headers, RecordHeaders.OUTCOME, d.getOutcome().name());
        if (!d.getCause().getMessageId().isEmpty()) {
            RecordHeaders.put(headers, RecordHeaders.MESSAGE_ID, d.getCause().getMessageId());
        }
        context.forward(out, RunTopology.DECISIONS);
        Record<Object, Object> projection =
                new Record<>(d.getRunId(), new Projection.OfDecision(decided, run), out.timestamp());
        context.forward(projection, RunTopology.PROJECT_COMMANDS);
        context.forward(projection, RunTopology.PROJECT_SUMMARIES);
        context.forward(projection, RunTopology.PROJECT_CHECKPOINTS);
        context.forward(projection, RunTopology.PROJECT_EXTENSIONS);
        if (CommandProjector.carriesCommands(d)) {
            pacing.commands();
        }
        for (Fact f : d.getFacts()) {
            if (f.getWorkerLost() != null) {
                liveness.lost(run.runId(), f.getWorkerLost().getWorkerId(), true);
            } else if (f.getWorkerRecovered() != null) {
                liveness.lost(run.runId(), f.getWorkerRecovered().getWorkerId(), false);
            } else if (f.getWorkerLeft() != null) {
                liveness.lost(run.runId(), f.getWorkerLeft().getWorkerId(), false);
            } else if (f.getExtensionSeen() != null) {
                ExtensionRef ref = f.getExtensionSeen().getExtension();
                String toolpack = RegistryRecords.key(ref.getName(), ref.getVersion());
                users.uses(toolpack, run.runId());
            } else if (f.getRunForgotten() != null) {
                users.forget(run.runId());
            }
        }
    }

    /** Has every run that has seen something of the registry which is otherwise now look at it again. */
    private void registryChanges(long now) {
        List<String> used = users.used();
        long revoked = used.isEmpty() ? 0 : extensions.revoked();
        for (String toolpack : used) {
            String mark = extensions.mark(toolpack, revoked);
            if (users.told(toolpack, mark)) {
                continue;
            }
            for (String runId : users.tell(toolpack, mark)) {
                try {
                    Run run = runs.get(runId);
                    step(run, new Input.OfRegistryChange(runId, context.taskId().partition()), now);
                } catch (KafkaException e) {
                    throw e;
                } catch (RuntimeException e) {
                    LOG.error("Run {} cannot be read from its store: it is not told of {}", runId, toolpack, e);
                }
            }
            context.commit();
        }
    }

    private void tick(long now) {
        if (now - extensionsLookedAt >= EXTENSIONS_EVERY_MILLIS) {
            extensionsLookedAt = now;
            registryChanges(now);
        }
        int again = LOOKS_AGAIN;
        for (RunTimers.Due due : timers.due(now, RUNS_A_TICK)) {
            Run run;
            try {
                run = runs.get(due.runId());
            } catch (KafkaException e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.error("Run {} cannot be read from its store: its timer is put off", due.runId(), e);
                timers.looked(due.runId(), now + UNREADABLE_AGAIN_MILLIS);
                continue;
            }
            long first = run.sequence();
            long before = first;
            run = look(run, due.at(), now);
            while (run.sequence() > before && run.nextDue() <= now && again > 0) {
                again--;
                before = run.sequence();
                run = look(run, run.nextDue(), now);
            }
            run.postpone(now, liveness.of(run.runId()));
            timers.looked(due.runId(), run.nextDue());
            if (run.sequence() > first) {
                context.commit();
            }
        }
    }

    private Run look(Run run, long dueAt, long now) {
        Input.OfTimer input = new Input.OfTimer(
                run.runId(), dueAt, liveness.of(run.runId()), context.taskId().partition(), liveness.readTo());
        return step(run, input, now);
    }

    private void bury(Record<byte[], byte[]> record, RecordMetadata at, String reason, String error) {
        DeadLetter letter = new DeadLetter(
                at.topic(),
                at.partition(),
                at.offset(),
                Instant.ofEpochMilli(Math.max(0, record.timestamp())),
                record.key() == null ? null : ByteBuffer.wrap(record.key()),
                record.value() == null ? null : ByteBuffer.wrap(record.value()),
                reason,
                InputReader.shorten(error));
        LOG.warn("{}-{} at offset {}: {} {}", at.topic(), at.partition(), at.offset(), reason, letter.getError());
        context.forward(
                new Record<>(record.key(), wiring.deadLetters.write(letter), context.currentSystemTimeMs()),
                RunTopology.DEAD_LETTERS);
    }

    private static DecisionEncoder onLog(Wiring wiring) {
        return new DecisionEncoder() {
            @Override
            public byte[] encode(Decision d) {
                return wiring.decisions.write(d);
            }

            @Override
            public int headerBytes() {
                return WireFormat.HEADER_BYTES;
            }
        };
    }
}
