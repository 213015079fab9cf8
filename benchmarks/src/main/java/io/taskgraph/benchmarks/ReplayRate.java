package io.taskgraph.benchmarks;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Run;
import io.taskgraph.replay.ExportBuilder;
import io.taskgraph.replay.ExportReplay;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.schemas.TopicCatalogue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How fast an export is folded and decided again, by one thread: runs of 20 tasks (W1), {@value #UNDER_WAY} of them under
 * way at once, each task started and submitted, so that there are 41 decisions a run.
 */
final class ReplayRate {
    private static final int UNDER_WAY = 200;
    private static final int PASSES = 3;
    /** On a machine that is shared the steadier figure. */
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private static final int DECISIONS_A_RUN = 41;

    private final Engine engine = new Engine(DecisionEncoder.PLAIN, TopicCatalogue.MAX_DECISION_BYTES);
    private final ExportBuilder export;
    private long now = 1_700_000_000_000L;
    private long messages;

    /** A run under way, and what agents have yet to say of it. */
    private record Going(Run run, Deque<Report> reports) {}

    private ReplayRate(Path directory) throws IOException {
        this.export = new ExportBuilder(directory);
    }

    /**
     * Measures.
     *
     * @param decisions how many, about
     * @param tell hears a line a measurement
     */
    static void measure(long decisions, Consumer<String> tell) throws IOException {
        Path directory = Files.createTempDirectory("taskgraph-replay-rate");
        try {
            new ReplayRate(directory).generate(decisions / DECISIONS_A_RUN + 1);
            for (boolean strict : new boolean[] {false, true}) {
                for (int pass = 1; pass <= PASSES; pass++) {
                    long cpuBegun = CPU.getCurrentThreadCpuTime();
                    long begun = System.nanoTime();
                    ReplayReport report = ExportReplay.of(directory, strict, Replay.Progress.NONE);
                    long nanos = System.nanoTime() - begun;
                    long cpu = CPU.getCurrentThreadCpuTime() - cpuBegun;
                    if (!report.agrees() || !report.whole()) {
                        throw new IllegalStateException(
                                "what was measured does not agree: " + report.notChecked() + report.firstDivergence());
                    }
                    tell.accept((strict ? "strict" : "fold  ") + "  pass " + pass + "  " + report.decisions()
                            + " decisions in " + nanos / 1_000_000 + " ms: "
                            + report.decisions() * 1_000_000_000L / nanos + " a second, "
                            + report.decisions() * 1_000_000_000L / cpu + " a second of the thread's CPU");
                }
            }
            ReplayOnBroker.measure(directory, tell);
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void generate(long runs) throws IOException {
        Deque<Going> going = new ArrayDeque<>();
        long begun = 0;
        while (begun < runs || !going.isEmpty()) {
            if (begun < runs && going.size() < UNDER_WAY) {
                going.addLast(begin("run-" + begun++));
                continue;
            }
            Going next = going.removeFirst();
            Report report = next.reports().poll();
            if (report != null) {
                export.input("reports", report);
                decide(next, Input.report(report, origin("reports")));
                going.addLast(next);
            }
        }
        export.finish();
    }

    private io.taskgraph.engine.Origin origin(String family) {
        long after = export.next(family).offset();
        return new io.taskgraph.engine.Origin(0, after - 1);
    }

    private Going begin(String runId) throws IOException {
        List<Operation> tasks = new ArrayList<>();
        List<String> before = List.of();
        for (int[] layer : new int[][] {{0, 1}, {1, 9}, {10, 1}, {11, 8}, {19, 1}}) {
            List<String> ids = new ArrayList<>();
            for (int i = layer[0]; i < layer[0] + layer[1]; i++) {
                ids.add("task-" + i);
                tasks.add(Operation.newBuilder()
                        .setAddTask(new AddTask(TaskSpec.newBuilder()
                                .setTaskId("task-" + i)
                                .setTitle("Task " + i)
                                .setDependsOn(before)
                                .build()))
                        .build());
            }
            before = ids;
        }
        Mutation create = Mutation.newBuilder()
                .setMessageId("m" + messages++)
                .setRunId(runId)
                .setSentAt(Instant.EPOCH)
                .setActor("bench")
                .setOperations(tasks)
                .setCreateRun(CreateRun.newBuilder()
                        .setName("bench")
                        .setGoal("")
                        .setPreset("bench")
                        .build())
                .build();
        export.input("mutations", create);
        Going run = new Going(Run.of(runId), new ArrayDeque<>());
        decide(run, Input.mutation(create, origin("mutations")));
        return run;
    }

    private void decide(Going going, Input input) throws IOException {
        Decided decided = engine.step(going.run(), input, now++).orElseThrow();
        export.decided(decided);
        for (Fact f : decided.decision().getFacts()) {
            TaskDispatched d = f.getTaskDispatched();
            if (d != null) {
                going.reports()
                        .add(report(going.run(), d)
                                .setStarted(new Started("default", List.of()))
                                .build());
                going.reports()
                        .add(report(going.run(), d)
                                .setSubmitted(new Submitted("done", null))
                                .build());
            }
        }
    }

    private Report.Builder report(Run run, TaskDispatched d) {
        return Report.newBuilder()
                .setMessageId("m" + messages++)
                .setRunId(run.runId())
                .setWorkerId("worker")
                .setTaskId(d.getTaskId())
                .setAttempt(d.getAttempt())
                .setSentAt(Instant.EPOCH);
    }
}
