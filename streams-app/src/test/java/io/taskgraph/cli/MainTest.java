package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
        assertThat(CommandLineRun.of("runs", "--bootstrap", "localhost:1"))
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
        assertThat(run.err())
                .isEqualTo("taskgraph: Cannot read --config " + missing + ": there is no such file; check the path.\n");
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

    @Test
    void aWrongCatalogueIsSaidBeforeAnythingIsStarted() {
        assertThat(CommandLineRun.of("up", "--partitions", "0").err())
                .startsWith("taskgraph: ")
                .contains("partition");
        assertThat(CommandLineRun.of("up", "--prefix", "a b").err())
                .startsWith("taskgraph: ")
                .contains("a b");
        for (String[] wrong : new String[][] {
            {"up", "--partitions", "0"},
            {"up", "--prefix", "a b"},
            {"serve", "--bootstrap", "localhost:1", "--registry", "http://localhost:1", "--partitions", "0"}
        }) {
            assertThat(CommandLineRun.of(wrong).exitCode())
                    .as("%s", List.of(wrong))
                    .isEqualTo(2);
        }
    }

    /** A command that reads says why it has no client, as one that writes does. */
    @Test
    void settingsThatMakeNoClientAreSaidWithTheirReason() throws Exception {
        Path noJaas = Files.writeString(temporary.resolve("sasl.properties"), "security.protocol=SASL_PLAINTEXT\n");
        Path noStore = Files.writeString(
                temporary.resolve("tls.properties"),
                "security.protocol=SSL\nssl.truststore.location=/nope\nssl.truststore.password=secret\n");

        assertThat(reading("nonsense"))
                .isEqualTo("taskgraph: These settings do not make a Kafka client: Invalid url in bootstrap.servers:"
                        + " nonsense (see --bootstrap and --config).\n");
        assertThat(reading("nohost.invalid:9092"))
                .isEqualTo("taskgraph: No broker is to be found under the names given: start it, or correct"
                        + " --bootstrap.\n");
        assertThat(reading("localhost:1", "--config", noJaas.toString()))
                .startsWith(
                        "taskgraph: These settings do not make a Kafka client: Could not find a 'KafkaClient' entry in"
                                + " the JAAS configuration.");
        assertThat(reading("localhost:1", "--config", noStore.toString()))
                .startsWith("taskgraph: These settings do not make a Kafka client: Failed to load SSL keystore /nope");
        assertThat(CommandLineRun.of("topics", "--bootstrap", "localhost:1", "--config", noStore.toString())
                        .err())
                .startsWith("taskgraph: These settings do not make a Kafka client: Failed to load SSL keystore /nope");
    }

    private static String reading(String bootstrap, String... more) {
        List<String> all =
                new ArrayList<>(List.of("runs", "--bootstrap", bootstrap, "--registry", "http://localhost:1"));
        all.addAll(List.of(more));
        CommandLineRun run = CommandLineRun.of(all.toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        return run.err();
    }

    @Test
    void topicsNeedNoRegistry() {
        assertThat(CommandLineRun.of("topics", "--bootstrap", "nowhere.invalid:9092"))
                .isEqualTo(new CommandLineRun(
                        1,
                        "",
                        "taskgraph: No broker answers at nowhere.invalid:9092: start it, or correct --bootstrap.\n"));
    }

    @Test
    void outputThatIsLostIsAFailure() {
        StringWriter err = new StringWriter();
        PrintWriter full = new PrintWriter(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        full.println("a verdict");

        assertThat(Main.ended(0, full, new PrintWriter(err))).isEqualTo(1);
        assertThat(err)
                .hasToString("taskgraph: The output could not be written to its end: see to the disk, the file or"
                        + " the pipe that it goes to.\n");
        assertThat(Main.ended(2, full, new PrintWriter(err))).isEqualTo(2);
        assertThat(Main.ended(0, new PrintWriter(new StringWriter()), new PrintWriter(err)))
                .isZero();
    }

    @Test
    void whoWaitsForAConnectionSaysSo() {
        StringWriter err = new StringWriter();

        String connected = Waiting.during("for the broker.", Duration.ZERO, new PrintWriter(err), () -> {
            while (!err.toString().endsWith("\n")) {
                Thread.onSpinWait();
            }
            return "connected";
        });

        assertThat(connected).isEqualTo("connected");
        assertThat(err).hasToString("taskgraph: waiting: for the broker.\n");
    }
}
