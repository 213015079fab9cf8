package io.taskgraph.benchmarks.core;

import io.taskgraph.avro.AddDependency;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RemoveDependency;
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

/** Edges on a chain, where each task depends on the one before. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class CycleBenchmark {
    @Param({"100", "10000", "100000"})
    private int tasks;

    private Bed bed;

    @Setup
    public void setUp() {
        bed = new Bed("offline", tasks, i -> i == 0 ? List.of() : List.of(Bed.id(i - 1)));
    }

    /** An edge from the chain's end to its beginning, which the order allows, added and taken back in one patch. */
    @Benchmark
    public Decided forwardEdge() {
        String last = Bed.id(tasks - 1);
        return bed.decide(bed.mutation(List.of(
                Operation.newBuilder()
                        .setAddDependency(new AddDependency(last, Bed.id(0)))
                        .build(),
                Operation.newBuilder()
                        .setRemoveDependency(new RemoveDependency(last, Bed.id(0)))
                        .build())));
    }

    /** An edge that closes a cycle of two somewhere in the middle; the refusal names the cycle. */
    @Benchmark
    public Decided shortCycle() {
        return refused(tasks / 2, tasks / 2 + 1);
    }

    /** An edge that closes a cycle through all tasks: the cycle itself is the answer, so this costs its length. */
    @Benchmark
    public Decided wholeCycle() {
        return refused(0, tasks - 1);
    }

    private Decided refused(int task, int on) {
        Decided decided = bed.decide(bed.mutation(List.of(Operation.newBuilder()
                .setAddDependency(new AddDependency(Bed.id(task), Bed.id(on)))
                .build())));
        if (decided.decision().getRejection() == null) {
            throw new IllegalStateException("The engine accepted a cycle.");
        }
        return decided;
    }
}
