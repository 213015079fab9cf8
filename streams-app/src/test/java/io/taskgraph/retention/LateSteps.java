package io.taskgraph.retention;

import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.replay.Archive;
import io.taskgraph.snapshot.SnapshotKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Those of a keeper that comes late: what it takes is written when it is told to, and nothing else is done. */
final class LateSteps implements Steps {
    private record Taken(SnapshotKey key, RunSnapshot chunk) {}

    private final List<Taken> taken = new ArrayList<>();

    void writeTo(Plane plane) {
        taken.forEach(t -> plane.write(t.key(), t.chunk()));
    }

    @Override
    public void write(SnapshotKey key, RunSnapshot chunk) {
        taken.add(new Taken(key, chunk));
    }

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
        return Forgetting.refused("it is late");
    }

    @Override
    public Optional<String> truncate(String topic, int partition, long before) {
        return Optional.empty();
    }
}
