package io.taskgraph.client;

import io.taskgraph.avro.LoadedExtension;
import java.time.Duration;
import java.util.List;

/** What a {@link WorkerBuilder} was told, checked. */
record WorkerConfig(
        ClientConfig client,
        String agentType,
        String workerId,
        int concurrency,
        int batch,
        int readers,
        Duration startedDelay,
        Duration grace,
        TaskHandler handler,
        MessageHandler messages,
        List<LoadedExtension> loaded) {

    WorkerConfig {
        loaded = List.copyOf(loaded);
        requireText("agent type", agentType, 128);
        requireText("worker id", workerId, 256);
        if (workerId.equals(Letter.LEAD) || workerId.equals(Letter.EVERYBODY)) {
            throw new IllegalArgumentException(
                    "The worker id " + workerId + " means others in messages: take another name.");
        }
        requireRange("concurrency", concurrency, 1, 10_000);
        requireRange("batch", batch, 1, 2_000);
        requireRange("readers", readers, 1, 64);
        if (readers > concurrency) {
            throw new IllegalArgumentException("There are " + readers + " readers for " + concurrency
                    + " tasks at once: take no more readers than that, for each keeps a place free for what it takes.");
        }
        if (startedDelay.isNegative() || startedDelay.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException("The delay of the started report is " + startedDelay
                    + ": take one from 0 to 10 seconds, for until then nobody knows that the task is being done.");
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("The grace period is " + grace + ": it cannot be negative.");
        }
        if (handler == null) {
            throw new IllegalArgumentException("There is no handler: say what is to be done with tasks.");
        }
    }

    private static void requireText(String what, String text, int most) {
        if (text == null || text.isBlank() || text.codePointCount(0, text.length()) > most) {
            throw new IllegalArgumentException("The " + what + " must have 1 to " + most + " characters.");
        }
    }

    private static void requireRange(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "The " + what + " is " + value + ": take a number from " + least + " to " + most + ".");
        }
    }
}
