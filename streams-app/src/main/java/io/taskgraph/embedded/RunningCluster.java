package io.taskgraph.embedded;

import java.time.Instant;

/**
 * An {@code up} as it noted itself, so that other commands find it.
 *
 * @param pid process id of the {@code up}
 * @param processStart when that process started; a pid alone is reused by the system
 * @param bootstrap Kafka bootstrap addresses
 * @param registryUrl base URL of the registry's Confluent-compatible API
 * @param prefix prefix of the topic names
 * @param dataDir where the cluster keeps its data, or null when it is thrown away at the end
 */
public record RunningCluster(
        long pid, Instant processStart, String bootstrap, String registryUrl, String prefix, String dataDir) {

    /** Whether that very process is alive, not just one with the same number. */
    public boolean alive() {
        return ProcessIdentity.of(pid, processStart).alive();
    }
}
