package io.taskgraph.cli;

import io.taskgraph.client.Client;
import io.taskgraph.client.Operator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Keeps the history in a thread of its own, as long as the control plane in this process is the one to do it. What goes wrong
 * is told once, and tried again at the next pass; it keeps nobody from deciding.
 */
final class KeeperBeside implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final String SIGNS =
            "; the keeper beside a control plane signs with --keeper-key FILE, as the operator keeper";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Supplier<Keeping> open;
    private final BooleanSupplier leads;
    private final Consumer<String> tells;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final Thread thread;
    private Set<String> told = Set.of();
    private Keeping keeping;

    private KeeperBeside(Supplier<Keeping> open, Duration pause, BooleanSupplier leads, Consumer<String> tells) {
        this.open = open;
        this.leads = leads;
        this.tells = tells;
        this.thread = new Thread(() -> keep(pause), "history-keeper");
        thread.setDaemon(true);
    }

    /**
     * Starts it, if it is wanted.
     *
     * @param applicationId the control plane's
     * @param tells hears what is wrong, a sentence each
     * @return what has to be closed before the topology; does nothing if it is not wanted
     */
    static KeeperBeside start(
            KeeperOptions options, Cluster cluster, String applicationId, Topology topology, Consumer<String> tells) {
        return start(options.pause(), options.archive(), options.operator(), cluster, applicationId, topology, tells);
    }

    static KeeperBeside start(
            Optional<Duration> pause,
            Path archive,
            Function<Client, Operator> as,
            Cluster cluster,
            String applicationId,
            Topology topology,
            Consumer<String> tells) {
        Supplier<Keeping> open =
                () -> Keeping.open(cluster, Replaying.source(cluster, applicationId), as, SIGNS, PATIENCE, archive);
        KeeperBeside keeper = new KeeperBeside(open, pause.orElse(Duration.ZERO), topology::leads, tells);
        if (pause.isPresent()) {
            keeper.thread.start();
        }
        return keeper;
    }

    private void keep(Duration pause) {
        try {
            while (!asked.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                if (leads.getAsBoolean()) {
                    pass();
                } else {
                    stopKeeping();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopKeeping();
        }
    }

    private void pass() {
        List<String> problems;
        try {
            keeping = keeping == null ? open.get() : keeping;
            problems = keeping.pass(left -> {}).problems();
        } catch (RuntimeException e) {
            stopKeeping();
            problems = List.of("The history was not kept, which is tried again: " + Errors.explain(e, false));
        }
        if (asked.getCount() > 0) {
            problems.stream().filter(p -> !told.contains(p)).forEach(tells);
            told = new HashSet<>(problems);
        }
    }

    private void stopKeeping() {
        if (keeping == null) {
            return;
        }
        // What interrupted it was to end the pass, not the closing.
        Thread.interrupted();
        try {
            keeping.close();
        } catch (RuntimeException e) {
            // It is opened anew, or not needed any more.
        }
        keeping = null;
    }

    @Override
    public void close() {
        asked.countDown();
        thread.interrupt();
        try {
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
