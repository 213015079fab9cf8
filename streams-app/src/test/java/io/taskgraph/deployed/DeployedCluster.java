package io.taskgraph.deployed;

import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/** A broker, a registry and two instances of the application, each in a container of its own. Closing removes them all. */
final class DeployedCluster implements AutoCloseable {
    private static final int REGISTRY_PORT = 8080;
    private static final String API = "/apis/ccompat/v7";

    private final Network network = Network.newNetwork();
    private final KafkaContainer kafka = new KafkaContainer(Images.KAFKA)
            .withNetwork(network)
            .withListener("kafka:19092")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
    private final GenericContainer<?> registry = new GenericContainer<>(Images.REGISTRY)
            .withNetwork(network)
            .withNetworkAliases("registry")
            .withExposedPorts(REGISTRY_PORT)
            .waitingFor(Wait.forHttp("/health/ready").forPort(REGISTRY_PORT));
    private final Future<String> image = Images.app();
    private final List<GenericContainer<?>> instances = List.of(instance(), instance());

    /** Starts everything and returns when both instances report themselves healthy. */
    static DeployedCluster start() {
        DeployedCluster cluster = new DeployedCluster();
        try {
            Startables.deepStart(cluster.kafka, cluster.registry).join();
            Startables.deepStart(cluster.instances).join();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** The broker's address for programs on this machine. */
    String bootstrap() {
        return kafka.getBootstrapServers();
    }

    /** The registry's address for programs on this machine. */
    String registryUrl() {
        return "http://" + registry.getHost() + ":" + registry.getMappedPort(REGISTRY_PORT) + API;
    }

    /** Ends the first instance as a power cut would: SIGKILL, no leave-group, no commit. It is not started again. */
    void killFirstInstance() {
        GenericContainer<?> first = instances.get(0);
        first.getDockerClient()
                .killContainerCmd(first.getContainerId())
                .withSignal("SIGKILL")
                .exec();
    }

    /** What both instances wrote so far, for a failure's message. */
    String logs() {
        return "first instance:\n" + instances.get(0).getLogs() + "\nsecond instance:\n"
                + instances.get(1).getLogs();
    }

    @Override
    public void close() {
        Stream.concat(instances.stream(), Stream.of(registry, kafka)).forEach(GenericContainer::stop);
        network.close();
    }

    private GenericContainer<?> instance() {
        return new GenericContainer<>(image)
                .withNetwork(network)
                .withEnv("TASKGRAPH_BOOTSTRAP", "kafka:19092")
                .withEnv("TASKGRAPH_REGISTRY", "http://registry:" + REGISTRY_PORT + API)
                .withEnv("TASKGRAPH_STANDBYS", "1")
                .waitingFor(Wait.forHealthcheck());
    }
}
