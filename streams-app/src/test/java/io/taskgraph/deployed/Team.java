package io.taskgraph.deployed;

import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.ClientConfig;
import io.taskgraph.client.Patch;
import io.taskgraph.client.Planner;
import io.taskgraph.client.RunSpec;
import io.taskgraph.client.TaskHandler;
import io.taskgraph.client.Worker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A planner and some simulated agents, which reach the deployed control plane through the client that ships. */
final class Team implements AutoCloseable {
    private final Client client;
    private final List<Worker> workers = new ArrayList<>();

    /** Connects, and starts that many workers of four slots each. */
    Team(String bootstrap, String registryUrl, int size, TaskHandler handler) {
        ClientConfig config = ClientConfig.of(bootstrap, registryUrl);
        client = Client.connect(config);
        for (int i = 0; i < size; i++) {
            workers.add(Worker.builder(config).concurrency(4).handler(handler).start());
        }
    }

    /** Submits the runs and returns when each was accepted. */
    void submit(Map<String, Patch> runs) {
        Planner planner = client.planner("deployed-test");
        Map<String, CompletableFuture<Answer>> answers = new LinkedHashMap<>();
        runs.forEach((runId, patch) -> answers.put(
                runId, planner.createRun(RunSpec.withId(runId).name(runId).patch(patch))));
        answers.values().forEach(answer -> answer.join().orThrow());
    }

    /** One root, nine in parallel, a join, eight in parallel, a join: twenty tasks {@code t00} to {@code t19}. */
    static Patch twentyTasks() {
        Patch patch = Patch.empty();
        for (int i = 0; i < 20; i++) {
            List<String> dependsOn = i == 0
                    ? List.of()
                    : i < 10 ? tasks(0, 1) : i == 10 ? tasks(1, 10) : i < 19 ? tasks(10, 11) : tasks(11, 19);
            patch = patch.addTask(task(i), spec -> spec.setDependsOn(dependsOn));
        }
        return patch;
    }

    /** The ids of {@link #twentyTasks}. */
    static List<String> twentyTaskIds() {
        return tasks(0, 20);
    }

    private static List<String> tasks(int from, int to) {
        List<String> ids = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ids.add(task(i));
        }
        return ids;
    }

    private static String task(int number) {
        return number < 10 ? "t0" + number : "t" + number;
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
        client.close();
    }
}
