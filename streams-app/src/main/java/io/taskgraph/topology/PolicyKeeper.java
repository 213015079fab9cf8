package io.taskgraph.topology;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keeps the published policy profiles as they stand on their topic, on every instance. */
final class PolicyKeeper implements Processor<byte[], byte[], Void, Void> {
    private KeyValueStore<Bytes, byte[]> store;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore(RunTopology.POLICIES);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (record.key() != null) {
            store.put(Bytes.wrap(record.key()), record.value());
        }
    }
}
