package io.taskgraph.eval;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Report;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Liveness;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.PolicyCatalogue;
import io.taskgraph.engine.Run;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.codec.WireFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * The engine on a manual clock, without a broker: what the processor does around it, for one run. Inputs go through their
 * bytes, entries through theirs, so that a restart loads what a store would hold. The same inputs give the same log, byte for
 * byte.
 */
public final class SimulatedStage implements Stage {
    /** As large as a record may be on a broker, less what stands around it. */
    private static final int MAX_DECISION_BYTES = 900_000;

    private static final long START = 1_700_000_000_000L;
    private static final RecordCodec<Mutation> MUTATIONS = RecordCodec.of(Mutation.class);
    private static final RecordCodec<Report> REPORTS = RecordCodec.of(Report.class);
    private static final RecordCodec<Directive> DIRECTIVES = RecordCodec.of(Directive.class);

    /** Decisions with the header of their topic; no registry has given the schema an id. */
    private static final DecisionEncoder ON_THE_LOG = new DecisionEncoder() {
        private final RecordCodec<Decision> codec = RecordCodec.of(Decision.class);

        @Override
        public byte[] encode(Decision d) {
            return codec.encodeFramed(1, d);
        }

        @Override
        public int headerBytes() {
            return WireFormat.HEADER_BYTES;
        }
    };

    private final Engine engine = new Engine(ON_THE_LOG, MAX_DECISION_BYTES);
    private final PolicyCatalogue policies;
    private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
    private final Map<String, Long> heard = new HashMap<>();
    private final ArrayDeque<Logged> decided = new ArrayDeque<>();
    private final String runId;
    private Run run;
    private long now = START;
    private long listeningSince = START;
    private long offset;
    private long logged;
    private long deadLetters;

    /** @param policy found by its name, as if it were published */
    public SimulatedStage(String runId, Policy policy) {
        this.runId = runId;
        this.run = Run.of(runId);
        this.policies = name -> name.equals(policy.name()) ? Optional.of(policy) : Presets.named(name);
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public void say(Mutation m) {
        write("mutations", runId, MUTATIONS.encode(m));
    }

    @Override
    public void say(Report r) {
        write("reports", runId, REPORTS.encode(r));
    }

    @Override
    public void say(Directive d) {
        write("directives", runId, DIRECTIVES.encode(d));
    }

    @Override
    public void say(Heartbeat h) {
        heard.put(h.getWorkerId(), now);
        step(new Input.OfHeartbeat(h, new Origin(0, offset++)));
    }

    @Override
    public void write(String family, String to, byte[] bytes) {
        Origin origin = new Origin(0, offset++);
        try {
            step(
                    switch (family) {
                        case "mutations" -> new Input.OfMutation(read(MUTATIONS, bytes), origin, policies);
                        case "reports" -> new Input.OfReport(heardOf(read(REPORTS, bytes)), origin);
                        default -> new Input.OfDirective(read(DIRECTIVES, bytes), origin, policies);
                    });
        } catch (UnreadableRecordException e) {
            deadLetters++;
        }
    }

    private static <T extends SpecificRecord> T read(RecordCodec<T> codec, byte[] bytes) {
        return codec.decode(bytes);
    }

    private Report heardOf(Report r) {
        heard.put(r.getWorkerId(), now);
        return r;
    }

    @Override
    public void restart() {
        Run.Loader loader = new Run.Loader(runId);
        entries.forEach(loader::accept);
        run = loader.load();
        // Whoever was heard before is not remembered: everybody has the whole time again.
        heard.clear();
        listeningSince = now;
    }

    @Override
    public List<Logged> proceed(long until) {
        while (decided.isEmpty()) {
            long due = run.nextDue();
            if (due > until) {
                now = Math.max(now, until);
                return List.of();
            }
            now = Math.max(now, due);
            Liveness liveness = worker -> heard.getOrDefault(worker, listeningSince);
            step(new Input.OfTimer(runId, due, liveness, 0, offset));
            run.postpone(now, liveness);
        }
        List<Logged> all = new ArrayList<>(decided);
        decided.clear();
        return all;
    }

    @Override
    public long deadLetters() {
        return deadLetters;
    }

    private void step(Input input) {
        Optional<Decided> step;
        try {
            step = engine.step(run, input, now);
        } catch (RuntimeException e) {
            restart();
            step = Optional.of(engine.quarantine(run, input, now, e));
        }
        step.ifPresent(this::keep);
    }

    private void keep(Decided d) {
        for (EntryChange c : d.changes()) {
            if (c.value() == null) {
                entries.remove(c.key());
            } else {
                entries.put(c.key(), c.value());
            }
        }
        decided.add(new Logged(d.decision(), d.bytes(), 0, logged++));
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
