package io.taskgraph.deployed;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;

/** The shipped compose file, brought up under a name and on ports of its own. Closing takes it down, volumes included. */
final class ComposeProject implements AutoCloseable {
    private static final String PROJECT_LABEL = "com.docker.compose.project";
    private static final String SERVICE_LABEL = "com.docker.compose.service";
    private static final Duration LOOK = Duration.ofMillis(500);

    private final List<String> compose;
    private final String name = "taskgraph-test-" + UUID.randomUUID().toString().substring(0, 8);
    private final int kafkaPort;
    private final int registryPort;

    private ComposeProject(List<String> compose) throws IOException {
        this.compose = compose;
        // Both held at once, so that they differ.
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            kafkaPort = one.getLocalPort();
            registryPort = other.getLocalPort();
        }
    }

    /** The Compose that is installed, version 2 before version 1; empty if there is none. */
    static Optional<List<String>> installed() throws InterruptedException {
        for (List<String> candidate : List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
            try (CommandLineProcess version = CommandLineProcess.start(Map.of(), with(candidate, "version"))) {
                if (version.exitCode(Duration.ofSeconds(30)) == 0) {
                    return Optional.of(candidate);
                }
            } catch (IOException notThere) {
                // The next one, then.
            }
        }
        return Optional.empty();
    }

    /** Brings it up; the containers have been started when this returns, and are not yet healthy. */
    static ComposeProject up(List<String> compose) throws IOException, InterruptedException {
        ComposeProject project = new ComposeProject(compose);
        try {
            project.run(Duration.ofMinutes(4), "up", "-d", "--build");
            return project;
        } catch (AssertionError | IOException | InterruptedException e) {
            project.close();
            throw e;
        }
    }

    String bootstrap() {
        return "localhost:" + kafkaPort;
    }

    String registryUrl() {
        return "http://localhost:" + registryPort + "/apis/ccompat/v7";
    }

    /** Waits until every service says that it is healthy; fails with what each said last. */
    void awaitHealthy(Duration deadline) throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        Map<String, String> health = health();
        while (!health.values().stream().allMatch("healthy"::equals)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not healthy in time: " + health + "\n" + logs());
            }
            Thread.sleep(LOOK.toMillis());
            health = health();
        }
    }

    /** What each service says of its health, by service. */
    Map<String, String> health() {
        DockerClient docker = DockerClientFactory.instance().client();
        Map<String, String> health = new TreeMap<>();
        for (Container container : containers(docker)) {
            InspectContainerResponse.ContainerState state =
                    docker.inspectContainerCmd(container.getId()).exec().getState();
            health.put(
                    container.getLabels().get(SERVICE_LABEL),
                    state.getHealth() == null
                            ? state.getStatus()
                            : state.getHealth().getStatus());
        }
        return health;
    }

    /** How many times the engine had to start a container of this project again. */
    int restarts() {
        DockerClient docker = DockerClientFactory.instance().client();
        return containers(docker).stream()
                .mapToInt(container ->
                        docker.inspectContainerCmd(container.getId()).exec().getRestartCount())
                .sum();
    }

    /** The last lines of every service. */
    String logs() throws InterruptedException {
        try (CommandLineProcess logs =
                CommandLineProcess.start(environment(), with(compose, "logs", "--no-color", "--tail", "100"))) {
            logs.exitCode(Duration.ofSeconds(30));
            return logs.output();
        } catch (IOException e) {
            return "(no logs: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run(Duration.ofMinutes(3), "down", "-v", "--timeout", "5");
    }

    private List<Container> containers(DockerClient docker) {
        return docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(PROJECT_LABEL, name))
                .exec();
    }

    private void run(Duration deadline, String... command) throws IOException, InterruptedException {
        try (CommandLineProcess process = CommandLineProcess.start(environment(), with(compose, command))) {
            process.succeed(deadline);
        }
    }

    private Map<String, String> environment() {
        return Map.of(
                "COMPOSE_PROJECT_NAME",
                name,
                "TASKGRAPH_KAFKA_PORT",
                Integer.toString(kafkaPort),
                "TASKGRAPH_REGISTRY_PORT",
                Integer.toString(registryPort));
    }

    private static List<String> with(List<String> command, String... arguments) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        return all;
    }
}
