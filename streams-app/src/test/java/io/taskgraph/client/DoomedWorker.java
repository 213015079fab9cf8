package io.taskgraph.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A worker process that does its work, writes down that it did, and waits to be killed before it can report. */
final class DoomedWorker {
    private DoomedWorker() {}

    /** @param args bootstrap, registry, prefix, delay of the started report in milliseconds, file to note work in */
    public static void main(String[] args) throws InterruptedException {
        Path notes = Path.of(args[4]);
        Worker.builder(ClientConfig.builder(args[0], args[1]).prefix(args[2]).build())
                .workerId("doomed")
                .startedDelay(Duration.ofMillis(Long.parseLong(args[3])))
                .handler(task -> {
                    note(notes, task);
                    new CountDownLatch(1).await();
                    return "never reported";
                })
                .start();
        new CountDownLatch(1).await();
    }

    static void note(Path notes, TaskContext task) throws java.io.IOException {
        Files.writeString(
                notes,
                task.workerId() + " did " + task.taskId() + "/" + task.attempt() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
