package io.taskgraph.cli;

import java.nio.file.Path;

/**
 * How one instance of the topology runs.
 *
 * @param applicationId the Streams application: instances of one id share the partitions
 * @param stateDir where this instance keeps its stores; no other instance may use it at the same time
 * @param threads stream threads, 1 or more
 * @param standbys warm copies of each store on other instances, 0 or more
 */
record TopologySettings(String applicationId, Path stateDir, int threads, int standbys) {
    /** The application id that {@code up} and {@code serve} use unless told otherwise: one for each topic prefix. */
    static String applicationId(String prefix) {
        String name = prefix.replaceAll("[^A-Za-z0-9_-]+$", "");
        return name.isEmpty() ? "taskgraph" : name;
    }
}
