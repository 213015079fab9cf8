package io.taskgraph.embedded;

import java.nio.file.Path;
import java.util.Map;

/**
 * What an embedded cluster shall be.
 *
 * @param dataDir where everything is kept across restarts, created when missing; null for a temporary directory that is
 *     removed at the end
 * @param kafkaPort preferred port of the broker on 127.0.0.1: 0, or a port that is taken, means any free one, and
 *     {@link #USUAL} the one that the data directory had last, so that clients that are still running find it again
 * @param registryPort the same for the registry
 * @param registry whether a registry is started
 * @param brokerSettings further broker properties, which win over ours
 */
public record EmbeddedOptions(
        Path dataDir, int kafkaPort, int registryPort, Registry registry, Map<String, String> brokerSettings) {

    /** Where schemas are kept. */
    public enum Registry {
        /** An Apicurio Registry as a process of its own, keeping its data beside the broker's. */
        PROCESS,
        /** A {@code mock://} scope in this JVM: for tests whose clients all live in this JVM. */
        MOCK
    }

    /** The port that the data directory had last; for a new one, the port that such a server usually has. */
    public static final int USUAL = -1;

    public static final int KAFKA_PORT = 9092;
    public static final int REGISTRY_PORT = 8081;

    public EmbeddedOptions {
        requirePort("the broker's port", kafkaPort);
        requirePort("the registry's port", registryPort);
        brokerSettings = Map.copyOf(brokerSettings);
    }

    /** Broker and registry on their usual ports, nothing kept. */
    public static EmbeddedOptions defaults() {
        return new EmbeddedOptions(null, USUAL, USUAL, Registry.PROCESS, Map.of());
    }

    /** A broker on any free port with a {@code mock://} registry, nothing kept: up in about a second, for tests. */
    public static EmbeddedOptions brokerOnly() {
        return new EmbeddedOptions(null, 0, 0, Registry.MOCK, Map.of());
    }

    public EmbeddedOptions withDataDir(Path directory) {
        return new EmbeddedOptions(directory, kafkaPort, registryPort, registry, brokerSettings);
    }

    public EmbeddedOptions withPorts(int kafka, int schemaRegistry) {
        return new EmbeddedOptions(dataDir, kafka, schemaRegistry, registry, brokerSettings);
    }

    public EmbeddedOptions withBrokerSettings(Map<String, String> settings) {
        return new EmbeddedOptions(dataDir, kafkaPort, registryPort, registry, settings);
    }

    private static void requirePort(String what, int port) {
        if (port < USUAL || port > 65535) {
            throw new IllegalArgumentException(what + " must be 0..65535, not " + port);
        }
    }
}
