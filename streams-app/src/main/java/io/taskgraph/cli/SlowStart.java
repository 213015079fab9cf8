package io.taskgraph.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/**
 * Says on standard error why a control plane is not ready yet, when that takes long: its state, and the
 * {@linkplain HangingTransaction transactions} that it may wait for in vain.
 */
final class SlowStart {
    private static final Duration AFTER = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final String applicationId;
    private final PrintWriter err;
    private final long start = System.nanoTime();
    private long next = start + AFTER.toNanos();

    SlowStart(Cluster cluster, String applicationId, PrintWriter err) {
        this.cluster = cluster;
        this.applicationId = applicationId;
        this.err = err;
    }

    /** To be called now and then while it is not ready; says something every twenty seconds. */
    void look(Topology topology) {
        if (System.nanoTime() < next) {
            return;
        }
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        err.println("taskgraph: waiting. The control plane is " + topology.state() + " after " + seconds
                + " s; it reads its state from the cluster and takes over its partitions.");
        hanging().forEach(one -> err.println("taskgraph: " + one.sentence(cluster.bootstrap())));
        err.flush();
        next = System.nanoTime() + AFTER.toNanos();
    }

    private List<HangingTransaction> hanging() {
        try (Admin admin = cluster.admin()) {
            return HangingTransaction.find(admin, HangingTransaction.ofInterest(cluster.prefix(), applicationId));
        } catch (RuntimeException unknown) {
            return List.of(); // this is about why something else takes long: that it fails is no news
        }
    }
}
