package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents as processes that fall silent: one is stopped for longer than its silence may last and goes on as if nothing
 * had been, half of the others are killed. Their tasks are done by those that are left, each once.
 */
@Tag("slow")
class SilentAgentsProcessTest {
    private static final int TASKS = 10;

    @TempDir
    Path directory;

    @Test
    void whatSilentAgentsHadIsDoneByOthersAndWhatTheyDoLateDoesNotCount() throws Exception {
        CommandWorld world = new CommandWorld(directory);
        try (CommandProcess up = world.up("up");
                CommandProcess stopped = world.agents("stopped", "--count", "1");
                CommandProcess killed = world.agents("killed", "--count", "2");
                CommandProcess left = world.agents("left", "--count", "2")) {
            world.mustRun("policy", "publish", policy().toString());
            world.mustRun("submit", specification().toString(), "--run-id", "silence");
            // given an agent that holds a task
            JsonNode held = world.awaitShown(
                    "silence", "each agent has a task", run -> holders(run).size() >= 5);
            String task = taskOf(held, "stopped-1");

            // when it is silent for longer than it may be
            signal(stopped, "STOP");
            world.awaitShown(
                    "silence", "it is missed", run -> run.path("workers_lost").asInt() == 1);

            // then why tells what becomes of its task, whoever has it now
            assertThat(world.mustRun("why", "silence", task).out()).contains(task);

            // when half of the others are killed
            killed.kill();
            world.awaitShown(
                    "silence",
                    "they are missed",
                    run -> run.path("workers_lost").asInt() == 3);

            // and the first one goes on where it was: it is told that its lease is over, or its report is fenced
            signal(stopped, "CONT");
            world.awaitShown(
                    "silence",
                    "it is heard again",
                    run -> run.path("workers_lost").asInt() == 2);

            // then everything is done all the same, and the log says so
            CommandLineRun watched = world.run("watch", "silence");
            assertThat(watched.exitCode()).as(watched.out() + up.said()).isZero();
            JsonNode ended = world.show("silence");
            assertThat(ended.path("statuses").path("DONE").asInt()).isEqualTo(TASKS);
            assertThat(ended.path("retries").asInt()).isGreaterThanOrEqualTo(3);
            assertThat(attemptOf(ended, task)).isGreaterThanOrEqualTo(2);
            world.mustRun("replay", "--json");
            assertThat(left.process().isAlive()).as(left.said()).isTrue();
        }
    }

    private Path policy() throws IOException {
        return Files.writeString(directory.resolve("policy.yaml"), """
                name: short-leash
                extends: full
                caps: {heartbeat_staleness: 2s, reconcile_cooldown: 1s, max_workers: 5, max_retries: 5}
                """);
    }

    private Path specification() throws IOException {
        StringBuilder yaml = new StringBuilder("name: silence\npreset: short-leash\ntasks:\n");
        for (int i = 0; i < TASKS; i++) {
            yaml.append("  - {id: t").append(i).append(", seconds: 3}\n");
        }
        return Files.writeString(directory.resolve("silence.yaml"), yaml);
    }

    private static List<String> holders(JsonNode run) {
        List<String> holders = new ArrayList<>();
        run.path("task_list").forEach(task -> {
            if (task.path("status").asText().equals("RUNNING")) {
                holders.add(task.path("worker").asText());
            }
        });
        return holders;
    }

    private static String taskOf(JsonNode run, String worker) {
        for (JsonNode task : run.path("task_list")) {
            if (task.path("worker").asText().equals(worker)) {
                return task.path("id").asText();
            }
        }
        throw new AssertionError(worker + " holds nothing in " + run);
    }

    private static int attemptOf(JsonNode run, String task) {
        for (JsonNode listed : run.path("task_list")) {
            if (listed.path("id").asText().equals(task)) {
                return listed.path("attempt").asInt();
            }
        }
        throw new AssertionError("no task " + task + " in " + run);
    }

    private static void signal(CommandProcess process, String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder(
                        "kill", "-" + signal, Long.toString(process.process().pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }
}
