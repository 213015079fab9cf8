package io.taskgraph.benchmarks.core;

import io.taskgraph.spec.PatchHistory;
import io.taskgraph.spec.UnreadableFile;
import java.nio.file.Path;
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

/** A real team's patches, all of them, on one run. {@code -p file=…} names the file. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class HistoryBenchmark {
    @Param("../shared/data/agent-task-history.jsonl")
    private String file;

    private PatchHistory history;

    @Setup
    public void setUp() throws UnreadableFile {
        history = PatchHistory.read(Path.of(file));
    }

    /** The whole history; what it refuses is part of it. */
    @Benchmark
    public Bed history() {
        Bed bed = new Bed("offline");
        for (PatchHistory.Patch patch : history.patches()) {
            bed.decide(patch.toMutation(bed.run().runId(), "p" + patch.seq()));
        }
        return bed;
    }
}
