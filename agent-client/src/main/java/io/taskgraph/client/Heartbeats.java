package io.taskgraph.client;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.client.Memberships.Membership;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RecordSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
 * Says in the background that the worker is alive, how far its attempts are and what they use up: one record for each run in
 * which it holds leases, as often as the most demanding of them asks. A lease younger than its interval needs none: its report
 * was the sign of life. To a run that it worked for lately it says as often that it is idle, and at last, once, that it leaves.
 * While the broker has not taken a run's last heartbeat yet, no other is sent for it, so that none pile up.
 */
final class Heartbeats {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final long LOOK_MILLIS = 100;
    private static final long LEAST_MILLIS = 50;
    /** So many runs that gave way to others are told of it in one look: workers that see thousands of runs stay cheap. */
    private static final int FAREWELLS = 10;
    /** More of what attempts say of their progress does not go into one heartbeat, which has to fit into a record. */
    private static final int MOST_PROGRESS = 200_000;

    private static final long STOP_MILLIS = 1_000;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final RecordSerializer<Heartbeat> serializer;
    private final String workerId;
    private final String agentType;
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
            String agentType,
            Leases leases,
            ToLongFunction<String> mailReadTo,
            String threadName) {
        this.producer = producer;
        this.topic = topic.name();
        this.serializer = serializer;
        this.workerId = workerId;
        this.agentType = agentType;
        this.leases = leases;
        this.mailReadTo = mailReadTo;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Tells all runs that the worker leaves, and ends. Waits a second for that at most.
     *
     * @return false if this thread was interrupted meanwhile
     */
    boolean stop() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void run() {
        try {
            while (!stopping) {
                boolean nothing = leases.none() && leases.memberships().isEmpty();
                Thread.sleep(nothing ? LOOK_MILLIS : beat(System.nanoTime()));
            }
        } catch (InterruptedException e) {
            // Stopping.
        }
        // On this thread: without a broker sending waits, and whoever stops the worker must not.
        Thread.interrupted();
        leave();
    }

    /** Sends what is due. Gives the milliseconds until more may be. */
    long beat(long now) {
        Map<String, List<Attempt>> runs = new TreeMap<>();
        leases.all().forEach(attempt -> runs.computeIfAbsent(attempt.runId(), ignored -> new ArrayList<>())
                .add(attempt));
        // After the leases: an attempt that ends meanwhile is found under both rather than under none.
        List<Membership> memberships = leases.memberships().all();
        Set<String> known = new HashSet<>(runs.keySet());
        memberships.forEach(membership -> known.add(membership.runId()));
        sentAt.keySet().retainAll(known);
        long soonest = LOOK_MILLIS;
        for (Map.Entry<String, List<Attempt>> run : runs.entrySet()) {
            long due = Long.MAX_VALUE;
            for (Attempt attempt : run.getValue()) {
                due = Math.min(due, due(run.getKey(), attempt.leasedAt(), attempt.heartbeatIntervalMillis(), now));
            }
            soonest = Math.min(soonest, sendIfDue(run.getKey(), run.getValue(), due, now));
        }
        for (Membership membership : memberships) {
            String runId = membership.runId();
            if (runs.containsKey(runId)) {
                continue;
            }
            if (membership.isOver(now)) {
                if (send(runId, List.of(), WorkerStatus.LEAVING)) {
                    leases.memberships().forget(membership);
                }
                continue;
            }
            long due = due(runId, membership.workedAt(), membership.intervalMillis(), now);
            soonest = Math.min(soonest, sendIfDue(runId, List.of(), due, now));
        }
        farewells(runs.keySet());
        return soonest;
    }

    /** Nanoseconds until a heartbeat is due that is wanted every so often since a time. */
    private long due(String runId, long since, long intervalMillis, long now) {
        Long last = sentAt.get(runId);
        long from = last == null || last - since < 0 ? since : last;
        return from + TimeUnit.MILLISECONDS.toNanos(Math.max(LEAST_MILLIS, intervalMillis)) - now;
    }

    /** Gives the milliseconds until the next may be due. */
    private long sendIfDue(String runId, List<Attempt> attempts, long due, long now) {
        if (due > 0) {
            return Math.max(1, TimeUnit.NANOSECONDS.toMillis(due));
        }
        send(runId, attempts, attempts.isEmpty() ? WorkerStatus.IDLE : WorkerStatus.BUSY);
        sentAt.put(runId, now);
        return LOOK_MILLIS;
    }

    private void farewells(Set<String> busy) {
        for (int i = 0; i < FAREWELLS; i++) {
            String runId = leases.memberships().nextLeft();
            if (runId == null) {
                return;
            }
            if (!busy.contains(runId)) {
                send(runId, List.of(), WorkerStatus.LEAVING);
            }
        }
    }

    /** Tells all runs that it worked for lately that the worker leaves. */
    void leave() {
        for (Membership membership : leases.memberships().all()) {
            // Whatever is under way for the run arrives before it.
            underWay.remove(membership.runId());
            send(membership.runId(), List.of(), WorkerStatus.LEAVING);
            leases.memberships().forget(membership);
        }
    }

    /** Gives whether it was handed to the producer. */
    private boolean send(String runId, List<Attempt> attempts, WorkerStatus status) {
        if (!underWay.add(runId)) {
            return false;
        }
        try {
            Heartbeat heartbeat = Heartbeat.newBuilder()
                    .setRunId(runId)
                    .setWorkerId(workerId)
                    .setSentAt(Instant.now())
                    .setActive(active(attempts))
                    .setStatus(status)
                    .setAgentType(agentType)
                    .setMailReadTo(mailReadTo.applyAsLong(runId))
                    .build();
            producer.send(
                    new ProducerRecord<>(topic, runId.getBytes(StandardCharsets.UTF_8), serializer.write(heartbeat)),
                    (metadata, problem) -> underWay.remove(runId));
            return true;
        } catch (KafkaException | IllegalStateException e) {
            underWay.remove(runId);
            LOG.debug("A heartbeat for run {} could not be sent: {}", runId, e.getMessage());
            return false;
        }
    }

    private static List<ActiveAttempt> active(List<Attempt> attempts) {
        List<ActiveAttempt> active = new ArrayList<>(attempts.size());
        int room = MOST_PROGRESS;
        for (Attempt attempt : attempts) {
            String progress = attempt.progress();
            if (progress != null) {
                room -= progress.length();
            }
            active.add(
                    new ActiveAttempt(attempt.taskId(), attempt.attempt(), attempt.used(), room < 0 ? null : progress));
        }
        return active;
    }
}
