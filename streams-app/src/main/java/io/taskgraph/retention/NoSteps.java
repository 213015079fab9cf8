package io.taskgraph.retention;

import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.snapshot.SnapshotKey;

/** Does nothing: for a dry run. */
final class NoSteps implements Steps {
    @Override
    public void write(SnapshotKey key, RunSnapshot chunk) {}

    @Override
    public void remove(SnapshotKey key) {}

    @Override
    public void flush() {}

    @Override
    public void archive(String runId) {}

    @Override
    public String forget(String runId) {
        return null;
    }

    @Override
    public void truncate(String topic, int partition, long before) {}
}
