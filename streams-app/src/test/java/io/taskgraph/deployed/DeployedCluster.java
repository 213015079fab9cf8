package io.taskgraph.deployed;

import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.schemas.TopicCatalogue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/** A broker, a registry and two instances of the application, each in a container of its own. Closing removes them all. */
final class DeployedCluster implements AutoCloseable {
    /** For a machine that is busy with other things; usually it takes a tenth of this. */
    private static final Duration STARTUP = Duration.ofMinutes(3);

    private static final Duration LOOK = Duration.ofMillis(200);

    /** As the build's own JVMs: what lives for a minute pays for the optimizing compiler and gets nothing back. */
    private static final Map<String, String> SHORT_LIVED = Map.of("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");

    private static final int REGISTRY_PORT = 8080;
    private static final String API = "/apis/ccompat/v7";
    private static final String APPLICATION_ID = "taskgraph-deployed";

    private final Network network = Network.newNetwork();
    private final KafkaContainer kafka = new KafkaContainer(Images.KAFKA)
            .withNetwork(network)
            .withEnv(SHORT_LIVED)
            .withStartupTimeout(STARTUP)
            .withListener("kafka:19092")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
    private final GenericContainer<?> registry = new GenericContainer<>(Images.REGISTRY)
            .withNetwork(network)
            .withNetworkAliases("registry")
            .withEnv(SHORT_LIVED)
            .withExposedPorts(REGISTRY_PORT)
            .waitingFor(Wait.forHttp("/health/ready").forPort(REGISTRY_PORT).withStartupTimeout(STARTUP));
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

    /** Waits until both instances have partitions to work on. */
    void awaitSharedWork(Duration deadline) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + deadline.toNanos();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap()))) {
            while (membersAtWork(admin) < instances.size()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("The instances do not share the work:\n" + logs());
                }
                Thread.sleep(LOOK.toMillis());
            }
        }
    }

    /** How many instances have partitions assigned. */
    private static long membersAtWork(Admin admin) throws InterruptedException, ExecutionException {
        try {
            return admin
                    .describeConsumerGroups(List.of(APPLICATION_ID))
                    .describedGroups()
                    .get(APPLICATION_ID)
                    .get()
                    .members()
                    .stream()
                    .filter(member -> !member.assignment().topicPartitions().isEmpty())
                    .map(MemberDescription::host)
                    .distinct()
                    .count();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw e;
        }
    }

    /** Ends the first instance as a power cut would: SIGKILL, no leave-group, no commit. It is not started again. */
    void killFirstInstance() {
        GenericContainer<?> first = instances.get(0);
        first.getDockerClient()
                .killContainerCmd(first.getContainerId())
                .withSignal("SIGKILL")
                .exec();
    }

    /** Replays the log and compares it with the live state. */
    ReplayReport replay() {
        return Replay.all(
                new ReplaySource(bootstrap(), registryUrl(), TopicCatalogue.standard(), APPLICATION_ID, Map.of()),
                Replay.Progress.NONE);
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
                .withEnv(SHORT_LIVED)
                .withEnv("TASKGRAPH_BOOTSTRAP", "kafka:19092")
                .withEnv("TASKGRAPH_REGISTRY", "http://registry:" + REGISTRY_PORT + API)
                .withEnv("TASKGRAPH_APPLICATION_ID", APPLICATION_ID)
                .withEnv("TASKGRAPH_STANDBYS", "1")
                .waitingFor(Wait.forHealthcheck().withStartupTimeout(STARTUP));
    }
}
