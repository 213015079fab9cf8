package io.taskgraph.benchmarks;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.TaskSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The load W1: runs of 20 tasks in five waves, each of which waits for all of the wave before it. */
final class W1 {
    /** 1 root, 9 parallel, a join, 8 parallel, a join. */
    static final int[] WAVES = {1, 9, 1, 8, 1};

    /** Tasks of a run. */
    static final int TASKS = 20;

    /** Agent type of its tasks. */
    static final String AGENT_TYPE = "bench";

    private static final List<Operation> OPERATIONS = operations();

    private W1() {}

    /** The message that creates a run with its whole graph, under that policy preset. */
    static Mutation create(String runId, String preset) {
        return Mutation.newBuilder()
                .setMessageId("create")
                .setRunId(runId)
                .setSentAt(Instant.now())
                .setActor("bench")
                .setCreateRun(new CreateRun("W1", "", preset, Map.of(), null, null))
                .setOperations(OPERATIONS)
                .build();
    }

    /** The wave of a task, from 0. */
    static int wave(String taskId) {
        return taskId.charAt(0) - 'a';
    }

    private static List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        List<String> before = List.of();
        for (int wave = 0; wave < WAVES.length; wave++) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < WAVES[wave]; i++) {
                String id = (char) ('a' + wave) + Integer.toString(i);
                ids.add(id);
                all.add(Operation.newBuilder()
                        .setAddTask(new AddTask(TaskSpec.newBuilder()
                                .setTaskId(id)
                                .setAgentType(AGENT_TYPE)
                                .setDependsOn(before)
                                .build()))
                        .build());
            }
            before = ids;
        }
        return List.copyOf(all);
    }
}
