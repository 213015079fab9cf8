package io.taskgraph.benchmarks;

import io.taskgraph.app.AppConfig;
import io.taskgraph.app.ControlPlane;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.admin.TopicAdmin;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistration;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** What everything is measured on: one embedded broker with its registry, the topics and schemas. Nothing is kept. */
final class Site implements AutoCloseable {
    private static final Duration RUNNING = Duration.ofSeconds(60);

    /**
     * A machine that is measured is busy on purpose: the controller must not take a broker for dead whose heartbeat is
     * late for that.
     */
    private static final Map<String, String> PATIENT = Map.of("broker.session.timeout.ms", "30000");

    /** The control plane's application id. */
    static final String APPLICATION = "taskgraph";

    private final EmbeddedCluster cluster;
    private final TopicCatalogue topics;
    private final SchemaRegistry registry;

    private Site(EmbeddedCluster cluster, TopicCatalogue topics, SchemaRegistry registry) {
        this.cluster = cluster;
        this.topics = topics;
        this.registry = registry;
    }

    static Site start(int partitions, Map<String, String> brokerSettings) {
        EmbeddedCluster cluster =
                EmbeddedCluster.start(EmbeddedOptions.defaults().withPorts(0, 0).withBrokerSettings(brokerSettings));
        try {
            TopicCatalogue topics = TopicCatalogue.of(TopicCatalogue.DEFAULT_PREFIX, partitions);
            SchemaRegistry registry = SchemaRegistry.open(RegistryConfig.of(cluster.registryUrl()));
            Site site = new Site(cluster, topics, registry);
            try (Admin admin = site.admin()) {
                new TopicAdmin(admin).create(topics, Optional.of((short) 1));
            }
            SchemaRegistration.registerAll(registry, topics);
            return site;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    String bootstrap() {
        return cluster.bootstrap();
    }

    String registryUrl() {
        return cluster.registryUrl();
    }

    SchemaRegistry registry() {
        return registry;
    }

    TopicCatalogue topics() {
        return topics;
    }

    Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap()));
    }

    /** How a Streams application with these settings is configured here, under that id. */
    AppConfig config(String applicationId, BenchSettings settings) {
        Path state = cluster.directory().resolve("streams-" + applicationId);
        return AppConfig.of(bootstrap(), registryUrl(), topics.prefix(), state)
                .withApplicationId(applicationId)
                .withPartitions(topics.partitions())
                .withReplication((short) 1)
                .withThreads(settings.threads())
                .withProperties(settings.streams());
    }

    /** A control plane in this process, working. */
    ControlPlane controlPlane(BenchSettings settings) {
        ControlPlane plane = ControlPlane.start(config(APPLICATION, settings));
        long deadline = System.nanoTime() + RUNNING.toNanos();
        while (!plane.isRunning()) {
            if (System.nanoTime() - deadline > 0) {
                plane.close();
                throw new BenchException("The control plane is " + plane.state() + " and not running after "
                        + RUNNING.toSeconds() + " seconds; TASKGRAPH_LOG=info tells more.");
            }
            Pause.millis(20);
        }
        return plane;
    }

    @Override
    public void close() {
        registry.close();
        cluster.close();
    }
}
