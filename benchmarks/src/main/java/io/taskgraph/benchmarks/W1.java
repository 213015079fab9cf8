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
import java.util.concurrent.ConcurrentHashMap;

/** The load W1: runs of 20 tasks in five waves, each of which waits for all of the wave before it. */
final class W1 {
    /** 1 root, 9 parallel, a join, 8 parallel, a join. */
    static final int[] WAVES = {1, 9, 1, 8, 1};

    /** Tasks of a run. */
    static final int TASKS = 20;

    /** Agent type of its tasks. */
    static final String AGENT_TYPE = "bench";

    /** The worker that the worker process is. */
    static final String WORKER = "bench-worker";

    /** Ends the id of a run in which a worker writes to the lead. */
    static final String WRITES = "-writes";

    /** The task whose worker writes. */
    static final String WRITER = "c0";

    private static final Map<String, List<Operation>> OPERATIONS = new ConcurrentHashMap<>();

    private W1() {}

    /** The message that creates a run with its whole graph, under that policy preset, for agents of that type. */
    static Mutation create(String runId, String preset, String agentType) {
        return Mutation.newBuilder()
                .setMessageId("create")
                .setRunId(runId)
                .setSentAt(Instant.now())
                .setActor("bench")
                .setCreateRun(new CreateRun("W1", "", preset, Map.of(), null, null, null, null, List.of()))
                .setOperations(OPERATIONS.computeIfAbsent(agentType, W1::operations))
                .build();
    }

    /** The wave of a task, from 0. */
    static int wave(String taskId) {
        return taskId.charAt(0) - 'a';
    }

    private static List<Operation> operations(String agentType) {
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
                                .setAgentType(agentType)
                                .setDependsOn(before)
                                .build()))
                        .build());
            }
            before = ids;
        }
        return List.copyOf(all);
    }
}
