package io.taskgraph.client;

import io.taskgraph.avro.Command;
import io.taskgraph.avro.ExtensionGrant;
import io.taskgraph.avro.LoadedExtension;
import io.taskgraph.avro.ToolGrant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on commands that this worker cannot take, because they need an extension that it has not loaded exactly as it was
 * signed: that name, that version, and of each tool the descriptor that the grant names. No handler begins on them.
 *
 * <ul>
 *   <li>A command goes back to the queue, for a worker of the type that can. The broker drops what it has delivered too
 *       often; so before it would, the worker gives the attempt back to the control plane, which offers the task anew:
 *       behind what waits, and as no failure.
 *   <li>Whoever has loaded the version with other tools than were signed says so, once for a run: the control plane records
 *       the mismatch. After that it passes such commands on like others.
 * </ul>
 *
 * <p>After each the reader leaves the queue to others for a while, which doubles with every {@value #ROUND} times that a
 * task comes by here. As soon as there is something to do, tasks are forgotten: so it passes quickly by what it cannot do to
 * get at what it can, and slows down where there is nothing else. For any thread.
 */
final class Misfits {
    private static final Logger LOG = LoggerFactory.getLogger(Misfits.class);
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int ROUND = 8;
    private static final int REMEMBERED = 1_000;

    private record RunTask(String runId, String taskId) {}

    private record RunToolpack(String runId, String toolpack) {}

    private final Map<String, Map<String, String>> loaded = new HashMap<>();
    private final Leases leases;
    private final Reports reports;
    private final Tally tally;
    // Guarded by this.
    private final Map<RunTask, Integer> cameBy = recent();
    private final Map<RunToolpack, Boolean> told = recent();
    private final Map<String, Boolean> logged = recent();

    /** @param extensions what this worker has loaded; of two of one name and version, the last holds */
    Misfits(List<LoadedExtension> extensions, Leases leases, Reports reports, Tally tally) {
        extensions.forEach(x -> loaded.put(id(x.getName(), x.getVersion()), x.getTools()));
        this.leases = leases;
        this.reports = reports;
        this.tally = tally;
    }

    private static <K, V> Map<K, V> recent() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    private static String id(String name, String version) {
        return name + "@" + version;
    }

    /**
     * Passes a command on, if this worker cannot take it.
     *
     * @param command a dispatch for this worker's type
     * @param last whether it cannot go back to the queue, because the broker would soon drop it
     * @return nanoseconds for which to leave the queue to others; 0 if nothing was done, for the worker can take it
     */
    long passOn(Command command, boolean last, Settlement settlement) {
        ExtensionGrant lacking = lacking(command.getDispatch().getGrants());
        if (lacking == null) {
            synchronized (this) {
                cameBy.clear();
            }
            return 0;
        }
        String toolpack = id(lacking.getName(), lacking.getVersion());
        String runId = command.getRunId();
        String taskId = command.getDispatch().getTaskId();
        AttemptKey attempt = new AttemptKey(runId, taskId, command.getDispatch().getAttempt());
        boolean otherwise = loaded.containsKey(toolpack);
        String why = otherwise
                ? "it has loaded " + toolpack + " with other tools than were signed"
                : "it has not loaded " + toolpack;
        boolean tell;
        int times;
        synchronized (this) {
            if (logged.put(toolpack, true) == null) {
                LOG.info("Tasks that need {} are left to others: {}.", toolpack, why);
            }
            tell = otherwise && told.put(new RunToolpack(runId, toolpack), true) == null;
            times = cameBy.merge(new RunTask(runId, taskId), 1, Integer::sum);
        }
        tally.released.increment();
        if (tell) {
            reports.started(attempt, command.getAgentType(), durable(attempt, settlement));
        } else if (last) {
            reports.released(attempt, why, null, durable(attempt, settlement));
        } else {
            settlement.release();
        }
        return Math.min(LONGEST_NANOS, SHORTEST_NANOS << Math.min((times - 1) / ROUND, ROUND));
    }

    /** The first of these that is not loaded as it was granted, or null. */
    private ExtensionGrant lacking(List<ExtensionGrant> grants) {
        for (ExtensionGrant grant : grants) {
            Map<String, String> signed = new HashMap<>();
            for (ToolGrant tool : grant.getTools()) {
                signed.put(tool.getTool(), tool.getDescriptor());
            }
            if (!signed.equals(loaded.get(id(grant.getName(), grant.getVersion())))) {
                return grant;
            }
        }
        return null;
    }

    private Consumer<Boolean> durable(AttemptKey attempt, Settlement settlement) {
        return yes -> {
            if (yes) {
                leases.reported(attempt);
                settlement.accept();
            } else {
                settlement.release();
            }
        };
    }
}
