package io.taskgraph.replay;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What decisions were made from, on the topics of a cluster. */
final class ClusterRecordings implements Recordings {
    private final ReplaySource source;
    private final SchemaRegistry registry;
    private PolicyBook policies;

    ClusterRecordings(ReplaySource source, SchemaRegistry registry) {
        this.source = source;
        this.registry = registry;
    }

    @Override
    public Cursor inputs(String family, int partition) {
        for (Topic<?> topic : source.topics().inputs()) {
            if (topic.family().equals(family)) {
                return cursor(topic.name(), partition);
            }
        }
        return null;
    }

    /** The records of a topic's partition; null: there is none. */
    TopicCursor cursor(String topic, int partition) {
        KafkaConsumer<byte[], byte[]> consumer = TopicScan.consumer(source);
        var known = consumer.partitionsFor(topic);
        if (known == null || known.stream().noneMatch(p -> p.partition() == partition)) {
            consumer.close();
            return null;
        }
        return new TopicCursor(consumer, new TopicPartition(topic, partition), registry);
    }

    @Override
    public Optional<Policy> policy(String reference, String digest) {
        if (policies == null) {
            policies = new PolicyBook();
            readPolicies();
        }
        return policies.of(digest);
    }

    /** All that are still there, in whatever version: of a compacted topic that may be more than the last of each. */
    private void readPolicies() {
        RecordReader<PolicyProfile> reader = new RecordReader<>(PolicyProfile.class);
        try (TopicScan scan = new TopicScan(source)) {
            scan.read(
                    scan.partitions(source.topics().policies().name()),
                    r -> {
                        if (r.value() != null) {
                            try {
                                policies.add(reader.read(TopicCursor.recorded(r, registry)));
                            } catch (UnreadableRecordException e) {
                                // No instance could use it, either.
                            }
                        }
                    },
                    behind -> {});
        }
    }

    @Override
    public void close() {}
}
