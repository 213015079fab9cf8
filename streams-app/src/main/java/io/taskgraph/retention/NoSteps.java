package io.taskgraph.retention;

import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.replay.Archive;
import io.taskgraph.snapshot.SnapshotKey;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Does nothing: for a dry run. */
final class NoSteps implements Steps {
    @Override
    public void write(SnapshotKey key, RunSnapshot chunk) {}

    @Override
    public void remove(SnapshotKey key) {}

    @Override
    public void flush() {}

    @Override
    public Optional<Archive.Put> archive(List<Archive.Going> going, LongConsumer left) {
        return Optional.empty();
    }

    @Override
    public Forgetting forget(String runId) {
        return Forgetting.DONE;
    }

    @Override
    public Optional<String> truncate(String topic, int partition, long before) {
        return Optional.empty();
    }
}
