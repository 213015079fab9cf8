package io.taskgraph.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link NoOpWorkers} as a process of its own. */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final PrintWriter to;
    private final BufferedReader from;

    private WorkerProcess(Process process) {
        this.process = process;
        this.to = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it and returns when it takes tasks. */
    static WorkerProcess start(Site site, BenchSettings settings) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.add("-Xmx1g");
        if (System.getProperty("TASKGRAPH_LOG") != null) {
            command.add("-DTASKGRAPH_LOG=" + System.getProperty("TASKGRAPH_LOG"));
        }
        if (!settings.workerJvm().isBlank()) {
            command.addAll(Arrays.asList(settings.workerJvm().trim().split("\\s+")));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                NoOpWorkers.class.getName(),
                site.bootstrap(),
                site.registryUrl(),
                site.topics().prefix(),
                Integer.toString(settings.concurrency()),
                Integer.toString(settings.batch()),
                Integer.toString(settings.readers())));
        try {
            WorkerProcess worker = new WorkerProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
            worker.expectReady();
            return worker;
        } catch (IOException e) {
            throw new UncheckedIOException("The worker process did not start (" + e.getMessage() + ")", e);
        }
    }

    private void expectReady() throws IOException {
        if (!"ready".equals(from.readLine())) {
            close();
            throw new BenchException("The worker process ended before it was ready; what it says stands above.");
        }
    }

    /** Begins to measure hops. */
    void measureHops() {
        ask("hops");
    }

    /** What was measured since, in milliseconds. */
    double[] hops() {
        String answer = ask("answer").trim();
        return answer.isEmpty()
                ? new double[0]
                : Arrays.stream(answer.split(" "))
                        .mapToDouble(micros -> Long.parseLong(micros) / 1e3)
                        .toArray();
    }

    /** What the worker did, in its own words. */
    String stats() {
        return ask("stats");
    }

    /** CPU time it has taken, in nanoseconds. */
    long cpuNanos() {
        return process.toHandle()
                .info()
                .totalCpuDuration()
                .map(java.time.Duration::toNanos)
                .orElse(0L);
    }

    private String ask(String question) {
        try {
            to.println(question);
            String answer = from.readLine();
            if (answer == null) {
                throw new BenchException("The worker process ended in the middle; what it says stands above.");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException("The worker process does not answer (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public void close() {
        to.close();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
