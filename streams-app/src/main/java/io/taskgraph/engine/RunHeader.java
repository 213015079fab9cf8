package io.taskgraph.engine;

import io.taskgraph.avro.Phase;

/**
 * What changes with most decisions: an immutable value.
 *
 * @param quarantine why the run is quarantined, or null
 * @param sequence number of the last decision, 0 before the first
 * @param graphVersion grows by one with each accepted decision that changes the graph
 * @param lastDecidedAt milliseconds since the epoch
 * @param nextOrdinal the ordinal of the next task
 * @param dispatches attempts offered
 * @param retries attempts offered beyond each task's first
 * @param fenced reports refused as fenced
 * @param rejected inputs refused
 */
record RunHeader(
        Phase phase,
        String quarantine,
        long sequence,
        long graphVersion,
        long lastDecidedAt,
        long nextOrdinal,
        long dispatches,
        long retries,
        long fenced,
        long rejected) {

    static final RunHeader INITIAL = new RunHeader(Phase.IDLE, null, 0, 0, 0, 1, 0, 0, 0, 0);

    RunHeader withPhase(Phase p) {
        return new RunHeader(
                p,
                quarantine,
                sequence,
                graphVersion,
                lastDecidedAt,
                nextOrdinal,
                dispatches,
                retries,
                fenced,
                rejected);
    }

    RunHeader withQuarantine(String reason) {
        return new RunHeader(
                phase,
                reason,
                sequence,
                graphVersion,
                lastDecidedAt,
                nextOrdinal,
                dispatches,
                retries,
                fenced,
                rejected);
    }

    RunHeader withNextOrdinal(long n) {
        return new RunHeader(
                phase, quarantine, sequence, graphVersion, lastDecidedAt, n, dispatches, retries, fenced, rejected);
    }

    RunHeader dispatched(boolean retry) {
        return new RunHeader(
                phase,
                quarantine,
                sequence,
                graphVersion,
                lastDecidedAt,
                nextOrdinal,
                dispatches + 1,
                retry ? retries + 1 : retries,
                fenced,
                rejected);
    }

    RunHeader decided(long seq, long version, long at, boolean refused, boolean fence) {
        return new RunHeader(
                phase,
                quarantine,
                seq,
                version,
                at,
                nextOrdinal,
                dispatches,
                retries,
                fence ? fenced + 1 : fenced,
                refused ? rejected + 1 : rejected);
    }
}
