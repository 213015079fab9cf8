package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
    @TempDir
    Path temporary;

    @Test
    void whatRepairsATaskNamesItAndSaysWhatIsMissing() {
        for (String name : List.of("retry", "skip", "resolve", "move")) {
            CommandLineRun run = CommandLineRun.of(name, "run");
            assertThat(run.exitCode()).as(name).isEqualTo(2);
            assertThat(run.err()).as(name).contains("TASK");
        }
        assertThat(CommandLineRun.of("resolve", "run", "task").err()).contains("--as");
        assertThat(CommandLineRun.of("resolve", "run", "task", "--as", "running")
                        .err())
                .contains("DONE, FAILED, CANCELLED");
        assertThat(CommandLineRun.of("resolve", "run", "task", "--as", "failed", "--result", "x")
                        .err())
                .contains("--result is what came of a task that is done: leave it out, and say with --reason why it is"
                        + " failed.");
        assertThat(CommandLineRun.of("move", "run", "task").err()).contains("--agent-type");
    }

    @Test
    void everyCommandHasHelp() {
        Subcommands.all().forEach(type -> {
            String name = type.getAnnotation(CommandLine.Command.class).name();

            CommandLineRun run = CommandLineRun.of(name, "--help");

            assertThat(run.exitCode()).as(name).isZero();
            assertThat(run.out())
                    .as(name)
                    .startsWith("Usage: taskgraph " + name)
                    .contains("--help");
        });
    }

    @Test
    void aWrongCommandLineIsOneSentenceAndExitCode2() {
        CommandLineRun run = CommandLineRun.of("up", "--port", "many");

        assertThat(run).isEqualTo(new CommandLineRun(2, "", """
                        taskgraph: Invalid value for option '--port': 'many' is not an int
                        Try `taskgraph up --help`.
                        """));
    }

    @Test
    void aPortOutOfRangeIsOneSentenceAndExitCode2() {
        CommandLineRun run = CommandLineRun.of("up", "--port", "99999");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("taskgraph: the broker's port must be 0..65535, not 99999");
    }

    @Test
    void halfAnAddressIsNamed() {
        assertThat(CommandLineRun.of("topics", "--bootstrap", "localhost:1"))
                .isEqualTo(new CommandLineRun(
                        1, "", "taskgraph: A broker is named but no schema registry: add --registry URL.\n"));
        assertThat(CommandLineRun.of("topics", "--registry", "http://localhost:1"))
                .isEqualTo(new CommandLineRun(
                        1, "", "taskgraph: A registry is named but no broker: add --bootstrap HOST:PORT.\n"));
    }

    @Test
    void anUnreadableConfigurationFileIsNamed() {
        Path missing = temporary.resolve("client.properties");

        CommandLineRun run = CommandLineRun.of("topics", "--config", missing.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("taskgraph: Cannot read --config " + missing);
    }

    @Test
    void theConfigurationFileNamesTheClusterToo() throws Exception {
        Path file = Files.writeString(
                temporary.resolve("client.properties"),
                "bootstrap.servers=nowhere.invalid:9092\nschema.registry.url=http://nowhere.invalid\n");

        CommandLineRun run = CommandLineRun.of("topics", "--config", file.toString());

        assertThat(run)
                .isEqualTo(new CommandLineRun(
                        1,
                        "",
                        "taskgraph: No broker answers at nowhere.invalid:9092: start it, or correct --bootstrap.\n"));
    }

    @Test
    void aBrokerThatIsDownAtTheStartIsWaitedForAndThenNamed() {
        CommandLineRun run = CommandLineRun.of(
                "serve", "--bootstrap", "nowhere.invalid:9092", "--registry", "http://127.0.0.1:1", "--wait", "3");

        assertThat(run).isEqualTo(new CommandLineRun(1, "", """
                        taskgraph: waiting. No broker answers at nowhere.invalid:9092: start it, or correct --bootstrap.
                        taskgraph: No broker answers at nowhere.invalid:9092: start it, or correct --bootstrap.
                        """));
    }

    @Test
    void theCompletionScriptKnowsTheCommands() {
        CommandLineRun run = CommandLineRun.of("generate-completion");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("_picocli_taskgraph_up", "_picocli_taskgraph_topics");
    }
}
