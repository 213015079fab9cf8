package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.schemas.trace.SpanIds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Given a run whose history was cut off, then it is traced, loaded and forked as far as what is left reaches, and says so. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(240)
class CutRunCommandsTest {
    private static final String PREFIX = "cut-commands.";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path state;

    @TempDir
    Path files;

    private static Site site;

    @BeforeAll
    static void start(EmbeddedCluster cluster) {
        site = new Site(cluster, PREFIX, state);
        site.with(worker -> worker.agentType("default").concurrency(4).handler(task -> "of " + task.taskId()));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void aCutRunIsTracedLoadedAndForked() throws Exception {
        // given
        Path policy = Files.writeString(files.resolve("cut.yaml"), "name: cut\nextends: full\nretention: {age: 1ms}\n");
        mustRun("policy", "publish", policy.toString());
        Path spec = Files.writeString(
                files.resolve("run.yaml"),
                "name: cut\ngoal: g\ntasks: [{id: a}, {id: b, depends_on: [a]}, {id: c, agent_type: nobody}]\n");
        CommandLineRun submitted = run("submit", spec.toString(), "--preset", "cut", "--run-id", "cut");
        while (submitted.out().contains("UNKNOWN_POLICY")) {
            submitted = run("submit", spec.toString(), "--preset", "cut", "--run-id", "cut");
        }
        awaitEvents(
                "cut",
                e -> e.path("type").asText().equals("TaskCompleted")
                        && e.path("task_id").asText().equals("b"));
        mustRun("checkpoint", "save", "cut", "--name", "mine");
        mustRun("pause", "cut");
        String before = mustRun("trace", "cut").out();
        // when
        Path archive = files.resolve("archive");
        mustRun("retain", "--archive", archive.toString());
        // then its trace begins with what is left, and says so
        CommandLineRun left = mustRun("trace", "cut");
        assertThat(left.err()).contains("of run cut are there no more", "--archive DIR");
        assertThat(spans(left.out())).contains(SpanIds.task("cut", "a"), SpanIds.attempt("cut", "c", 1));
        assertThat(spans(left.out())).doesNotContain(SpanIds.attempt("cut", "a", 1));
        assertThat(left.out()).contains("taskgraph.cut");
        // and from the archive it is whole, also without a cluster
        assertThat(mustRun("trace", "cut", "--archive", archive.toString()))
                .isEqualTo(new CommandLineRun(0, before, ""));
        assertThat(CommandLineRun.of("trace", "cut", "--from", archive.toString()))
                .isEqualTo(new CommandLineRun(0, before, ""));
        assertThat(CommandLineRun.of("trace", "other", "--from", archive.toString())
                        .err())
                .startsWith("taskgraph: There is no decision on run other in ");
        assertThat(run("trace", "cut", "--from", "x", "--archive", "y").exitCode())
                .isEqualTo(2);
        // and it is loaded and forked where it keeps a checkpoint, and nowhere before what is left
        CommandLineRun loaded = mustRun("checkpoint", "load", "cut", "mine", "--as", "loaded");
        assertThat(loaded.out())
                .startsWith("accepted  loaded  from cut after decision ")
                .contains("(mine@2)  3 tasks, 1 to do");
        CommandLineRun forked = mustRun("checkpoint", "fork", "cut", "executing", "--as", "forked");
        assertThat(forked.out())
                .startsWith("accepted  forked  from cut after decision 1 (executing@1)  3 tasks, 3 to do");
        CommandLineRun gone = run("fork", "cut", "--at", "2");
        assertThat(gone.exitCode()).isEqualTo(1);
        assertThat(gone.err()).contains("What run cut was at decision 2 is known no more: its history was cut off");
        awaitEvents(
                "forked",
                e -> e.path("type").asText().equals("TaskCompleted")
                        && e.path("task_id").asText().equals("b"));
        // and when it goes on, its trace goes on behind the archive
        mustRun("resume", "cut");
        CommandLineRun whole = mustRun("trace", "cut", "--archive", archive.toString());
        assertThat(whole.err()).isEmpty();
        assertThat(spans(whole.out()))
                .containsAll(spans(before))
                .hasSizeGreaterThan(spans(before).size());
        mustRun("replay");
    }

    private static List<String> spans(String otlp) throws Exception {
        return JSON.readTree(otlp).findValues("spans").stream()
                .flatMap(all -> all.findValuesAsText("spanId").stream())
                .toList();
    }

    private static void awaitEvents(String runId, Predicate<JsonNode> wanted) throws Exception {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            String out = run("events", runId, "--json").out();
            for (String line : out.lines().toList()) {
                if (wanted.test(JSON.readTree(line))) {
                    return;
                }
            }
            assertThat(System.nanoTime()).as(out).isLessThan(limit);
        }
    }

    private static CommandLineRun mustRun(String... args) {
        CommandLineRun run = run(args);
        assertThat(run.exitCode())
                .as(String.join(" ", args) + ": " + run.out() + run.err())
                .isZero();
        return run;
    }

    private static CommandLineRun run(String... args) {
        return site.run(args);
    }
}
