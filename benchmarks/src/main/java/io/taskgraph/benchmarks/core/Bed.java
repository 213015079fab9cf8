package io.taskgraph.benchmarks.core;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Liveness;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import io.taskgraph.policy.contract.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** An engine with one run, fed with messages as the topology feeds it: each is decided, applied, sealed and encoded. */
final class Bed {
    private static final int MAX_DECISION = 8 * 1024 * 1024;
    private static final int OPERATIONS_A_PATCH = 1_000;

    private final Engine engine = new Engine(DecisionEncoder.PLAIN, MAX_DECISION);
    private final Run run = Run.of("run");
    private long messages;
    private long now = 1_700_000_000_000L;

    /** A run under that preset, without tasks. */
    Bed(String preset) {
        Mutation create = mutation(List.of());
        create.setCreateRun(new CreateRun("bench", "", preset, Map.of(), null, null, null, null, List.of()));
        require(decide(create));
    }

    /** A run under that policy, with so many tasks. */
    Bed(Policy policy, int tasks, IntFunction<List<String>> dependencies) {
        Mutation create = mutation(List.of());
        create.setCreateRun(CreateRun.newBuilder()
                .setName("bench")
                .setGoal("")
                .setPreset(policy.name())
                .build());
        require(engine.step(run, new Input.OfMutation(create, Origin.NONE, name -> Optional.of(policy)), now++)
                .orElseThrow());
        add(tasks, dependencies);
    }

    /** A run under that preset with that many tasks, each depending on what is said. */
    Bed(String preset, int tasks, IntFunction<List<String>> dependencies) {
        this(preset);
        add(tasks, dependencies);
    }

    private void add(int tasks, IntFunction<List<String>> dependencies) {
        List<Operation> patch = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            patch.add(Operation.newBuilder()
                    .setAddTask(new AddTask(TaskSpec.newBuilder()
                            .setTaskId(id(i))
                            .setTitle("Task " + i)
                            .setDependsOn(dependencies.apply(i))
                            .build()))
                    .build());
            if (patch.size() == OPERATIONS_A_PATCH || i == tasks - 1) {
                require(decide(mutation(patch)));
                patch = new ArrayList<>();
            }
        }
    }

    static String id(int i) {
        return "task-" + i;
    }

    /** Each but the first ten depends on the task ten before: ten chains side by side. */
    static List<String> tenChains(int i) {
        return i < 10 ? List.of() : List.of(id(i - 10));
    }

    Run run() {
        return run;
    }

    Mutation mutation(List<Operation> operations) {
        return Mutation.newBuilder()
                .setMessageId("m" + messages++)
                .setRunId(run.runId())
                .setSentAt(Instant.EPOCH)
                .setActor("bench")
                .setOperations(operations)
                .build();
    }

    Report.Builder report(String taskId, int attempt) {
        return Report.newBuilder()
                .setMessageId("m" + messages++)
                .setRunId(run.runId())
                .setWorkerId("worker")
                .setTaskId(taskId)
                .setAttempt(attempt)
                .setSentAt(Instant.EPOCH);
    }

    long now() {
        return now;
    }

    /** Time passes. */
    void pass(long millis) {
        now += millis;
    }

    /** What the topology does with a run that is due; the run's dates are put off as it does. */
    Optional<Decided> tick(Liveness liveness) {
        Optional<Decided> decided =
                engine.step(run, new Input.OfTimer(run.runId(), run.nextDue(), liveness, 0, -1), now);
        run.postpone(now, liveness);
        return decided;
    }

    Decided decide(Mutation m) {
        return engine.step(run, Input.mutation(m, Origin.NONE), now++).orElseThrow();
    }

    Decided decide(Report r) {
        return engine.step(run, Input.report(r, Origin.NONE), now++).orElseThrow();
    }

    /** A benchmark that measures refusals by mistake measures nothing. */
    static Decided require(Decided decided) {
        Decision d = decided.decision();
        if (d.getOutcome() != Outcome.ACCEPTED) {
            throw new IllegalStateException("The engine answered " + d.getOutcome() + ": " + d.getRejection());
        }
        return decided;
    }
}
