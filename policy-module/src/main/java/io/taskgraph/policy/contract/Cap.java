package io.taskgraph.policy.contract;

import java.util.Optional;

/**
 * One cap of a policy document: its key, its unit, its default, its range. The order is the canonical order of the keys.
 * Each is enforced at the decision that would exceed it.
 */
public enum Cap {
    /** Live tasks of the run; archived ones do not count. */
    MAX_TASKS("max_tasks", Unit.COUNT, 20, 1, 10_000_000),
    /** Attempts in flight at a time; 0: nothing is dispatched. */
    MAX_WORKERS("max_workers", Unit.COUNT, 5, 0, 1_000_000),
    /** How deep runs may nest; 0: a run has no parent. */
    MAX_DEPTH("max_depth", Unit.COUNT, 0, 0, 16),
    /** Attempts after the first that a task gets when attempts fail. */
    MAX_RETRIES("max_retries", Unit.COUNT, 2, 0, 1_000),
    /** Tasks of the run that undo what others did, added by patches or by the engine. */
    MAX_COMPENSATING_TASKS("max_compensating_tasks", Unit.COUNT, 3, 0, 1_000_000),
    /** From when the run last left idle to its end; 0: none. */
    MAX_RUNTIME("max_runtime", Unit.MILLIS, 600_000, 0, 2_592_000_000L),
    /** Least time between passes over lost workers that are recorded as such; leases end in time regardless. 0: none. */
    RECONCILE_COOLDOWN("reconcile_cooldown", Unit.MILLIS, 5_000, 0, 86_400_000),
    /** Silence after which a worker, busy or idle, is lost, and its leases with it. */
    HEARTBEAT_STALENESS("heartbeat_staleness", Unit.MILLIS, 30_000, 100, 86_400_000),
    /** From start to end of one attempt; 0: none. */
    WORKER_TIMEOUT("worker_timeout", Unit.MILLIS, 120_000, 0, 604_800_000),
    /** How long a dispatch may lie untaken before it is offered again. */
    START_TIMEOUT("start_timeout", Unit.MILLIS, 60_000, 100, 604_800_000),
    /** Operations of one patch. */
    MAX_PATCH_OPERATIONS("max_patch_operations", Unit.COUNT, 1_000, 1, 1_000_000),
    /** Bytes (UTF-8) of a task's payload, and of a result. */
    MAX_PAYLOAD("max_payload", Unit.BYTES, 64 * 1024, 0, 16 * 1024 * 1024),
    /** Actions that the run's agents may be allowed in all. */
    MAX_ACTIONS("max_actions", Unit.COUNT, 120, 0, 1_000_000_000),
    /** Actions that the run's agents may ask for within a minute. */
    MAX_ACTIONS_PER_MINUTE("max_actions_per_minute", Unit.COUNT, 60, 0, 1_000_000),
    /** Times that one task may ask for the same action: the same tool with the same arguments. */
    MAX_IDENTICAL_ACTIONS("max_identical_actions", Unit.COUNT, 5, 1, 1_000_000);

    private final String key;
    private final Unit unit;
    private final long ifLeftOut;
    private final long least;
    private final long most;

    Cap(String key, Unit unit, long ifLeftOut, long least, long most) {
        this.key = key;
        this.unit = unit;
        this.ifLeftOut = ifLeftOut;
        this.least = least;
        this.most = most;
    }

    /** The cap of that key, if there is one. */
    public static Optional<Cap> ofKey(String key) {
        for (Cap cap : values()) {
            if (cap.key.equals(key)) {
                return Optional.of(cap);
            }
        }
        return Optional.empty();
    }

    /** Its key in a document. */
    public String key() {
        return key;
    }

    /** Its value in a document that leaves it out and extends nothing. Frozen once released. */
    public long ifLeftOut() {
        return ifLeftOut;
    }

    /** The least value. */
    public long least() {
        return least;
    }

    /** The greatest value. */
    public long most() {
        return most;
    }

    /** The range as a document would write it: {@code 100ms to 24h}. */
    public String range() {
        return write(least) + " to " + write(most);
    }

    /** Reads a value as a document writes it, without checking the range; empty if it is not of the unit's form. */
    public Optional<Long> read(String text) {
        return unit.read(text);
    }

    /** What {@link #read} takes, for an error message. */
    public String form() {
        return unit.form();
    }

    Unit unit() {
        return unit;
    }

    /** Writes a value as the canonical document does: {@code 64KiB}, {@code 10m}, {@code 20}. */
    public String write(long value) {
        return unit.write(value);
    }
}
