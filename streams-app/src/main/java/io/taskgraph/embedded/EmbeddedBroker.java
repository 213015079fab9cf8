package io.taskgraph.embedded;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/** A Kafka broker and KRaft controller in this JVM, see {@link RaftNode}. */
final class EmbeddedBroker implements AutoCloseable {
    private static final int ATTEMPTS = 3;

    private final RaftNode node;
    private final int port;

    private EmbeddedBroker(RaftNode node, int port) {
        this.node = node;
        this.port = port;
    }

    /**
     * Formats the directory if it is new, and returns when the broker takes requests. Work left by a killed process is
     * recovered first, at the speed of reading the last segments.
     *
     * @param preferredPort used if free at this moment, otherwise another
     * @throws EmbeddedException when it does not come up
     */
    static EmbeddedBroker start(Path logDir, int preferredPort, Map<String, String> further) {
        return start(logDir, preferredPort, further, Ports::freeOr);
    }

    static EmbeddedBroker start(Path logDir, int preferredPort, Map<String, String> further, PortChoice ports) {
        for (int attempt = 1; ; attempt++) {
            int kafkaPort = ports.freeOr(attempt == 1 ? preferredPort : 0);
            int controllerPort = ports.freeOr(0);
            try {
                return start(BrokerSettings.of(logDir, kafkaPort, controllerPort, further), kafkaPort, logDir);
            } catch (Exception e) {
                if (attempt == ATTEMPTS || !portWasTaken(e)) {
                    throw new EmbeddedException(
                            "The embedded broker did not start in " + logDir + " (" + e.getMessage()
                                    + "); TASKGRAPH_LOG=info tells more.",
                            e);
                }
            }
        }
    }

    private static EmbeddedBroker start(Properties settings, int port, Path logDir) throws Exception {
        if (!Files.exists(logDir.resolve("meta.properties"))) {
            format(logDir);
        }
        RaftNode node = new RaftNode(new KafkaConfig(settings));
        node.start();
        return new EmbeddedBroker(node, port);
    }

    String bootstrap() {
        return Ports.HOST + ":" + port;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        node.shutdown();
        node.awaitShutdown();
    }

    /** What {@code kafka-storage.sh format} does: a cluster id, the metadata version and the features of this release. */
    private static void format(Path logDir) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(BrokerSettings.NODE_ID)
                    .setDirectories(List.of(logDir.toString()))
                    .setMetadataLogDirectory(logDir.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setUnstableFeatureVersionsEnabled(false)
                    .setIgnoreFormatted(true)
                    .setPrintStream(out)
                    .run();
        }
    }

    private static boolean portWasTaken(Throwable error) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (at instanceof BindException
                    || at instanceof KafkaException
                            && String.valueOf(at.getMessage()).contains("Socket server failed to bind")) {
                return true;
            }
        }
        return false;
    }
}
