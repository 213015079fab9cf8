package io.taskgraph.replay;

import io.taskgraph.schemas.TopicCatalogue;
import java.util.Map;

/**
 * Where the log and the live state are.
 *
 * @param applicationId the control plane's, which names its changelog
 * @param properties further properties for Kafka clients and, with {@code schema.registry.}, for the registry's
 */
public record ReplaySource(
        String bootstrap,
        String registryUrl,
        TopicCatalogue topics,
        String applicationId,
        Map<String, String> properties) {
    /** The topic that holds the live stores' entries. The store's name is part of the released shape. */
    String changelog() {
        return applicationId + "-run-entries-changelog";
    }

    /** The topic that holds when each run has to be looked at next, likewise. */
    String timers() {
        return applicationId + "-run-timers-changelog";
    }
}
