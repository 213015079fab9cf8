package io.taskgraph.benchmarks.core;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Released;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.UpdateTask;
import io.taskgraph.engine.Decided;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Changes of one task on graphs of three sizes: work is proportional to the change, so all three cost the same. Compare
 * medians: unlike a mean they hardly feel what else the machine does.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class DecisionBenchmark {
    @Param({"100", "10000", "100000"})
    private int tasks;

    private Bed bed;
    private Bed offered;
    private int at;

    @Setup
    public void setUp() {
        bed = new Bed("offline", tasks, Bed::tenChains);
        offered = new Bed("local-permissive", tasks, Bed::tenChains);
    }

    /** A patch that changes one task. */
    @Benchmark
    public Decided patch() {
        at = (at + 7919) % tasks;
        TaskChange change = TaskChange.newBuilder()
                .setPriority(bed.run().graph().task(Bed.id(at)).priority() == 0 ? 1 : 0)
                .build();
        return Bed.require(bed.decide(bed.mutation(List.of(Operation.newBuilder()
                .setUpdateTask(UpdateTask.newBuilder()
                        .setTaskId(Bed.id(at))
                        .setChanges(change)
                        .build())
                .build()))));
    }

    /** Two patches: one adds a task behind another, one removes it. */
    @Benchmark
    public Decided addAndRemove() {
        at = (at + 7919) % tasks;
        Bed.require(bed.decide(bed.mutation(List.of(Operation.newBuilder()
                .setAddTask(new AddTask(TaskSpec.newBuilder()
                        .setTaskId("added")
                        .setDependsOn(List.of(Bed.id(at)))
                        .build()))
                .build()))));
        return Bed.require(bed.decide(bed.mutation(List.of(
                Operation.newBuilder().setRemoveTask(new RemoveTask("added")).build()))));
    }

    /** Two reports: a lease is taken up, and given back, upon which the task is offered again. */
    @Benchmark
    public Decided reports() {
        int attempt = offered.run().graph().task(Bed.id(0)).attempt();
        Bed.require(offered.decide(offered.report(Bed.id(0), attempt)
                .setStarted(new Started("default", java.util.List.of()))
                .build()));
        return Bed.require(offered.decide(offered.report(Bed.id(0), attempt)
                .setReleased(new Released("bench", null))
                .build()));
    }
}
