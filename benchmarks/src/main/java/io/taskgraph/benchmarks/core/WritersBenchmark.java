package io.taskgraph.benchmarks.core;

import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.UpdateTask;
import io.taskgraph.engine.Decided;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Sixteen writers, each patching its own part of one graph of 10,000 tasks for the version that it read before the other
 * fifteen wrote, against one writer that names no version. Each patch must be accepted: a conflict ends the measurement.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class WritersBenchmark {
    private static final int TASKS = 10_000;
    private static final int WRITERS = 16;
    /** Tasks of one writer. They begin behind those that may be in flight. */
    private static final int PART = 600;

    private static final int FIRST = 100;

    private Bed bed;
    private final long[] read = new long[WRITERS];
    private int turn;

    @Setup
    public void setUp() {
        bed = new Bed("full", TASKS, Bed::tenChains);
        Arrays.fill(read, bed.run().graphVersion());
    }

    /** A patch of the one writer, without a version. */
    @Benchmark
    public Decided oneWriter() {
        return Bed.require(bed.decide(patch(turn++)));
    }

    /** A patch of one of the sixteen, for the version that it read when it last wrote. */
    @Benchmark
    public Decided sixteenWriters() {
        int writer = turn % WRITERS;
        Mutation patch = patch(turn++);
        patch.setExpectedVersion(read[writer]);
        Decided decided = Bed.require(bed.decide(patch));
        read[writer] = decided.decision().getGraphVersion();
        return decided;
    }

    private Mutation patch(int n) {
        String id = Bed.id(FIRST + n % WRITERS * PART + n / WRITERS % PART);
        TaskChange change = TaskChange.newBuilder()
                .setPriority(bed.run().graph().task(id).priority() == 0 ? 1 : 0)
                .build();
        return bed.mutation(List.of(Operation.newBuilder()
                .setUpdateTask(
                        UpdateTask.newBuilder().setTaskId(id).setChanges(change).build())
                .build()));
    }
}
