package io.taskgraph.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.codec.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Given a log that the engine made, when it is tampered with or the state is not what it says, then replay names where. */
class RunFoldTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final RecordCodec<Decision> CODEC = RecordCodec.of(Decision.class);

    private final List<byte[]> log = new ArrayList<>();
    private final LiveRun live = new LiveRun();

    @BeforeEach
    void givenALog() {
        Engine engine = new Engine(DecisionEncoder.PLAIN, 1_000_000);
        Run run = Run.of("r");
        step(engine, run, Input.mutation(creation(), new Origin(0, 0)));
        for (String task : List.of("a", "b", "c")) {
            step(engine, run, Input.report(submitted(task), new Origin(0, 1)));
        }
    }

    @Test
    void aLogAsItWasMadeAgreesWithItselfAndTheLiveState() {
        RunVerdict verdict = fold(log, live, null);

        assertThat(verdict.divergence()).isEmpty();
        assertThat(verdict.decisions()).isEqualTo(4);
        assertThat(verdict.phase()).isEqualTo("COMPLETED");
        assertThat(verdict.comparedWithLive()).isTrue();
    }

    @Test
    void aDroppedDecisionIsNamed() {
        log.remove(2);

        assertThat(fold(log, null, null).divergence())
                .contains(new Divergence("r", 4, 0, 2, "the sequence number", "4", "3"));
    }

    @Test
    void aDoubledDecisionIsNamed() {
        log.add(2, log.get(1));

        assertThat(fold(log, null, null).divergence())
                .contains(new Divergence("r", 2, 0, 2, "the sequence number", "2", "3"));
    }

    @Test
    void reorderedDecisionsAreNamed() {
        log.add(1, log.remove(2));

        assertThat(fold(log, null, null).divergence().orElseThrow().sequence()).isEqualTo(3);
    }

    @Test
    void aChangedFactBreaksTheDigestAndAChangedRecordTheChain() {
        Decision changed = decoded(log.get(1));
        changed.getFacts().get(0).getTaskCompleted().setResult("something else");
        log.set(1, encoded(changed));

        Divergence first = fold(log, null, null).divergence().orElseThrow();
        assertThat(first.sequence()).isEqualTo(2);
        assertThat(first.what()).isEqualTo("the state digest");

        Decision forged = decoded(log.get(1));
        forged.setRule("forged");
        forged.getFacts().get(0).getTaskCompleted().setResult("result of a");
        log.set(1, encoded(forged));

        Divergence chain = fold(log, null, null).divergence().orElseThrow();
        assertThat(chain.sequence()).isEqualTo(3);
        assertThat(chain.what()).isEqualTo("the previous decision's hash");
    }

    @Test
    void aLiveEntryThatTheLogDoesNotGiveIsNamedWithItsField() {
        Run other = Run.of("r");
        Engine engine = new Engine(DecisionEncoder.PLAIN, 1_000_000);
        LiveRun lying = new LiveRun();
        put(
                lying,
                engine.step(other, Input.mutation(creation(), new Origin(0, 0)), NOW.toEpochMilli())
                        .orElseThrow());
        Report wrong = submitted("a");
        wrong.getSubmitted().setResult("another result");
        put(
                lying,
                engine.step(other, Input.report(wrong, new Origin(0, 1)), NOW.toEpochMilli())
                        .orElseThrow());

        Divergence d = fold(log, lying, null).divergence().orElseThrow();

        assertThat(d.sequence()).isEqualTo(2);
        assertThat(d.what()).contains("hash of the last decision").contains("header");
        assertThat(d.sentence()).contains("Run r diverges at decision 2");
    }

    @Test
    void aLiveEntryThatTheLogDoesNotHaveAtAllIsNamed() {
        live.put("tzz".getBytes(StandardCharsets.UTF_8), new byte[] {1});
        live.put("tz".getBytes(StandardCharsets.UTF_8), new byte[] {1});

        assertThat(fold(log, live, null).divergence())
                .contains(new Divergence("r", 4, 0, 3, "in the live state, task \"z\"", "present", "absent"));
    }

    @Test
    void aLiveStateAheadOfTheLogIsNamed() {
        List<byte[]> cut = log.subList(0, 2);

        assertThat(fold(cut, live, null).divergence())
                .contains(new Divergence("r", 0, -1, -1, "the live state's sequence number", "4", "2"));
    }

    @Test
    void aSummaryThatDiffersIsNamed() {
        RunSummary lie = new RunSummary();
        lie.setSequence(3);
        lie.setPhase(Phase.EXECUTING);
        lie.setStateDigest(new Digest(new byte[32]));

        Divergence d = fold(log, null, lie).divergence().orElseThrow();

        assertThat(d.sequence()).isEqualTo(3);
        assertThat(d.what()).isEqualTo("the summary's state digest");
    }

    private RunVerdict fold(List<byte[]> records, LiveRun state, RunSummary summary) {
        RunFold fold = new RunFold("r", state, summary);
        for (int i = 0; i < records.size(); i++) {
            fold.accept(decoded(records.get(i)), records.get(i), 0, i);
        }
        return fold.finish();
    }

    private void step(Engine engine, Run run, Input input) {
        Decided decided = engine.step(run, input, NOW.toEpochMilli()).orElseThrow();
        log.add(WireFormat.frame(1, decided.bytes()));
        put(live, decided);
    }

    private static void put(LiveRun to, Decided decided) {
        for (EntryChange c : decided.changes()) {
            to.put(c.key(), c.value());
        }
    }

    private static Decision decoded(byte[] record) {
        return CODEC.decode(Arrays.copyOfRange(record, WireFormat.HEADER_BYTES, record.length));
    }

    private static byte[] encoded(Decision d) {
        return WireFormat.frame(1, CODEC.encode(d));
    }

    private static Mutation creation() {
        Mutation m = new Mutation();
        m.setMessages(List.of());
        m.setMessageId("create");
        m.setRunId("r");
        m.setSentAt(NOW);
        m.setActor("planner");
        m.setCreateRun(new CreateRun("r", "", "default", Map.of(), null, null, null, null, List.of()));
        m.setOperations(List.of(add("a"), add("b"), add("c")));
        return m;
    }

    private static Operation add(String id) {
        Operation op = new Operation();
        op.setAddTask(new AddTask(TaskSpec.newBuilder().setTaskId(id).build()));
        return op;
    }

    private static Report submitted(String task) {
        Report r = new Report();
        r.setMessageId("submitted-" + task);
        r.setRunId("r");
        r.setWorkerId("w");
        r.setTaskId(task);
        r.setAttempt(1);
        r.setSentAt(NOW);
        r.setSubmitted(new Submitted("result of " + task, null));
        return r;
    }
}
