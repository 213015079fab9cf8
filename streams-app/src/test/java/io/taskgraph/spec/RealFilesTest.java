package io.taskgraph.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files from real life, where there are any beside the repository. */
class RealFilesTest {
    private static final Path DATA =
            Path.of(System.getProperty("taskgraph.root", "..")).resolve("../shared/data");

    @Test
    void theRealHistoryIsReadWhole() throws UnreadableFile {
        Path file = DATA.resolve("agent-task-history.jsonl");
        assumeTrue(Files.exists(file));
        PatchHistory history = (PatchHistory) InputFile.read(file);
        assertThat(history.patches()).hasSize(389);
        assertThat(history.patches().stream()
                        .mapToInt(p -> p.operations().size())
                        .sum())
                .isEqualTo(49_565);
    }

    @Test
    void theRealWorkflowsAreSpecificationsAsTheyAre() throws IOException, UnreadableFile {
        Path directory = DATA.resolve("workflows");
        assumeTrue(Files.isDirectory(directory));
        int tasks = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                tasks += ((RunSpecification) InputFile.read(file)).tasks().size();
            }
        }
        assertThat(tasks).isEqualTo(937);
    }

    @Test
    void ourExamplesAreSpecifications() throws IOException, UnreadableFile {
        Path directory = Path.of(System.getProperty("taskgraph.root", "..")).resolve("examples");
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> examples =
                    files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
            assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
            for (Path file : examples) {
                assertThat(RunSpecification.read(file).tasks()).hasSizeBetween(10, 60);
            }
        }
    }
}
