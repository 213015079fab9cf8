package io.taskgraph.topology;

import io.taskgraph.avro.ExtensionRecord;
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
 * Keeps the registry of extensions as it stands on its topic, on every instance. Of two records of a key the one with the
 * later sequence holds, whichever came last, and nothing is ever taken out: so a record that is late or said again brings
 * nothing back that was revoked.
 */
final class ExtensionKeeper implements Processor<byte[], byte[], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(ExtensionKeeper.class);

    private final Function<byte[], ExtensionRecord> reader;
    private KeyValueStore<Bytes, byte[]> store;

    ExtensionKeeper(Function<byte[], ExtensionRecord> reader) {
        this.reader = reader;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore(RunTopology.EXTENSIONS);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return;
        }
        Bytes key = Bytes.wrap(record.key());
        byte[] before = store.get(key);
        try {
            if (before == null || reader.apply(record.value()).getSequence() >= sequence(before)) {
                store.put(key, record.value());
            }
        } catch (UnreadableRecordException e) {
            LOG.warn("A record of the registry of extensions cannot be read and is passed over: {}", e.getMessage());
        }
    }

    /** The first record of a key was kept unread: if nobody can read it, it keeps no other one out. */
    private long sequence(byte[] kept) {
        try {
            return reader.apply(kept).getSequence();
        } catch (UnreadableRecordException e) {
            return Long.MIN_VALUE;
        }
    }
}
