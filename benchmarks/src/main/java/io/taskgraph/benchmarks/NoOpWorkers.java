package io.taskgraph.benchmarks;

import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.client.ClientConfig;
import io.taskgraph.client.Letter;
import io.taskgraph.client.TaskContext;
import io.taskgraph.client.Worker;
import io.taskgraph.client.WorkerStats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A process that works W1's tasks off and does nothing in them. In this process, on one clock, it also measures hops:
 * from when a task is done, just before its report is sent, to when a task that waited for it is received.
 *
 * <p>It says {@code ready} when it takes tasks. Each line on its standard input is a question: {@code hops} forgets what
 * was measured and begins to measure, {@code answer} tells the hops in microseconds and stops measuring, {@code stats}
 * tells what the worker did. At the end of its input it stops.
 */
public final class NoOpWorkers {
    private static final int MOST_HOPS = 200_000;

    private final Map<String, AtomicLongArray> done = new ConcurrentHashMap<>();
    private final long[] hops = new long[MOST_HOPS];
    private int count;
    private volatile boolean measuring;

    private NoOpWorkers() {}

    /** Arguments: bootstrap, registry, prefix, concurrency, batch, readers. */
    public static void main(String[] args) throws IOException {
        new NoOpWorkers().run(args);
    }

    private void run(String[] args) throws IOException {
        ClientConfig config =
                ClientConfig.builder(args[0], args[1]).prefix(args[2]).build();
        try (Worker worker = Worker.builder(config)
                        .agentType(W1.AGENT_TYPE)
                        .workerId(W1.WORKER)
                        .concurrency(Integer.parseInt(args[3]))
                        .batch(Integer.parseInt(args[4]))
                        .readers(Integer.parseInt(args[5]))
                        .handler(this::handle)
                        .start();
                BufferedReader questions =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("ready");
            for (String line = questions.readLine(); line != null; line = questions.readLine()) {
                System.out.println(answer(line, worker.stats()));
            }
        }
    }

    private String answer(String question, WorkerStats stats) {
        return switch (question) {
            case "hops" -> {
                begin();
                yield "ok";
            }
            case "answer" -> end();
            case "stats" -> stats.toString();
            default -> "?";
        };
    }

    private synchronized void begin() {
        count = 0;
        done.clear();
        measuring = true;
    }

    private synchronized String end() {
        measuring = false;
        StringBuilder line = new StringBuilder();
        Arrays.stream(hops, 0, count)
                .forEach(nanos -> line.append(nanos / 1_000).append(' '));
        return line.toString();
    }

    private String handle(TaskContext task) {
        if (measuring) {
            measure(task.runId(), W1.wave(task.taskId()));
        }
        if (task.taskId().equals(W1.WRITER) && task.runId().endsWith(W1.WRITES)) {
            task.send(Letter.to(Letter.LEAD, MessageKind.ALERT, "half of it is done")
                    .priority(MessagePriority.CRITICAL));
        }
        return null;
    }

    private void measure(String runId, int wave) {
        long received = System.nanoTime();
        AtomicLongArray ofRun = done.computeIfAbsent(runId, r -> new AtomicLongArray(W1.WAVES.length));
        long freedAt = wave == 0 ? 0 : ofRun.get(wave - 1);
        if (freedAt != 0) {
            hop(received - freedAt);
        }
        if (wave == W1.WAVES.length - 1) {
            done.remove(runId);
        } else {
            // The report that frees the next wave is the last of this one's.
            ofRun.accumulateAndGet(wave, System.nanoTime(), Math::max);
        }
    }

    private synchronized void hop(long nanos) {
        if (count < MOST_HOPS) {
            hops[count++] = nanos;
        }
    }
}
