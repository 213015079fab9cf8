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
 * @param planRefusedAt the graph version of the last plan that was denied approval, or 0: until the graph changes the
 *     run does not ask again
 * @param counts what has happened so far
 */
record RunHeader(
        Phase phase,
        String quarantine,
        long sequence,
        long graphVersion,
        long lastDecidedAt,
        long nextOrdinal,
        long planRefusedAt,
        RunCounts counts) {

    static final RunHeader INITIAL = new RunHeader(Phase.IDLE, null, 0, 0, 0, 1, 0, RunCounts.NONE);

    RunHeader withPhase(Phase p) {
        return new RunHeader(p, quarantine, sequence, graphVersion, lastDecidedAt, nextOrdinal, planRefusedAt, counts);
    }

    RunHeader withQuarantine(String reason) {
        return new RunHeader(phase, reason, sequence, graphVersion, lastDecidedAt, nextOrdinal, planRefusedAt, counts);
    }

    RunHeader withNextOrdinal(long n) {
        return new RunHeader(phase, quarantine, sequence, graphVersion, lastDecidedAt, n, planRefusedAt, counts);
    }

    RunHeader withPlanRefusedAt(long version) {
        return new RunHeader(phase, quarantine, sequence, graphVersion, lastDecidedAt, nextOrdinal, version, counts);
    }

    RunHeader with(RunCounts c) {
        return new RunHeader(phase, quarantine, sequence, graphVersion, lastDecidedAt, nextOrdinal, planRefusedAt, c);
    }

    RunHeader decided(long seq, long version, long at, boolean refused, boolean fence) {
        return new RunHeader(
                phase,
                quarantine,
                seq,
                version,
                at,
                nextOrdinal,
                planRefusedAt,
                refused ? counts.refused(fence) : counts);
    }
}
