package io.taskgraph.app;

import io.taskgraph.schemas.TopicCatalogue;
import java.nio.file.Path;
import java.util.Map;

/**
 * How one instance of the control plane runs.
 *
 * @param bootstrap Kafka's addresses
 * @param registryUrl the schema registry's address, with Confluent's API
 * @param prefix prefix of the topics' names
 * @param partitions partitions of the run topics, where this instance creates them
 * @param replication replication factor of the topics, where this instance creates them; -1: the broker's default
 * @param applicationId the same for all instances that share the work: consumer group, internal topics
 * @param stateDir where state stores lie; a copy of what the changelog holds
 * @param threads stream threads
 * @param standbys copies of each state store that other instances keep warm
 * @param cachedEntries entries of hot runs kept on the heap, a partition
 * @param properties further properties for every Kafka client, and with {@code schema.registry.} the registry's
 */
public record AppConfig(
        String bootstrap,
        String registryUrl,
        String prefix,
        int partitions,
        short replication,
        String applicationId,
        Path stateDir,
        int threads,
        int standbys,
        int cachedEntries,
        Map<String, String> properties) {
    /** About 500 bytes an entry. */
    public static final int CACHED_ENTRIES = 400_000;

    public static final int THREADS = 2;

    /** One instance with its defaults. */
    public static AppConfig of(String bootstrap, String registryUrl, String prefix, Path stateDir) {
        return new AppConfig(
                bootstrap,
                registryUrl,
                prefix,
                TopicCatalogue.DEFAULT_PARTITIONS,
                (short) -1,
                "taskgraph",
                stateDir,
                THREADS,
                0,
                CACHED_ENTRIES,
                Map.of());
    }

    public AppConfig withPartitions(int n) {
        return new AppConfig(
                bootstrap,
                registryUrl,
                prefix,
                n,
                replication,
                applicationId,
                stateDir,
                threads,
                standbys,
                cachedEntries,
                properties);
    }

    public AppConfig withReplication(short n) {
        return new AppConfig(
                bootstrap,
                registryUrl,
                prefix,
                partitions,
                n,
                applicationId,
                stateDir,
                threads,
                standbys,
                cachedEntries,
                properties);
    }

    public AppConfig withApplicationId(String id) {
        return new AppConfig(
                bootstrap,
                registryUrl,
                prefix,
                partitions,
                replication,
                id,
                stateDir,
                threads,
                standbys,
                cachedEntries,
                properties);
    }

    public AppConfig withThreads(int n) {
        return new AppConfig(
                bootstrap,
                registryUrl,
                prefix,
                partitions,
                replication,
                applicationId,
                stateDir,
                n,
                standbys,
                cachedEntries,
                properties);
    }

    public AppConfig withStandbys(int n) {
        return new AppConfig(
                bootstrap,
                registryUrl,
                prefix,
                partitions,
                replication,
                applicationId,
                stateDir,
                threads,
                n,
                cachedEntries,
                properties);
    }

    public AppConfig withProperties(Map<String, String> p) {
        return new AppConfig(
                bootstrap,
                registryUrl,
                prefix,
                partitions,
                replication,
                applicationId,
                stateDir,
                threads,
                standbys,
                cachedEntries,
                p);
    }
}
