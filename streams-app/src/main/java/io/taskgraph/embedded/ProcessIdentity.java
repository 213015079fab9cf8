package io.taskgraph.embedded;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process, told apart from a later one that was given the same number.
 *
 * @param pid the number
 * @param start when it started, as the system tells; null when the system does not, and then the number must do
 */
record ProcessIdentity(long pid, Instant start) {
    /** Systems tell start times in ticks of 10 ms, and compute them from a boot time that they may correct. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    static ProcessIdentity of(long pid, Instant start) {
        return new ProcessIdentity(pid, start);
    }

    static ProcessIdentity of(ProcessHandle handle) {
        return new ProcessIdentity(handle.pid(), handle.info().startInstant().orElse(null));
    }

    static ProcessIdentity current() {
        return of(ProcessHandle.current());
    }

    boolean alive() {
        return handle().isPresent();
    }

    /** The process, if it still runs. */
    Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::sameStart);
    }

    private boolean sameStart(ProcessHandle handle) {
        Instant actual = handle.info().startInstant().orElse(null);
        return start == null
                || actual == null
                || Duration.between(start, actual).abs().compareTo(TOLERANCE) <= 0;
    }
}
