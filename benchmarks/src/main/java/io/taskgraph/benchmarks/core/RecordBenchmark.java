package io.taskgraph.benchmarks.core;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Submitted;
import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.StateDigest;
import io.taskgraph.schemas.codec.RecordCodec;
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

/** What every decision pays: its bytes, and the digest over what it changed. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class RecordBenchmark {
    private final RecordCodec<Decision> codec = RecordCodec.of(Decision.class);
    private final StateDigest digest = new StateDigest();
    private Decision decision;
    private byte[] bytes;
    private List<EntryChange> changes;

    @Setup
    public void setUp() {
        Bed bed = new Bed("default", 2, i -> i == 0 ? List.of() : List.of(Bed.id(0)));
        var decided = Bed.require(bed.decide(
                bed.report(Bed.id(0), 1).setSubmitted(new Submitted(null, null)).build()));
        decision = decided.decision();
        bytes = codec.encode(decision);
        changes = decided.changes().stream().filter(c -> c.value() != null).toList();
    }

    /** A decision that completes a task and dispatches its dependent, to bytes. */
    @Benchmark
    public byte[] encode() {
        return codec.encode(decision);
    }

    /** The same from bytes. */
    @Benchmark
    public Decision decode() {
        return codec.decode(bytes);
    }

    /** The entries that it changed, hashed, added to a digest and taken away again. */
    @Benchmark
    public byte[] digest() {
        for (EntryChange c : changes) {
            StateDigest.EntryHash hash = StateDigest.hash(c.key(), c.value());
            digest.add(hash);
            digest.subtract(hash);
        }
        return digest.toBytes();
    }
}
