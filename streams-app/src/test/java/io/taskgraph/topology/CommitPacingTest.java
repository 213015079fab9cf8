package io.taskgraph.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CommitPacingTest {
    private static final String REPORTS = "reports";
    private static final String HEARTBEATS = "heartbeats";

    private final CommitPacing pacing = new CommitPacing(HEARTBEATS);
    private long now = 1_000_000;

    private void polled(int reports, int heartbeats) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        records.put(new TopicPartition(REPORTS, 0), some(REPORTS, reports));
        records.put(new TopicPartition(HEARTBEATS, 0), some(HEARTBEATS, heartbeats));
        pacing.polled(new ConsumerRecords<>(records, Map.of()));
    }

    private static List<ConsumerRecord<byte[], byte[]>> some(String topic, int count) {
        return Collections.nCopies(count, new ConsumerRecord<>(topic, 0, 0, null, null));
    }

    private boolean commanding(String topic) {
        pacing.commands();
        return pacing.processed(topic, now);
    }

    @Test
    void givenCommands_whenNothingMoreWaits_thenACommitIsAskedForOnce() {
        polled(3, 0);
        assertThat(commanding(REPORTS)).isFalse();
        assertThat(pacing.processed(REPORTS, now)).isFalse();
        assertThat(pacing.processed(REPORTS, now)).isTrue();
        polled(1, 0);
        assertThat(pacing.processed(REPORTS, now)).as("no commands").isFalse();
    }

    @Test
    void givenABusyThread_thenTheIntervalDecides_untilItHasBeenCalmForAWindow() {
        for (int i = 0; i < CommitPacing.BUSY / 10; i++) {
            polled(1, 0);
            assertThat(commanding(REPORTS)).as("record %s", i).isTrue();
        }
        polled(1, 0);
        assertThat(commanding(REPORTS)).isFalse();
        now += 100;
        polled(1, 0);
        assertThat(commanding(REPORTS)).as("busy in the window before").isFalse();
        now += 100;
        polled(1, 0);
        assertThat(commanding(REPORTS)).isTrue();
    }

    @Test
    void givenAFloodOfHeartbeats_thenCommandsGoOutAtOnce() {
        polled(0, 10_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(pacing.processed(HEARTBEATS, now)).isFalse();
        }
        polled(1, 10_000);
        assertThat(pacing.processed(HEARTBEATS, now)).isFalse();
        assertThat(commanding(REPORTS)).isTrue();
    }

    @Test
    void givenAFloodOfHeartbeatsThatLeadToCommands_thenTheIntervalDecides() {
        int asked = 0;
        for (int i = 0; i < 10_000; i++) {
            polled(0, 1);
            asked += commanding(HEARTBEATS) ? 1 : 0;
        }
        assertThat(asked).isEqualTo(CommitPacing.BUSY / 10);
    }
}
