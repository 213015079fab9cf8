package io.taskgraph.retention;

import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.avro.SnapshotEntry;
import io.taskgraph.replay.Archive;
import io.taskgraph.snapshot.SnapshotKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Writes snapshots in which an entry is another than it was given, and keeps what it was given. */
record LyingSteps(KafkaSteps steps, Map<SnapshotKey, RunSnapshot> given) implements Steps {
    @Override
    public void write(SnapshotKey key, RunSnapshot chunk) {
        given.put(key, chunk);
        List<SnapshotEntry> entries = new ArrayList<>(chunk.getEntries());
        SnapshotEntry last = entries.remove(entries.size() - 1);
        byte[] value = new byte[last.getValue().remaining()];
        last.getValue().duplicate().get(value);
        value[0] ^= 1;
        entries.add(new SnapshotEntry(last.getKey(), ByteBuffer.wrap(value)));
        steps.write(key, RunSnapshot.newBuilder(chunk).setEntries(entries).build());
    }

    @Override
    public void remove(SnapshotKey key) {
        steps.remove(key);
    }

    @Override
    public void flush() {
        steps.flush();
    }

    @Override
    public Optional<Archive.Put> archive(List<Archive.Going> going, LongConsumer left) {
        return steps.archive(going, left);
    }

    @Override
    public Forgetting forget(String runId) {
        return steps.forget(runId);
    }

    @Override
    public Optional<String> truncate(String topic, int partition, long before) {
        return steps.truncate(topic, partition, before);
    }
}
