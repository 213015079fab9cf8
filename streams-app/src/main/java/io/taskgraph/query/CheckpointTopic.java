package io.taskgraph.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The checkpoints that runs keep, from their compacted topic, as it stands when it is read. */
public final class CheckpointTopic {
    private CheckpointTopic() {}

    /**
     * Those of every run, by run, then in the order in which they were taken.
     *
     * @throws QueryException if there is no such topic
     */
    public static List<Checkpoint> all(Source source) {
        try (TopicReader topic = TopicReader.ofAll(source, source.topics().checkpoints())) {
            return read(source, topic);
        }
    }

    /**
     * Those of one run, in the order in which they were taken. Cost: reads the run's partition.
     *
     * @throws QueryException if there is no such topic
     */
    public static List<Checkpoint> of(Source source, String runId) {
        byte[] key = runId.getBytes(UTF_8);
        try (TopicReader topic = TopicReader.ofKeys(source, source.topics().checkpoints(), List.of(key))) {
            return read(source, topic).stream()
                    .filter(checkpoint -> checkpoint.getRunId().equals(runId))
                    .toList();
        }
    }

    private static List<Checkpoint> read(Source source, TopicReader topic) {
        RecordDeserializer<Checkpoint> reader =
                source.registry().deserializer(source.topics().checkpoints());
        Map<String, Checkpoint> latest = new TreeMap<>();
        topic.toEnd(record -> {
            String key = new String(record.key(), UTF_8);
            if (record.value() == null) {
                latest.remove(key);
            } else {
                latest.put(key, reader.read(record.value()));
            }
        });
        return latest.values().stream()
                .sorted(Comparator.comparing(Checkpoint::getRunId).thenComparingInt(Checkpoint::getVersion))
                .toList();
    }
}
