package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.taskgraph.avro.TaskSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoGraphTest {
    @TempDir
    Path directory;

    @Test
    void theLongestPathIsTheSlowestChain() {
        assertThat(DemoGraph.longestPath(List.of(
                        task("join", 100, "left", "right"), //
                        task("left", 10),
                        task("right", 70, "root"),
                        task("root", 5),
                        task("loop-a", 9_000, "loop-b"),
                        task("loop-b", 9_000, "loop-a"))))
                .isEqualTo(175);
    }

    @Test
    void aGraphIsCompressedToItsTargetAndNeverStretched() throws Exception {
        Path file = directory.resolve("chain.json");
        Files.writeString(file, """
            {"name": "chain", "tasks": [{"id": "a", "seconds": 60}, {"id": "b", "seconds": 40, "depends_on": ["a"]}]}
            """);

        DemoGraph compressed = DemoGraph.read(file, 10_000, 8);
        DemoGraph asItIs = DemoGraph.read(file, 200_000, 8);

        assertThat(compressed.workMillis()).isEqualTo(100_000);
        assertThat(compressed.compression()).isEqualTo(10, within(1e-9));
        assertThat(compressed.specification().preset()).isEqualTo("demo");
        assertThat(compressed.specification().tasks())
                .extracting(TaskSpec::getExpectedMillis)
                .containsExactly(6_000L, 4_000L);
        assertThat(asItIs.compression()).isEqualTo(1);
    }

    @Test
    void examplesAreChosenWhereNothingElseIs() throws Exception {
        Path examples = Files.createDirectories(directory.resolve("repository/examples"));
        for (String name : List.of("d", "b", "a", "c")) {
            Files.writeString(examples.resolve(name + ".yaml"), "name: x\ntasks: [{id: one}]\n");
        }
        Files.writeString(examples.resolve("README.md"), "no graph");

        assertThat(DemoGraph.choose(directory.resolve("repository")))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("a.yaml", "b.yaml", "c.yaml");
    }

    @Test
    void anExampleThatNeedsAnotherPolicyIsNotDemonstrated() throws Exception {
        Path examples = Files.createDirectories(directory.resolve("repository/examples"));
        Files.writeString(examples.resolve("a.yaml"), "name: x\npreset: full\ntasks: [{id: one}]\n");
        Files.writeString(examples.resolve("b.yaml"), "name: x\npreset: demo\ntasks: [{id: one}]\n");

        assertThat(DemoGraph.choose(directory.resolve("repository")))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("b.yaml");
    }

    private static TaskSpec task(String id, long millis, String... dependsOn) {
        return TaskSpec.newBuilder()
                .setTaskId(id)
                .setExpectedMillis(millis)
                .setDependsOn(List.of(dependsOn))
                .build();
    }
}
