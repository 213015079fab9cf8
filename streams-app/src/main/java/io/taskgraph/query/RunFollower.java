package io.taskgraph.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotException;
import io.taskgraph.snapshot.SnapshotIndex;
import io.taskgraph.snapshot.SnapshotTopic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Follows some runs along the decision log, from its beginning. Decisions of other runs are passed over by their key,
 * without being decoded. Not thread-safe.
 */
public final class RunFollower implements AutoCloseable {
    private final Map<String, RunView> views = new LinkedHashMap<>();
    /** Runs whose history begins in its middle, without a snapshot to take it up from. */
    private final Set<String> beheaded = new HashSet<>();

    private final TopicReader reader;
    private final RecordDeserializer<Decision> decisions;
    private final Source source;

    private RunFollower(Source source, TopicReader reader, RecordDeserializer<Decision> decisions) {
        this.source = source;
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
                source,
                TopicReader.ofKeys(source, source.topics().decisions(), keys),
                source.registry().deserializer(source.topics().decisions()));
        runIds.forEach(id -> follower.views.put(id, RunView.of(id)));
        return follower;
    }

    /**
     * Reads to the log's end as it is now. Where history was cut off meanwhile, a stretch or the snapshot behind it may be
     * missing for an instant: it is read once more.
     *
     * @throws QueryException if a run's decisions do not follow one another
     */
    public RunFollower catchUp() {
        try {
            readAll();
        } catch (QueryException | SnapshotException e) {
            if (!reader.isCutOff()) {
                throw e;
            }
            readAgain();
        }
        if (!beheaded.isEmpty()) {
            readAgain();
        }
        seal();
        return this;
    }

    private void readAll() {
        reader.toEnd(this::accept);
        if (reader.isCutOff()) {
            views.values().stream().filter(view -> !view.exists()).forEach(view -> takeUp(view, 0));
        }
    }

    private void readAgain() {
        views.replaceAll((id, view) -> RunView.of(id));
        beheaded.clear();
        reader.rewind();
        readAll();
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
            Decision d = decisions.read(record.value());
            if (d.getSequence() > 1 && !view.exists() && !beheaded.contains(view.runId())) {
                takeUp(view, d.getSequence());
            }
            if (d.getSequence() <= 1) {
                beheaded.remove(view.runId());
            }
            // What is left of a run that was forgotten tells nothing of one.
            if (!beheaded.contains(view.runId())) {
                view.accept(d);
            }
        }
    }

    /**
     * Takes up a run whose history was cut off from its snapshot.
     *
     * @param first the first decision that the log has of it; 0: it has none
     */
    private void takeUp(RunView view, long first) {
        try (SnapshotTopic topic = SnapshotTopic.open(
                source.consumerProperties(), source.topics(), source.registry(), Optional.of(view.runId()))) {
            SnapshotIndex index = topic.catchUp();
            Optional<IndexedSnapshot> basis =
                    first == 0 ? index.newest(view.runId()) : index.basis(view.runId(), first);
            basis.ifPresentOrElse(snapshot -> view.takeUp(topic.load(snapshot)), () -> beheaded.add(view.runId()));
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
