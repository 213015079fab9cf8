package io.taskgraph.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.TopicCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Given a log however long, when it is replayed, then what is held does not grow with it: counted, for heap and time tell by chance. */
class LongLogTest {
    @TempDir
    Path directory;

    private final Engine engine = new Engine(DecisionEncoder.PLAIN, TopicCatalogue.MAX_DECISION_BYTES);
    private ExportBuilder export;
    private long now = 1_700_000_000_000L;
    private int messages;

    /** The most that was held after any decision, of each stretch of the log. */
    private record Held(long decisions, List<Integer> runs, List<Integer> entries) {}

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofRunsThatComeAndGoOnlyThoseUnderWayAreHeld(boolean strict) throws Exception {
        // given two thousand runs, seven of which are under way at once
        export = new ExportBuilder(directory);
        Deque<Run> going = new ArrayDeque<>();
        for (int i = 0; i < 2_000; i++) {
            going.addLast(begin("run-" + i));
            if (going.size() == 7) {
                finish(going.removeFirst());
            }
        }
        while (!going.isEmpty()) {
            finish(going.removeFirst());
        }
        export.finish();
        // when
        Held held = replay(strict, 10);
        // then
        assertThat(held.decisions()).isEqualTo(4_000);
        assertThat(held.runs()).allMatch(n -> n <= 7);
        assertThat(held.entries().stream().skip(1))
                .allMatch(n -> n <= held.entries().get(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofOneRunItsStateIsHeldAndNotItsLog(boolean strict) throws Exception {
        // given a run on which eight thousand messages are decided that change no task
        export = new ExportBuilder(directory);
        Run run = begin("r");
        for (int i = 0; i < 8_000; i++) {
            Mutation again = mutation("r");
            assertThat(mutate(run, again).getRejection()).isNotNull();
        }
        export.finish();
        // when
        Held held = replay(strict, 4);
        // then what it remembers of messages is full in the first stretch, and stays
        assertThat(held.decisions()).isEqualTo(8_001);
        assertThat(held.runs()).containsOnly(1);
        assertThat(held.entries()).containsOnly(held.entries().get(0));
    }

    private Held replay(boolean strict, int stretches) {
        Manifest manifest = Manifest.read(directory);
        Map<String, Head> heads = new HashMap<>();
        manifest.runs().forEach(r -> heads.put(r.runId(), r.head()));
        Manifest.Part log = manifest.of("decisions").get(0);
        long total = log.files().stream().mapToLong(Manifest.File::records).sum();
        List<Integer> runs = new ArrayList<>();
        List<Integer> entries = new ArrayList<>();
        try (ExportRecordings recordings = new ExportRecordings(directory, manifest);
                Inputs inputs = strict ? new Inputs(recordings, null) : null;
                Cursor cursor = new ExportCursor(directory, log)) {
            PartitionFold fold = new PartitionFold(
                    id -> new RunFold(id, null, null).until(heads.get(id)),
                    inputs,
                    TopicCatalogue.MAX_DECISION_BYTES,
                    end -> {});
            for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                fold.accept(r, null);
                int stretch = (int) ((fold.decisions() - 1) * stretches / total);
                if (runs.size() == stretch) {
                    runs.add(0);
                    entries.add(0);
                }
                runs.set(stretch, Math.max(runs.get(stretch), fold.underWay()));
                entries.set(stretch, Math.max(entries.get(stretch), fold.entriesHeld()));
            }
            long decisions = fold.decisions();
            assertThat(fold.finish(RunFold::finish)).allMatch(RunVerdict::agrees);
            return new Held(decisions, runs, entries);
        }
    }

    private Run begin(String runId) throws IOException {
        Mutation create = mutation(runId);
        create.setCreateRun(CreateRun.newBuilder()
                .setName("long")
                .setGoal("")
                .setPreset("bench")
                .build());
        Run run = Run.of(runId);
        assertThat(mutate(run, create).getFacts()).anyMatch(f -> f.getTaskDispatched() != null);
        return run;
    }

    private Mutation mutation(String runId) {
        return Mutation.newBuilder()
                .setMessageId("m" + messages++)
                .setRunId(runId)
                .setSentAt(Instant.EPOCH)
                .setActor("planner")
                .setOperations(List.of(Operation.newBuilder()
                        .setAddTask(new AddTask(TaskSpec.newBuilder()
                                .setTaskId("a")
                                .setTitle("A")
                                .build()))
                        .build()))
                .build();
    }

    private Decision mutate(Run run, Mutation m) throws IOException {
        Origin at = export.next("mutations");
        export.input("mutations", m);
        return decide(run, Input.mutation(m, at));
    }

    private void finish(Run run) throws IOException {
        Report r = Report.newBuilder()
                .setMessageId("m" + messages++)
                .setRunId(run.runId())
                .setWorkerId("w")
                .setTaskId("a")
                .setAttempt(1)
                .setSentAt(Instant.EPOCH)
                .setSubmitted(new Submitted("done", null))
                .build();
        Origin at = export.next("reports");
        export.input("reports", r);
        assertThat(decide(run, Input.report(r, at)).getFacts())
                .extracting(Fact::getTaskCompleted)
                .anyMatch(done -> done != null);
    }

    private Decision decide(Run run, Input input) throws IOException {
        Decided decided = engine.step(run, input, now++).orElseThrow();
        export.decided(decided);
        return decided.decision();
    }
}
