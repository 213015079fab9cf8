package io.taskgraph.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Phase;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One run's decisions as they stand on the log, in their order, nothing folded: memory does not grow with the log.
 * Decisions of other runs in the same partition are passed over by their key. Not thread-safe.
 */
public final class EventLog implements AutoCloseable {
    private final byte[] key;
    private final TopicReader reader;
    private final RecordDeserializer<Decision> decisions;
    private long read;
    private boolean over;

    private EventLog(String runId, TopicReader reader, RecordDeserializer<Decision> decisions) {
        this.key = runId.getBytes(UTF_8);
        this.reader = reader;
        this.decisions = decisions;
    }

    /**
     * Stands at the beginning of the run's partition.
     *
     * @param runId it need not exist
     * @throws QueryException if there is no log
     */
    public static EventLog of(Source source, String runId) {
        return new EventLog(
                runId,
                TopicReader.ofKeys(source, source.topics().decisions(), List.of(runId.getBytes(UTF_8))),
                source.registry().deserializer(source.topics().decisions()));
    }

    /** Gives each decision on the run up to the log's end as it is now. */
    public void toEnd(Consumer<Decision> each) {
        toEnd(each, left -> {});
    }

    /** The same; {@code left} hears now and then how many offsets of the run's partition are still to be read. */
    public void toEnd(Consumer<Decision> each, LongConsumer left) {
        reader.toEnd(record -> accept(record, each), left);
    }

    /** Gives what has come since, waiting so long for the first of it, of this run or of another. */
    public void poll(Duration patience, Consumer<Decision> each) {
        reader.poll(patience, record -> accept(record, each));
    }

    private void accept(ConsumerRecord<byte[], byte[]> record, Consumer<Decision> each) {
        if (!Arrays.equals(record.key(), key) || record.value() == null) {
            return;
        }
        Decision d = read(record);
        read++;
        for (Fact fact : d.getFacts()) {
            if (fact.getPhaseChanged() != null) {
                Phase to = fact.getPhaseChanged().getTo();
                over = to == Phase.COMPLETED || to == Phase.FAILED;
            }
        }
        each.accept(d);
    }

    private Decision read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return decisions.read(record.value());
        } catch (UnreadableRecordException e) {
            throw new QueryException(
                    "The decision of run " + new String(key, UTF_8) + " at offset " + record.offset() + " of "
                            + record.topic() + "-" + record.partition() + " cannot be read: " + e.getMessage(),
                    e);
        }
    }

    /** How many decisions on the run were read, those included that were made when it did not exist. */
    public long read() {
        return read;
    }

    /** Whether the run has ended, as far as was read; a run that has completed begins again when its plan grows. */
    public boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        reader.close();
    }
}
