package io.taskgraph.benchmarks.core;

import io.taskgraph.avro.Started;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.Liveness;
import io.taskgraph.policy.contract.Policy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One tick of a run whose workers are all busy: it costs what is due, not what exists. {@link #dueLooks}
 * has a three-hundredth of the workers due, as ticks of 100 ms under a limit of 30 s have; {@link #nothingDue} nobody.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class TickBenchmark {
    private static final int TICK_MILLIS = 100;
    private static final Policy POLICY = Policy.parse("""
            name: tick
            flags: {mutable_graph: true, reconcile: true}
            caps: {max_tasks: 20000, max_workers: 20000, max_retries: 1000, heartbeat_staleness: 30s, start_timeout: 24h,
              worker_timeout: 0s, max_runtime: 0s, reconcile_cooldown: 0s}
            """);

    @Param({"100", "1000", "10000"})
    private int workers;

    private Bed bed;

    /** Everybody was heard three seconds ago. */
    private final Liveness heard = worker -> bed.now() - 3_000;

    @Setup(Level.Iteration)
    public void setUp() {
        bed = new Bed(POLICY, workers, i -> List.of());
        for (int i = 0; i < workers; i++) {
            takeUp(i);
            // So that looks are spread over the time after which silence counts, as they are in a run.
            if (i % Math.max(1, workers / 300) == 0) {
                bed.pass(TICK_MILLIS);
            }
        }
    }

    private void takeUp(int i) {
        int attempt = bed.run().graph().task(Bed.id(i)).attempt();
        Bed.require(bed.decide(bed.report(Bed.id(i), attempt)
                .setWorkerId("w" + i)
                .setStarted(new Started("default", java.util.List.of()))
                .build()));
    }

    /** A tick by which nobody is lost: about a three-hundredth of the workers is due for a look. */
    @Benchmark
    public Optional<Decided> dueLooks() {
        bed.pass(TICK_MILLIS);
        return bed.tick(heard);
    }

    /** The same at a time at which nobody is due. */
    @Benchmark
    public Optional<Decided> nothingDue() {
        return bed.tick(heard);
    }
}
