package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotIndex;
import io.taskgraph.snapshot.SnapshotTopic;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a run is taken up whose history was cut off.
 *
 * @param run its state, to be folded on
 * @param copy the same once more, for whoever else folds it on
 * @param last the decision after which it was so
 */
record Basis(Run run, Run copy, Decision last) {
    /**
     * The earliest sound snapshot from which nothing is missing.
     *
     * @param first the first decision that the log has; 0: it has none, so that the newest is it
     */
    static Optional<Basis> find(ReplaySource source, String runId, long first) {
        return find(source, runId, index -> first == 0 ? index.newest(runId) : index.basis(runId, first));
    }

    /** The sound snapshot after just that decision: a checkpoint's stays when the history around it goes. */
    static Optional<Basis> exactly(ReplaySource source, String runId, long decision) {
        return find(source, runId, index -> Optional.ofNullable(index.of(runId).get(decision))
                .filter(s -> s.problem().isEmpty()));
    }

    private static Optional<Basis> find(
            ReplaySource source, String runId, Function<SnapshotIndex, Optional<IndexedSnapshot>> wanted) {
        RegistryConfig config = RegistryConfig.of(source.registryUrl()).with(source.properties());
        try (SchemaRegistry registry = SchemaRegistry.open(config);
                SnapshotTopic topic =
                        SnapshotTopic.open(TopicScan.settings(source), source.topics(), registry, Optional.of(runId))) {
            return wanted.apply(topic.catchUp()).map(s -> new Basis(topic.load(s), topic.load(s), topic.decision(s)));
        }
    }
}
