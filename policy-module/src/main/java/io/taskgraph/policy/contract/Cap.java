package io.taskgraph.policy.contract;

import java.util.Optional;
import java.util.function.ToLongFunction;

/** One cap of a policy document: its key, its unit, its range. The order is the canonical order of the keys. */
enum Cap {
    MAX_TASKS("max_tasks", Unit.COUNT, 1, 10_000_000, Caps::maxTasks),
    MAX_WORKERS("max_workers", Unit.COUNT, 0, 1_000_000, Caps::maxWorkers),
    MAX_RETRIES("max_retries", Unit.COUNT, 0, 1_000, Caps::maxRetries),
    MAX_PATCH_OPERATIONS("max_patch_operations", Unit.COUNT, 1, 1_000_000, Caps::maxPatchOperations),
    MAX_PAYLOAD("max_payload", Unit.BYTES, 0, 16 * 1024 * 1024, Caps::maxPayloadBytes),
    HEARTBEAT_STALENESS("heartbeat_staleness", Unit.MILLIS, 100, 86_400_000, Caps::heartbeatStalenessMillis),
    START_TIMEOUT("start_timeout", Unit.MILLIS, 100, 604_800_000, Caps::startTimeoutMillis);

    private final String key;
    private final Unit unit;
    private final long least;
    private final long most;
    private final ToLongFunction<Caps> getter;

    Cap(String key, Unit unit, long least, long most, ToLongFunction<Caps> getter) {
        this.key = key;
        this.unit = unit;
        this.least = least;
        this.most = most;
        this.getter = getter;
    }

    static Optional<Cap> ofKey(String key) {
        for (Cap cap : values()) {
            if (cap.key.equals(key)) {
                return Optional.of(cap);
            }
        }
        return Optional.empty();
    }

    String key() {
        return key;
    }

    Unit unit() {
        return unit;
    }

    long least() {
        return least;
    }

    long most() {
        return most;
    }

    long of(Caps caps) {
        return getter.applyAsLong(caps);
    }

    String write(long value) {
        return unit.write(value);
    }

    String range() {
        return write(least) + " to " + write(most);
    }
}
