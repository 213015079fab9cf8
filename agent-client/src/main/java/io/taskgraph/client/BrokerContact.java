package io.taskgraph.client;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Notices that a consumer has had no connection to any broker for a while. A share consumer without one does not wait
 * in {@code poll} but spins, on two threads (its overdue heartbeat makes every wait 0 ms long; seen with Kafka 4.3.1), so that
 * whoever polls it has to give it up.
 */
final class BrokerContact {
    private static final long GIVEN_UP_AFTER_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Map<MetricName, ? extends Metric> metrics;
    private Metric connections;
    private long lookedAt;
    private long seenAt;

    /** @param metrics the consumer's, searched only if a poll stays empty for long */
    BrokerContact(Map<MetricName, ? extends Metric> metrics, long now) {
        this.metrics = metrics;
        lookedAt = now;
        seenAt = now;
    }

    /** Whether there has been no connection for three seconds. Times are {@link System#nanoTime()}; costs a comparison mostly. */
    boolean lost(long now) {
        if (now - lookedAt < LOOK_EVERY_NANOS) {
            return false;
        }
        lookedAt = now;
        if (connections() > 0) {
            seenAt = now;
        }
        return now - seenAt > GIVEN_UP_AFTER_NANOS;
    }

    private double connections() {
        if (connections == null) {
            metrics.forEach((name, metric) -> {
                if (name.name().equals("connection-count")) {
                    connections = metric;
                }
            });
        }
        // Where there is no such metric nothing is known, and nothing is given up.
        return connections == null ? 1 : ((Number) connections.metricValue()).doubleValue();
    }
}
