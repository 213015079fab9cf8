package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads one run's decisions from the log, in order, from its partition alone. Decisions of other runs are passed over by
 * their key, without being decoded. Nothing is kept, whatever the length of the log.
 */
public final class RunLog {
    private RunLog() {}

    /**
     * Hands on each decision of the run's chain up to the log's end as it is now; refusals from before it existed are left
     * out.
     *
     * @param goOn says after each whether the next is wanted
     * @throws HistoryException if a decision cannot be read; it names the place
     */
    public static void read(
            ReplaySource source, String runId, Replay.Progress progress, Predicate<LoggedDecision> goOn) {
        RegistryConfig config = RegistryConfig.of(source.registryUrl()).with(source.properties());
        try (SchemaRegistry registry = SchemaRegistry.open(config);
                TopicScan scan = new TopicScan(source)) {
            RecordDeserializer<Decision> reader =
                    registry.deserializer(source.topics().decisions());
            List<TopicPartition> mine =
                    scan.partitionOf(source.topics().decisions().name(), runId);
            long total = scan.size(mine);
            byte[] key = runId.getBytes(UTF_8);
            scan.readWhile(
                    mine, r -> !OfRun.hasKey(r, key) || accept(reader, r, goOn), behind -> progress.at(behind, total));
        }
    }

    private static boolean accept(
            RecordDeserializer<Decision> reader, ConsumerRecord<byte[], byte[]> r, Predicate<LoggedDecision> goOn) {
        Decision d;
        try {
            d = reader.read(r.value());
        } catch (UnreadableRecordException e) {
            throw new HistoryException(
                    "The decision of run " + new String(r.key(), UTF_8) + " at offset " + r.offset() + " of "
                            + r.topic() + "-" + r.partition() + " cannot be read: " + e.getMessage(),
                    e);
        }
        return d.getSequence() == 0 || goOn.test(new LoggedDecision(d, r.value(), r.partition(), r.offset()));
    }
}
