package io.taskgraph.client;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RecordSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the background that the worker is alive, and what its attempts use up: one record for each run in which it holds leases, as often as the
 * most demanding of them asks. A lease younger than its interval needs none: its report was the sign of life. While the
 * broker has not taken a run's last heartbeat yet, no other is sent for it, so that none pile up.
 */
final class Heartbeats {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final long LOOK_MILLIS = 100;
    private static final long LEAST_MILLIS = 50;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final RecordSerializer<Heartbeat> serializer;
    private final String workerId;
    private final Leases leases;
    private final ToLongFunction<String> mailReadTo;
    private final Map<String, Long> sentAt = new HashMap<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean stopping;

    Heartbeats(
            Producer<byte[], byte[]> producer,
            Topic<Heartbeat> topic,
            RecordSerializer<Heartbeat> serializer,
            String workerId,
            Leases leases,
            ToLongFunction<String> mailReadTo,
            String threadName) {
        this.producer = producer;
        this.topic = topic.name();
        this.serializer = serializer;
        this.workerId = workerId;
        this.leases = leases;
        this.mailReadTo = mailReadTo;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() {
        stopping = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!stopping) {
                Thread.sleep(leases.none() ? LOOK_MILLIS : beat());
            }
        } catch (InterruptedException e) {
            // Stopping.
        }
    }

    /** Sends what is due. Gives the milliseconds until more may be. */
    private long beat() {
        long now = System.nanoTime();
        Map<String, List<Attempt>> runs = new TreeMap<>();
        leases.all().forEach(attempt -> runs.computeIfAbsent(attempt.runId(), ignored -> new ArrayList<>())
                .add(attempt));
        sentAt.keySet().retainAll(runs.keySet());
        long soonest = LOOK_MILLIS;
        for (Map.Entry<String, List<Attempt>> run : runs.entrySet()) {
            long due = Long.MAX_VALUE;
            long last = sentAt.getOrDefault(run.getKey(), Long.MIN_VALUE);
            for (Attempt attempt : run.getValue()) {
                long from = last == Long.MIN_VALUE ? attempt.leasedAt() : Math.max(last, attempt.leasedAt());
                due = Math.min(due, from + interval(attempt) - now);
            }
            if (due <= 0) {
                send(run.getKey(), run.getValue());
                sentAt.put(run.getKey(), now);
            } else {
                soonest = Math.min(soonest, Math.max(1, TimeUnit.NANOSECONDS.toMillis(due)));
            }
        }
        return soonest;
    }

    private static long interval(Attempt attempt) {
        return TimeUnit.MILLISECONDS.toNanos(Math.max(LEAST_MILLIS, attempt.heartbeatIntervalMillis()));
    }

    private void send(String runId, List<Attempt> attempts) {
        if (!underWay.add(runId)) {
            return;
        }
        try {
            Heartbeat heartbeat = Heartbeat.newBuilder()
                    .setRunId(runId)
                    .setWorkerId(workerId)
                    .setSentAt(Instant.now())
                    .setActive(attempts.stream()
                            .map(attempt ->
                                    new ActiveAttempt(attempt.taskId(), attempt.attempt(), attempt.used(), null))
                            .toList())
                    .setMailReadTo(mailReadTo.applyAsLong(runId))
                    .build();
            producer.send(
                    new ProducerRecord<>(topic, runId.getBytes(StandardCharsets.UTF_8), serializer.write(heartbeat)),
                    (metadata, problem) -> underWay.remove(runId));
        } catch (KafkaException | IllegalStateException e) {
            underWay.remove(runId);
            LOG.debug("A heartbeat for run {} could not be sent: {}", runId, e.getMessage());
        }
    }
}
