package io.taskgraph.embedded;

import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker in this JVM and a schema registry beside it, on 127.0.0.1: what a person or a test needs to run
 * everything on one machine. Nothing is replicated and nothing is authenticated; it is not for production.
 *
 * <p>With a data directory, everything that was acknowledged is there after a restart, also after a SIGKILL. It does not
 * survive a power failure for certain: the broker leaves flushing to the operating system.
 */
public final class EmbeddedCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);

    private final DataDirectory directory;
    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;
    private final String registryUrl;

    private EmbeddedCluster(
            DataDirectory directory, EmbeddedBroker broker, EmbeddedRegistry registry, String registryUrl) {
        this.directory = directory;
        this.broker = broker;
        this.registry = registry;
        this.registryUrl = registryUrl;
    }

    /**
     * Starts both and returns when both take requests: a second for the broker, about three for the registry.
     *
     * @throws EmbeddedException when the data directory is in use, or either does not come up; nothing is left running
     */
    public static EmbeddedCluster start(EmbeddedOptions options) {
        DataDirectory directory =
                options.dataDir() == null ? DataDirectory.temporary() : DataDirectory.keep(options.dataDir());
        CompletableFuture<EmbeddedRegistry> registry = null;
        EmbeddedBroker broker = null;
        try {
            Path registryDirectory = directory.sub("registry");
            LastPorts ports = LastPorts.in(directory.path());
            registry = options.registry() == EmbeddedOptions.Registry.PROCESS
                    ? CompletableFuture.supplyAsync(
                            () -> EmbeddedRegistry.start(registryDirectory, ports.registry(options.registryPort())))
                    : CompletableFuture.completedFuture(null);
            broker = EmbeddedBroker.start(
                    directory.sub("kafka"), ports.kafka(options.kafkaPort()), options.brokerSettings());
            LOG.info("The broker is up at {}, in {}.", broker.bootstrap(), directory.path());
            EmbeddedRegistry started = registry.join();
            ports.note(broker.port(), started == null ? null : started.port());
            String url = started == null ? "mock://" + UUID.randomUUID() : started.url();
            return new EmbeddedCluster(directory, broker, started, url);
        } catch (RuntimeException e) {
            if (registry != null) {
                registry.thenAccept(started -> close(started))
                        .exceptionally(none -> null)
                        .join();
            }
            close(broker);
            directory.close();
            throw e instanceof CompletionException && e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** {@code host:port} of the broker. */
    public String bootstrap() {
        return broker.bootstrap();
    }

    /** Base URL of the registry's Confluent-compatible API, or a {@code mock://} scope of this JVM. */
    public String registryUrl() {
        return registryUrl;
    }

    /** Where the cluster keeps its data; others of this process may keep theirs in subdirectories of other names. */
    public Path directory() {
        return directory.path();
    }

    /** Whether {@link #directory} is removed at the end. */
    public boolean isTemporary() {
        return directory.isTemporary();
    }

    /** The registry's process now; null with a {@code mock://} registry. */
    ProcessHandle registryProcess() {
        return registry == null ? null : registry.handle();
    }

    /** Stops both, in a second or two; with a temporary directory everything is gone then. */
    @Override
    public void close() {
        CompletableFuture<Void> registryEnd = CompletableFuture.runAsync(() -> close(registry));
        try {
            close(broker);
            registryEnd.join();
        } finally {
            directory.close();
        }
    }

    private static void close(EmbeddedRegistry registry) {
        if (registry != null) {
            registry.close();
        }
    }

    private static void close(EmbeddedBroker broker) {
        if (broker != null) {
            broker.close();
        }
    }
}
