package io.taskgraph.engine;

import io.taskgraph.avro.Phase;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Caps;

/**
 * When a run has to be looked at next: its leases, the workers that hold none, tasks that wait to be tried again, approvals,
 * mailboxes, and the run's own limits of time. Derived from the run, never stored; what is due costs a look, what is not costs nothing.
 */
final class Dates {
    /** How many silences a run stays degraded for, if no worker comes back and none is lost. */
    static final int STABLE_AFTER = 4;

    private final Run run;
    private final Leases leases;
    private final DueIndex idle = new DueIndex();
    private final DueIndex retries = new DueIndex();

    Dates(Run run) {
        this.run = run;
        this.leases = new Leases((worker, busy) -> workerChanged(worker));
    }

    Leases leases() {
        return leases;
    }

    /** Workers without leases that may have been silent for too long. */
    DueIndex idle() {
        return idle;
    }

    /** Tasks that wait to be tried again. */
    DueIndex retries() {
        return retries;
    }

    void taskChanged(String id) {
        Task t = run.graph().task(id);
        leases.sync(id, t, this::patience);
        if (t != null && t.notBefore() > 0 && !t.status().isTerminal()) {
            retries.set(id, t.notBefore());
        } else {
            retries.remove(id);
        }
    }

    void workerChanged(String id) {
        Worker w = run.tables().workers.get(id);
        if (w == null || w.state() != Worker.State.ACTIVE || leases.holdsAny(id)) {
            idle.remove(id);
        } else {
            // From what is stored alone: a run that is loaded again must not find less than this one.
            idle.set(id, w.since() + run.policy().caps().heartbeatStalenessMillis());
        }
    }

    /** Under other caps dates may come earlier; one that is too early only costs a look. */
    void policyChanged() {
        leases.all()
                .forEach(id ->
                        leases.set(run.graph().task(id), run.graph().task(id).leasedAt()));
        idle.all().forEach(this::workerChanged);
    }

    /** How long after it was leased the task is due for a look. */
    private long patience(Task t) {
        Caps caps = run.policy().caps();
        TaskLimits limits = run.limits(t.id());
        if (t.status() == Status.DISPATCHED) {
            return limits.startMillis(caps);
        }
        long patience = limits.heartbeatMillis(caps);
        long end = limits.endMillis(caps);
        patience = end == 0 ? patience : Math.min(patience, end);
        Long budget = run.budget(t.id()).bound().millis();
        return budget == null ? patience : Math.min(patience, budget + 1);
    }

    /** Milliseconds since the epoch; {@link Long#MAX_VALUE}: it has none. */
    long next() {
        long next = leases.next();
        if (run.quarantine() != null) {
            return next;
        }
        next = Math.min(next, Math.min(nextExpiry(), run.mail().next()));
        if (run.phase() != Phase.EXECUTING) {
            return next;
        }
        next = Math.min(next, Math.min(idle.next(), retries.next()));
        next = Math.min(next, runtimeEnds());
        return Math.min(next, stable());
    }

    private long nextExpiry() {
        Table<Approval> pending = run.tables().approvals;
        return pending.isEmpty()
                ? Long.MAX_VALUE
                : pending.values().stream().mapToLong(Approval::expiresAt).min().orElse(Long.MAX_VALUE);
    }

    private long runtimeEnds() {
        long limit = run.policy().caps().maxRuntimeMillis();
        return limit == 0 ? Long.MAX_VALUE : run.standing().startedAt() + limit;
    }

    private long stable() {
        Degradation d = run.degradation();
        // Each further loss puts it off, as it does for whoever looks.
        return d == null
                ? Long.MAX_VALUE
                : Math.max(d.since(), run.header().lastPassAt())
                        + STABLE_AFTER * run.policy().caps().heartbeatStalenessMillis();
    }

    /**
     * After a timer was decided on: puts off what is still out, to when its worker, as last heard, will have been silent for
     * too long.
     */
    void postpone(long now, Liveness liveness) {
        for (String id : leases.due(now)) {
            Task t = run.graph().task(id);
            // In quarantine nothing follows from a timer: without this, it would fire without end.
            leases.set(t, run.quarantine() != null ? now + patience(t) : Math.max(now + 1, nextLook(t, now, liveness)));
        }
        for (String worker : idle.due(now)) {
            long silent =
                    LastHeard.of(run, worker, liveness) + run.policy().caps().heartbeatStalenessMillis();
            idle.set(worker, Math.max(now + 1, silent));
        }
    }

    private long nextLook(Task t, long now, Liveness liveness) {
        if (t.status() == Status.DISPATCHED) {
            return t.leasedAt() + patience(t);
        }
        TaskLimits limits = run.limits(t.id());
        long silent = Math.max(t.leasedAt(), LastHeard.of(run, t.workerId(), liveness))
                + limits.heartbeatMillis(run.policy().caps());
        if (t.status() == Status.SUBMITTED) {
            // A reviewer has it: its worker may go.
            return now + run.policy().caps().heartbeatStalenessMillis();
        }
        return Math.min(silent, run.endOfTime(t, now));
    }
}
