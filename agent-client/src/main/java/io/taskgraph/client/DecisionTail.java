package io.taskgraph.client;

import io.taskgraph.avro.Decision;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the end of the decision log for the answers that this client waits for. It reads committed decisions only, looks
 * at headers, and decodes what was asked for. It stands at the log's end <em>before</em> a message is sent, so that no
 * answer can pass unheard; while nobody waits for anything, it does not read.
 */
final class DecisionTail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long RETRY_MILLIS = 500;

    /** Names a message: its id is unique within its run only. */
    private record Message(String runId, String messageId) {}

    private final Consumer<byte[], byte[]> consumer;
    private final RecordDeserializer<Decision> decisions;
    private final List<TopicPartition> partitions;
    private final Map<Message, List<CompletableFuture<Answer>>> awaited = new ConcurrentHashMap<>();
    private final Thread thread;
    private final Object lock = new Object();
    // Guarded by lock.
    private boolean positioned;
    private boolean closed;

    DecisionTail(
            KafkaSettings settings,
            String clientId,
            String topic,
            int partitionCount,
            RecordDeserializer<Decision> decisions) {
        this.consumer = new KafkaConsumer<>(settings.tail(clientId));
        this.decisions = decisions;
        this.partitions = IntStream.range(0, partitionCount)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
        this.thread = new Thread(this::run, clientId);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits for the decision on a message that is about to be sent. When this returns, the tail stands before wherever
     * the decision will be written.
     *
     * @param patience how long to wait for the tail to find its position
     * @return completed when the decision is heard; it has no timeout of its own
     * @throws ClientException if the position is not found in time
     */
    CompletableFuture<Answer> expect(String runId, String messageId, Duration patience) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Message message = new Message(runId, messageId);
        synchronized (lock) {
            awaited.compute(message, (ignored, waiting) -> {
                List<CompletableFuture<Answer>> all = waiting == null ? new ArrayList<>(1) : new ArrayList<>(waiting);
                all.add(answer);
                return all;
            });
            answer.whenComplete((result, problem) -> forget(message, answer));
            lock.notifyAll();
            long deadline = System.nanoTime() + patience.toNanos();
            while (!positioned) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (closed || left <= 0) {
                    forget(message, answer);
                    throw new ClientException(
                            closed
                                    ? "The client is closed: open a new one."
                                    : "The end of the decision log could not be found within " + patience.toMillis()
                                            + " ms, so nothing was sent: see that the broker is running, and try again.");
                }
                try {
                    lock.wait(left);
                } catch (InterruptedException e) {
                    forget(message, answer);
                    Thread.currentThread().interrupt();
                    throw new ClientException("Interrupted before anything was sent.");
                }
            }
        }
        return answer;
    }

    private void forget(Message message, CompletableFuture<Answer> answer) {
        awaited.computeIfPresent(message, (ignored, waiting) -> {
            List<CompletableFuture<Answer>> left = new ArrayList<>(waiting);
            left.remove(answer);
            return left.isEmpty() ? null : left;
        });
    }

    private void run() {
        try (consumer) {
            consumer.assign(partitions);
            long lastNeeded = System.nanoTime();
            while (true) {
                try {
                    if (!standing(lastNeeded)) {
                        return;
                    }
                    consumer.poll(POLL).forEach(this::hear);
                    if (!awaited.isEmpty()) {
                        lastNeeded = System.nanoTime();
                    }
                } catch (WakeupException e) {
                    // The loop looks whether we are closed.
                } catch (InterruptException e) {
                    return;
                } catch (KafkaException e) {
                    LOG.warn("Reading the decision log failed and is tried again: {}", e.getMessage());
                    Thread.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (lock) {
                closed = true;
                lock.notifyAll();
            }
        }
    }

    /** Sees to it that the tail has a position, waiting for somebody to need one. False: we are closed. */
    private boolean standing(long lastNeeded) throws InterruptedException {
        synchronized (lock) {
            if (positioned && awaited.isEmpty() && System.nanoTime() - lastNeeded > IDLE_NANOS) {
                positioned = false;
            }
            while (!closed && !positioned && awaited.isEmpty()) {
                lock.wait();
            }
            if (closed || positioned) {
                return !closed;
            }
        }
        consumer.seekToEnd(partitions);
        // Seeking is lazy: only asking for the position finds it.
        partitions.forEach(consumer::position);
        synchronized (lock) {
            positioned = true;
            lock.notifyAll();
            return !closed;
        }
    }

    private void hear(ConsumerRecord<byte[], byte[]> record) {
        if (awaited.isEmpty() || record.value() == null) {
            return;
        }
        Optional<String> messageId = RecordHeaders.get(record.headers(), RecordHeaders.MESSAGE_ID);
        Optional<String> runId = RecordHeaders.get(record.headers(), RecordHeaders.RUN_ID);
        if (messageId.isEmpty() || runId.isEmpty()) {
            return;
        }
        List<CompletableFuture<Answer>> waiting = awaited.get(new Message(runId.get(), messageId.get()));
        if (waiting == null) {
            return;
        }
        try {
            Answer answer = Answer.of(decisions.read(record.value()));
            waiting.forEach(one -> one.complete(answer));
        } catch (RuntimeException e) {
            ClientException problem = new ClientException(
                    "The decision on message " + messageId.get() + " of run " + runId.get() + " was made ("
                            + record.topic() + "-" + record.partition() + " offset " + record.offset()
                            + ") but cannot be read: " + e.getMessage(),
                    e);
            waiting.forEach(one -> one.completeExceptionally(problem));
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        awaited.values()
                .forEach(waiting -> waiting.forEach(one -> one.completeExceptionally(
                        new ClientException("The client was closed before the decision was heard."))));
    }
}
