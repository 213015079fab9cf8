package io.taskgraph.engine;

import io.taskgraph.avro.Phase;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Caps;

/**
 * When a run has to be looked at next: its leases, the workers that hold none, tasks that wait to be tried again, approvals,
 * mailboxes, grants of extensions, and the run's own limits of time. Derived from the run, never stored; what is due costs a look, what is not costs nothing.
 */
final class Dates {
    /** How many silences a run stays degraded for, if no worker comes back and none is lost. */
    static final int STABLE_AFTER = 4;

    private final Run run;
    private final Leases leases;
    private final DueIndex idle = new DueIndex();
    private final DueIndex retries = new DueIndex();
    private final DueIndex findings = new DueIndex();
    private final DueIndex grants = new DueIndex();

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

    /** Tasks that have stood otherwise than they should for a period of the policy's {@code every}. */
    DueIndex findings() {
        return findings;
    }

    /** Extensions whose grant ends. */
    DueIndex grants() {
        return grants;
    }

    /** What the run sees of an extension is otherwise. */
    void seenChanged(String id) {
        SeenExtension seen = run.tables().seen.get(id);
        if (seen != null && seen.allowed() && seen.untilMillis() > 0) {
            grants.set(id, seen.untilMillis());
        } else {
            grants.remove(id);
        }
    }

    /** What is to be found of the task may be otherwise. From what is stored alone: a date may be too early, none is too late. */
    void findingChanged(String id) {
        if (run.policy() == null || !Passes.has(run.policy())) {
            return;
        }
        long every = run.policy().reconcile().everyMillis();
        Finding f = Finding.of(run, id);
        Task t = run.graph().task(id);
        if (f != null) {
            findings.set(id, f.since() + every);
        } else if (t != null && t.status() == Status.RUNNING && t.spec().expectedMillis() > 0) {
            // It waits for an approver, and may be overdue when it goes on.
            findings.set(id, t.leasedAt() + t.spec().expectedMillis() + every);
        } else {
            findings.remove(id);
        }
    }

    void taskChanged(String id) {
        findingChanged(id);
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
        if (w == null || !w.isThere() || leases.holdsAny(id)) {
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
        findings.all().forEach(findings::remove);
        leases.all().forEach(this::findingChanged);
        run.tables().watched.values().forEach(w -> findingChanged(w.taskId()));
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
        if (leases.next() != Long.MAX_VALUE) {
            // Without an attempt in flight nothing is to be taken away; before a dispatch somebody looks anyway.
            next = Math.min(next, grants.next());
        }
        if (run.phase() != Phase.EXECUTING) {
            return next;
        }
        next = Math.min(next, Math.min(idle.next(), retries.next()));
        next = Math.min(next, runtimeEnds());
        next = Math.min(next, nextPass());
        Slowdown slow = run.slowdown();
        return Math.min(slow == null ? next : Math.min(next, slow.until()), stable());
    }

    private long nextPass() {
        return findings.next() == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(findings.next(), Passes.cooledDownAt(run));
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
        if (run.phase() == Phase.EXECUTING && run.quarantine() == null && now >= Passes.cooledDownAt(run)) {
            nextPeriod(now);
        }
    }

    /** What was looked at stands as before: it is looked at again after another period. */
    private void nextPeriod(long now) {
        for (String id : findings.due(now)) {
            Finding f = Finding.of(run, id);
            long every = run.policy().reconcile().everyMillis();
            findings.set(id, f == null ? now + every : f.next(now, every));
        }
    }

    private long nextLook(Task t, long now, Liveness liveness) {
        if (t.status() == Status.DISPATCHED) {
            return t.leasedAt() + patience(t);
        }
        TaskLimits limits = run.limits(t.id());
        long silent = Math.max(t.leasedAt(), LastHeard.of(run, t.workerId(), liveness))
                + limits.heartbeatMillis(run.policy().caps());
        long forgotten = liveness.forgottenSince(t.workerId(), t.id(), t.attempt());
        if (forgotten > 0) {
            silent = Math.min(
                    silent,
                    Math.max(forgotten, t.leasedAt())
                            + limits.heartbeatMillis(run.policy().caps()));
        }
        if (t.status() == Status.SUBMITTED) {
            // A reviewer has it: its worker may go.
            return now + run.policy().caps().heartbeatStalenessMillis();
        }
        return Math.min(silent, WorkingTime.end(run, t, now));
    }
}
