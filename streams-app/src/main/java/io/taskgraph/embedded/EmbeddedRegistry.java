package io.taskgraph.embedded;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one registry process running: finds it a port, and starts it again there when it dies. */
final class EmbeddedRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRegistry.class);
    private static final int PORT_ATTEMPTS = 3;

    private final RegistryInstallation installation;
    private final Path directory;
    private RegistryProcess current;
    private boolean closing;

    private EmbeddedRegistry(RegistryInstallation installation, Path directory) {
        this.installation = installation;
        this.directory = directory;
    }

    /** @param preferredPort used if free at this moment, otherwise another */
    static EmbeddedRegistry start(Path directory, int preferredPort) {
        return start(directory, preferredPort, Ports::freeOr);
    }

    static EmbeddedRegistry start(Path directory, int preferredPort, PortChoice ports) {
        EmbeddedRegistry registry = new EmbeddedRegistry(RegistryInstallation.find(), directory);
        for (int attempt = 1; ; attempt++) {
            int port = ports.freeOr(attempt == 1 ? preferredPort : 0);
            RegistryProcess process = RegistryProcess.launch(registry.installation, directory, port);
            try {
                process.awaitReady();
                registry.watch(process);
                return registry;
            } catch (RuntimeException e) {
                boolean again = attempt < PORT_ATTEMPTS && process.lostItsPort();
                process.close();
                if (!again) {
                    throw e;
                }
            }
        }
    }

    synchronized String url() {
        return current.url();
    }

    synchronized int port() {
        return current.port();
    }

    /** The process that serves now; for tests that kill it. */
    synchronized ProcessHandle handle() {
        return current.process().toHandle();
    }

    private synchronized void watch(RegistryProcess process) {
        current = process;
        // A Ctrl-C in a terminal reaches the registry, too, and a little before we know that we are closing.
        process.process()
                .onExit()
                .thenAcceptAsync(ended -> restart(process), CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
    }

    private void restart(RegistryProcess dead) {
        synchronized (this) {
            if (closing || current != dead) {
                return;
            }
            LOG.warn(
                    "The schema registry ended with exit code {}; starting it again.",
                    dead.process().exitValue());
        }
        RegistryProcess next = RegistryProcess.launch(installation, directory, dead.port());
        try {
            next.awaitReady();
        } catch (RuntimeException e) {
            next.close();
            LOG.error("The schema registry is gone for good: {}", e.getMessage());
            return;
        }
        synchronized (this) {
            if (!closing) {
                watch(next);
                return;
            }
        }
        next.close();
    }

    @Override
    public void close() {
        RegistryProcess last;
        synchronized (this) {
            closing = true;
            last = current;
        }
        last.close();
    }
}
