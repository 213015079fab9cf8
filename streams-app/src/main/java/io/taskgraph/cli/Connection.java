package io.taskgraph.cli;

import io.taskgraph.embedded.DiscoveryFile;
import io.taskgraph.embedded.RunningCluster;
import io.taskgraph.schemas.TopicCatalogue;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Option;

/**
 * The options with which a command finds its cluster; mix in with {@code @Mixin Connection connection}. Options win over
 * environment variables, those over {@code --config FILE}, and without any address a running {@code taskgraph up} on
 * this machine is taken.
 */
public final class Connection {
    private static final String BOOTSTRAP = "bootstrap.servers";
    private static final String REGISTRY = "schema.registry.url";

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka bootstrap addresses, separated by commas (env TASKGRAPH_BOOTSTRAP).")
    private String bootstrap;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Schema registry with Confluent's API (env TASKGRAPH_REGISTRY).")
    private String registry;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Java properties for every Kafka client: SASL, TLS, … (env TASKGRAPH_CONFIG).")
    private Path config;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "Prefix of the topic names (env TASKGRAPH_PREFIX; default: taskgraph.).")
    private String prefix;

    /**
     * The cluster to work on.
     *
     * @throws CommandException when no address is given and no {@code up} is running here, or the file is unreadable
     */
    public Cluster cluster() {
        return resolve().orElseThrow(Connection::nowhere);
    }

    /** The same, for commands that need no registry: none has to be named, and the cluster's is empty then. */
    public Cluster broker() {
        return resolve(false).orElseThrow(Connection::nowhere);
    }

    /** As {@link #cluster}, but empty when nothing was named and no {@code up} is running here. */
    public Optional<Cluster> resolve() {
        return resolve(true);
    }

    private static CommandException nowhere() {
        return new CommandException("No cluster to talk to: start one with `taskgraph up`, or name one with --bootstrap"
                + " and --registry (or --config FILE).");
    }

    private Optional<Cluster> resolve(boolean withRegistry) {
        Map<String, String> properties = fileProperties();
        String kafka = first(bootstrap, System.getenv("TASKGRAPH_BOOTSTRAP"), properties.remove(BOOTSTRAP));
        String schemas = first(registry, System.getenv("TASKGRAPH_REGISTRY"), properties.remove(REGISTRY));
        String topics = first(prefix, System.getenv("TASKGRAPH_PREFIX"), null);
        if (kafka == null && schemas == null) {
            return DiscoveryFile.inHome().running().map(up -> ofRunning(up, topics, properties));
        }
        if (kafka == null) {
            throw new CommandException("A registry is named but no broker: add --bootstrap HOST:PORT.");
        }
        if (schemas == null && withRegistry) {
            throw new CommandException("A broker is named but no schema registry: add --registry URL.");
        }
        return Optional.of(new Cluster(
                kafka,
                schemas == null ? "" : schemas,
                topics == null ? TopicCatalogue.DEFAULT_PREFIX : topics,
                properties));
    }

    /** Whether any address was named, by an option or in the environment, as against left to be found. */
    public boolean named() {
        return first(bootstrap, System.getenv("TASKGRAPH_BOOTSTRAP"), null) != null
                || first(registry, System.getenv("TASKGRAPH_REGISTRY"), null) != null
                || config != null
                || System.getenv("TASKGRAPH_CONFIG") != null;
    }

    /** The prefix to create topics under, whether or not there is a cluster yet. */
    public String prefixOrDefault() {
        String topics = first(prefix, System.getenv("TASKGRAPH_PREFIX"), null);
        return topics == null ? TopicCatalogue.DEFAULT_PREFIX : topics;
    }

    private static Cluster ofRunning(RunningCluster up, String prefix, Map<String, String> properties) {
        return new Cluster(up.bootstrap(), up.registryUrl(), prefix == null ? up.prefix() : prefix, properties);
    }

    private Map<String, String> fileProperties() {
        Path file = config;
        if (file == null && System.getenv("TASKGRAPH_CONFIG") != null) {
            file = Path.of(System.getenv("TASKGRAPH_CONFIG"));
        }
        Map<String, String> found = new HashMap<>();
        if (file == null) {
            return found;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new CommandException("Cannot read --config " + file + ": there is no such file; check the path.", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandException(
                    "Cannot read --config " + file + " as Java properties (" + e.getMessage() + ").", e);
        }
        properties.stringPropertyNames().forEach(name -> found.put(name, properties.getProperty(name)));
        return found;
    }

    private static String first(String option, String environment, String file) {
        for (String candidate : new String[] {option, environment, file}) {
            if (candidate != null && !candidate.isBlank()) {
                return candidate.strip();
            }
        }
        return null;
    }
}
