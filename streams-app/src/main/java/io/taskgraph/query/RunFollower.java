package io.taskgraph.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Follows some runs along the decision log, from its beginning. Decisions of other runs are passed over by their key,
 * without being decoded. Not thread-safe.
 */
public final class RunFollower implements AutoCloseable {
    private final Map<String, RunView> views = new LinkedHashMap<>();
    private final TopicReader reader;
    private final RecordDeserializer<Decision> decisions;

    private RunFollower(TopicReader reader, RecordDeserializer<Decision> decisions) {
        this.reader = reader;
        this.decisions = decisions;
    }

    /**
     * Follows these runs; nothing has been read yet.
     *
     * @param runIds at least one; they need not exist
     * @throws QueryException if there is no log
     */
    public static RunFollower of(Source source, Collection<String> runIds) {
        List<byte[]> keys = runIds.stream().map(id -> id.getBytes(UTF_8)).toList();
        RunFollower follower = new RunFollower(
                TopicReader.ofKeys(source, source.topics().decisions(), keys),
                source.registry().deserializer(source.topics().decisions()));
        runIds.forEach(id -> follower.views.put(id, RunView.of(id)));
        return follower;
    }

    /** Reads to the log's end as it is now. */
    public RunFollower catchUp() {
        reader.toEnd(this::accept);
        seal();
        return this;
    }

    /** Reads on, waiting so long for something new. Whether the log had anything new, of these runs or of others. */
    public boolean poll(Duration patience) {
        boolean any = reader.poll(patience, this::accept);
        seal();
        return any;
    }

    private void seal() {
        views.values().forEach(RunView::seal);
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        RunView view = record.key() == null ? null : views.get(new String(record.key(), UTF_8));
        if (view != null && record.value() != null) {
            view.accept(decisions.read(record.value()));
        }
    }

    /** The run as read so far; it goes on changing. Null if it is not followed. */
    public RunView run(String runId) {
        return views.get(runId);
    }

    /** All that are followed, in the order in which they were named. */
    public List<RunView> runs() {
        return List.copyOf(views.values());
    }

    @Override
    public void close() {
        reader.close();
    }
}
