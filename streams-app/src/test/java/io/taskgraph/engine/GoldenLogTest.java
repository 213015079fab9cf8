package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TextChange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Logs of released versions must replay to the digests they carry, for ever. How to add one, and why none is ever
 * rewritten: {@code src/test/resources/golden/README.md}.
 */
class GoldenLogTest {
    private static final Path DIR = Path.of("src", "test", "resources", "golden");

    @Test
    void everyGoldenLogReplaysToItsDigests() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(DIR)) {
            files = all.filter(f -> f.toString().endsWith(".avro.bin")).sorted().toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            List<Decided> log = Golden.read(Files.readAllBytes(file));
            EngineProperties.fold(Run.of(log.get(0).decision().getRunId()), log, 0, file.toString());
        }
    }

    @Test
    void theNewestGoldenLogUsesEveryKindOfFact() throws IOException {
        TreeSet<String> used = new TreeSet<>();
        try (InputStream in = GoldenLogTest.class.getResourceAsStream("/golden/log-v1.avro.bin")) {
            for (Decided d : Golden.read(in.readAllBytes())) {
                for (Fact f : d.decision().getFacts()) {
                    used.add(Facts.kind(f).getSchema().getFullName());
                }
            }
        }
        assertThat(used).isEqualTo(new TreeSet<>(OneOf.FACT.kinds()));
    }

    /** Deciding may change from version to version; while it has not, the scenario gives the recorded bytes. */
    @Test
    void theScenarioStillGivesTheRecordedLog() throws IOException {
        byte[] now = Golden.file(scenario().log);
        Path written = Path.of("target", "golden", "log-v1.avro.bin");
        Files.createDirectories(written.getParent());
        Files.write(written, now);
        assertThat(HexFormat.of().formatHex(now))
                .isEqualTo(HexFormat.of().formatHex(Files.readAllBytes(DIR.resolve("log-v1.avro.bin"))));
    }

    private static Team scenario() {
        Team t = new Team("golden-1");
        Mutation create = Messages.mutation(
                t.runId,
                t.nextMessageId(),
                List.of(
                        Messages.add("design \"it\""),
                        Messages.add("build/1", "design \"it\""),
                        Messages.add("test 😀", "build/1")));
        create.setCreateRun(new CreateRun("golden", "every fact", "demo", Map.of("b", "2", "a", "1"), null, null));
        t.tell(create);
        t.now += 5;
        t.report("w1", "design \"it\"", 1, Messages.started());
        t.report("w2", "design \"it\"", 1, Messages.submitted("stolen"));
        TaskChange change = new TaskChange();
        change.setTitle("Build");
        change.setPriority(-3);
        change.setPayload(new TextChange("{\"k\":\"ü\"}"));
        t.patch(
                Messages.update("build/1", change),
                Messages.add("docs"),
                Messages.add("spare"),
                Messages.depend("docs", "build/1"));
        t.patch(Messages.undepend("docs", "build/1"), Messages.set("test 😀", TaskStatus.DEFERRED));
        t.patch(Messages.depend("design \"it\"", "test 😀"));
        t.report("w1", "design \"it\"", 1, Messages.submitted("a plan"));
        t.report("w1", "build/1", 1, Messages.failed("compiler error", true));
        t.report("w2", "build/1", 2, Messages.started());
        t.now += 3_000;
        t.timer(Liveness.SILENT);
        t.report("w3", "build/1", 3, Messages.released("stopping"));
        t.report("w3", "build/1", 4, Messages.failed("no disk", false));
        t.patch(Messages.add("again"), Messages.add("never", "again"), Messages.set("spare", TaskStatus.CANCELLED));
        t.patch(Messages.archive("spare"), Messages.remove("never"), Messages.add("late"));
        t.direct(new PauseRun());
        t.patch(Messages.set("late", TaskStatus.DEFERRED));
        t.patch(Messages.set("late", TaskStatus.PENDING));
        t.direct(new ResumeRun());
        quarantine(t);
        t.patch(Messages.add("refused"));
        t.direct(new ReleaseRun());
        t.now += 30_000;
        t.timer(Liveness.SILENT);
        t.tell(create);
        t.direct(new CancelRun());
        return t;
    }

    private static void quarantine(Team t) {
        Input input = Input.mutation(Messages.mutation(t.runId, "poison", List.of()), new Origin(3, 42));
        t.log.add(t.engine.quarantine(t.run, input, t.now, new IllegalStateException("poison")));
    }
}
