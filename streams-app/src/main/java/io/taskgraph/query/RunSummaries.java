package io.taskgraph.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.RunSummary;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every run's latest summary, from the compacted topic. A summary trails the decisions by up to half a second. */
public final class RunSummaries {
    private RunSummaries() {}

    /**
     * The summaries as they stand, oldest run first.
     *
     * @throws QueryException if there is no such topic
     */
    public static List<RunSummary> read(Source source) {
        try (TopicReader topic = TopicReader.ofAll(source, source.topics().runs())) {
            return read(source, topic);
        }
    }

    /**
     * One run's summary as it stands; cost: reads the run's partition.
     *
     * @throws QueryException if there is no such topic
     */
    public static Optional<RunSummary> of(Source source, String runId) {
        try (TopicReader topic = TopicReader.ofKeys(source, source.topics().runs(), List.of(runId.getBytes(UTF_8)))) {
            return read(source, topic).stream()
                    .filter(run -> run.getRunId().equals(runId))
                    .findFirst();
        }
    }

    private static List<RunSummary> read(Source source, TopicReader topic) {
        RecordDeserializer<RunSummary> reader =
                source.registry().deserializer(source.topics().runs());
        Map<String, RunSummary> latest = new HashMap<>();
        topic.toEnd(record -> {
            String runId = new String(record.key(), UTF_8);
            if (record.value() == null) {
                latest.remove(runId);
            } else {
                latest.put(runId, reader.read(record.value()));
            }
        });
        return latest.values().stream()
                .sorted(Comparator.comparing(RunSummary::getCreatedAt).thenComparing(RunSummary::getRunId))
                .toList();
    }
}
