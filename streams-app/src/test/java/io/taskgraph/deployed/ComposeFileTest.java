package io.taskgraph.deployed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Testcontainers;

/** The compose file as it is shipped, and the commands that the README says to use against it. */
@Tag("docker")
@Testcontainers(disabledWithoutDocker = true)
class ComposeFileTest {
    /** For a machine that is busy with other things. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @BeforeEach
    void imagesAreHere() {
        Images.assumeAvailable();
        Images.assumePackaged();
    }

    @Test
    void givenTheComposeFile_whenItIsUp_thenARunIsWorkedOffAndReplayAgrees() throws Exception {
        Optional<List<String>> compose = ComposeProject.installed();
        assumeTrue(compose.isPresent(), "neither `docker compose` nor `docker-compose` is installed");

        // given
        try (ComposeProject project = ComposeProject.up(compose.orElseThrow())) {
            project.awaitHealthy(PATIENCE);
            assertThat(project.health().keySet()).containsExactly("app-1", "app-2", "kafka", "registry");
            assertThat(project.restarts()).as("restarts\n%s", project.logs()).isZero();

            // when
            try (CommandLineProcess agents = taskgraph(project, "agents", "--count", "4", "--time-scale", "0.1");
                    CommandLineProcess submit = taskgraph(
                            project, "submit", "examples/research-report.yaml", "--run-id", "composed", "--watch")) {
                submit.succeed(PATIENCE);
            }

            // then
            try (CommandLineProcess replay = taskgraph(project, "replay", "--json")) {
                assertThat(replay.succeed(PATIENCE)).contains("\"composed\"");
            }
        }
    }

    /** The command that scripts/taskgraph execs; the script itself would look for something to build. */
    private static CommandLineProcess taskgraph(ComposeProject project, String... command) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Images.lib() + "/*",
                "io.taskgraph.cli.Main"));
        line.addAll(List.of(command));
        line.addAll(List.of("--bootstrap", project.bootstrap(), "--registry", project.registryUrl()));
        return CommandLineProcess.start(Map.of(), line);
    }
}
