package io.taskgraph.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the published policy profiles as they stand on their topic, on every instance. One that cannot be read is kept as
 * it is, so that whoever names it is refused, and is warned of with its position: it cannot become a dead letter, for
 * nothing can be forwarded from here.
 */
final class PolicyKeeper implements Processor<byte[], byte[], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyKeeper.class);

    private final Function<byte[], PolicyProfile> reader;
    private ProcessorContext<Void, Void> context;
    private KeyValueStore<Bytes, byte[]> store;
    private boolean look = true;

    /** @param reader reads a profile, or throws */
    PolicyKeeper(Function<byte[], PolicyProfile> reader) {
        this.reader = reader;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        store = context.getStateStore(RunTopology.POLICIES);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (record.key() != null) {
            store.put(Bytes.wrap(record.key()), record.value());
            warnIfUnreadable(record);
        }
    }

    private void warnIfUnreadable(Record<byte[], byte[]> record) {
        if (record.value() == null || !look) {
            return;
        }
        String key = new String(record.key(), UTF_8);
        try {
            reader.apply(record.value());
        } catch (UnreadableRecordException e) {
            LOG.warn(
                    "{}, key {} cannot be read: {} Runs that name it are refused; publish it anew or write a tombstone.",
                    context.recordMetadata()
                            .map(at -> at.topic() + "-" + at.partition() + " offset " + at.offset())
                            .orElse("A policy profile"),
                    key,
                    e.getMessage());
        } catch (RuntimeException e) {
            // The registry is away: that must not hold up the profiles. They are read again when a run is given one.
            look = false;
            LOG.warn("Policy profiles from {} on are not looked at until they are used: {}", key, e.getMessage());
        }
    }
}
