package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class BrokerContactTest {
    private static final MetricName COUNT = new MetricName("connection-count", "consumer-metrics", "", Map.of());

    private double connections = 1;

    private final Map<MetricName, Metric> metrics = Map.of(COUNT, new Metric() {
        @Override
        public MetricName metricName() {
            return COUNT;
        }

        @Override
        public Object metricValue() {
            return connections;
        }
    });

    @Test
    void contactIsLostOnlyAfterSecondsWithoutAnyConnection() {
        BrokerContact contact = new BrokerContact(metrics, 0);
        assertThat(contact.lost(seconds(10))).isFalse();

        connections = 0;
        assertThat(contact.lost(seconds(12))).isFalse();
        connections = 1;
        assertThat(contact.lost(seconds(13))).isFalse();
        connections = 0;
        assertThat(contact.lost(seconds(15))).isFalse();
        assertThat(contact.lost(seconds(17))).isTrue();
    }

    @Test
    void whereNothingIsKnownNothingIsGivenUp() {
        BrokerContact contact = new BrokerContact(Map.of(), 0);

        assertThat(contact.lost(seconds(3600))).isFalse();
    }

    private static long seconds(long s) {
        return TimeUnit.SECONDS.toNanos(s);
    }
}
