package io.taskgraph.retention;

import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.replay.Archive;
import io.taskgraph.snapshot.SnapshotKey;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * What a pass does to the cluster, a step at a time. A pass can end before any of them, by whatever death: what was done by
 * then must leave every kept run provable. Each throws a {@link RetentionException} if it cannot.
 */
public interface Steps {
    /** Writes a chunk; it counts after the next {@link #flush}. */
    void write(SnapshotKey key, RunSnapshot chunk);

    /** Deletes a chunk; likewise. */
    void remove(SnapshotKey key);

    /** Waits until all that was written is there. */
    void flush();

    /**
     * Puts away what is about to be cut off, if that is wanted; when this returns it is safe.
     *
     * @param left hears how many records are still to be copied, at the most
     * @return what was put away; empty: nothing
     */
    Optional<Archive.Put> archive(List<Archive.Going> going, LongConsumer left);

    /** Has the control plane forget a run, and waits for its decision. */
    Forgetting forget(String runId);

    /**
     * Deletes a partition's records before an offset.
     *
     * @return what is wrong with the topic, so that none of its records can be deleted, one sentence; empty: they went
     */
    Optional<String> truncate(String topic, int partition, long before);
}
