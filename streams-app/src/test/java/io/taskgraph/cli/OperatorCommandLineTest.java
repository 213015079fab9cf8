package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What operators can mistype, and what they are told: nothing of it needs a broker. */
class OperatorCommandLineTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        deny report/1.1                        | Missing required option: '--reason=TEXT'
        deny report/1.1 --reason=              | --reason must say why: whoever asked is told, and may do better.
        approve                                | Missing required parameter: 'RUN/ID'
        approve report                         | 'report' names no approval: give RUN/ID as `approvals` lists it, such as report/12.1
        approve a/1.1 /1.1                     | '/1.1' names no approval: give RUN/ID as `approvals` lists it, such as report/12.1
        approve a/b/c                          | 'a/b/c' names no approval: give RUN/ID as `approvals` lists it, such as report/12.1
        approve a/1.1 --actor=                 | --actor must be a name of 1 to 256 characters.
        approve a/1.1 --timeout 0              | --timeout must be 1 or more, not 0.
        pause a --timeout 0                    | --timeout must be 1 or more, not 0.
        budget run --task a                    | --task raises a task's bounds: add --tokens, --cost or --time.
        budget run --tokens many               | --tokens must be a whole number such as 100000, not many.
        budget run --cost 1,50                 | --cost must be an amount such as 12.50, not 1,50.
        budget run --time 30                   | --time must be a duration such as 30s, 10m or 2h, not 30.
        cap run                                | Missing required parameters: 'NAME', 'VALUE'
        cap run max_task 3                     | There is no cap max_task; choose one of max_tasks, max_workers
        cap run max_tasks 0                    | max_tasks must be 1 to 10000000, not 0.
        cap run heartbeat_staleness 30         | heartbeat_staleness must be 100ms to 24h, not 30.
        policy                                 | Say what to do with policies: one of check, show, list, publish, use
        policy use run                         | Missing required parameter: 'POLICY'
        policy publish                         | Missing required parameter: 'FILE'
        """)
    void aMistakeIsOneSentenceAndExitCodeTwo(String line, String sentence) {
        CommandLineRun run = CommandLineRun.of(line.split(" +"));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(sentence);
        assertThat(run.err().lines().toList().get(0)).startsWith("taskgraph: ").contains(sentence);
    }

    @Test
    void helpNamesTheNewCommandsAndCompletionKnowsThem() {
        assertThat(CommandLineRun.of("--help").out())
                .contains("approvals", "approve", "deny", "budget", "cap", "policy");
        assertThat(CommandLineRun.of("cap", "--help").out()).contains("max_tasks", "max_identical_actions");
        assertThat(CommandLineRun.of("policy", "show", "--help").out()).contains("--source");
        assertThat(CommandLineRun.of("generate-completion").out())
                .contains("taskgraph_policy_publish", "taskgraph_approve", "max_identical_actions");
    }

    @Test
    void whateverSaysADirectiveCanSignIt() {
        TreeSet<String> signs = new TreeSet<>();
        TreeSet<String> onlyNames = new TreeSet<>();
        TreeSet<String> keeps = new TreeSet<>();
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        walk("", Main.commandLine(nowhere, nowhere), (name, options) -> {
            if (options.containsKey("--actor")) {
                (options.containsKey("--sign-with") ? signs : onlyNames).add(name);
            }
            if (options.containsKey("--keep")) {
                assertThat(options).as(name).containsKey("--keeper-key");
                keeps.add(name);
            }
        });

        assertThat(signs)
                .containsExactly(
                        "approve",
                        "budget",
                        "cancel",
                        "cap",
                        "checkpoint save",
                        "deny",
                        "ext enable",
                        "ext retire",
                        "ext revoke",
                        "ext suspend",
                        "gates",
                        "mail",
                        "move",
                        "pause",
                        "policy use",
                        "release",
                        "resolve",
                        "resume",
                        "retain",
                        "retry",
                        "skip",
                        "snapshot");
        assertThat(onlyNames)
                .as("what says no directive: mutations, and a topic of its own")
                .containsExactly(
                        "checkpoint fork", "checkpoint load", "ext propose", "fork", "policy publish", "submit");
        assertThat(keeps).containsExactly("serve", "up");
    }

    private static void walk(String name, CommandLine command, BiConsumer<String, Map<String, OptionSpec>> each) {
        each.accept(name, command.getCommandSpec().optionsMap());
        command.getSubcommands().forEach((sub, below) -> walk((name + " " + sub).strip(), below, each));
    }
}
