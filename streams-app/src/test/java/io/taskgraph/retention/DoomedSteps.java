package io.taskgraph.retention;

import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.replay.Archive;
import io.taskgraph.snapshot.SnapshotKey;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Ends before its n-th step, by an exception that nobody catches. */
final class DoomedSteps implements Steps {
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final Steps steps;
    private final List<String> kinds;
    private int left;

    /** @param kinds gets the kind of the step at which it ended */
    DoomedSteps(Steps steps, int at, List<String> kinds) {
        this.steps = steps;
        this.left = at;
        this.kinds = kinds;
    }

    private void next(String kind) {
        if (--left == 0) {
            kinds.add(kind);
            throw new Killed();
        }
    }

    @Override
    public void write(SnapshotKey key, RunSnapshot chunk) {
        next("write");
        steps.write(key, chunk);
    }

    @Override
    public void remove(SnapshotKey key) {
        next("remove");
        steps.remove(key);
    }

    @Override
    public void flush() {
        next("flush");
        steps.flush();
    }

    @Override
    public Optional<Archive.Put> archive(List<Archive.Going> going, LongConsumer left) {
        next("archive");
        return steps.archive(going, left);
    }

    @Override
    public Forgetting forget(String runId) {
        next("forget");
        return steps.forget(runId);
    }

    @Override
    public Optional<String> truncate(String topic, int partition, long before) {
        next("truncate");
        return steps.truncate(topic, partition, before);
    }
}
