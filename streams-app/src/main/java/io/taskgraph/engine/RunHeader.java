package io.taskgraph.engine;

/**
 * What changes with most decisions: an immutable value.
 *
 * @param standing the phase, and why
 * @param quarantine why the run is quarantined, or null
 * @param sequence number of the last decision, 0 before the first
 * @param graphVersion grows by one with each accepted decision that changes the graph
 * @param lastDecidedAt milliseconds since the epoch
 * @param nextOrdinal the ordinal of the next task
 * @param planRefusedAt the graph version of the last plan that was denied approval, or 0: until the graph changes the
 *     run does not ask again
 * @param lastPassAt when lost workers last had their leases taken away, in milliseconds since the epoch; 0: never
 * @param counts what has happened so far
 */
record RunHeader(
        Standing standing,
        String quarantine,
        long sequence,
        long graphVersion,
        long lastDecidedAt,
        long nextOrdinal,
        long planRefusedAt,
        long lastPassAt,
        RunCounts counts) {

    static final RunHeader INITIAL = new RunHeader(Standing.INITIAL, null, 0, 0, 0, 1, 0, 0, RunCounts.NONE);

    RunHeader with(Standing s) {
        return new RunHeader(
                s, quarantine, sequence, graphVersion, lastDecidedAt, nextOrdinal, planRefusedAt, lastPassAt, counts);
    }

    RunHeader withQuarantine(String reason) {
        return new RunHeader(
                standing,
                reason,
                sequence,
                graphVersion,
                lastDecidedAt,
                nextOrdinal,
                planRefusedAt,
                lastPassAt,
                counts);
    }

    RunHeader withNextOrdinal(long n) {
        return new RunHeader(
                standing, quarantine, sequence, graphVersion, lastDecidedAt, n, planRefusedAt, lastPassAt, counts);
    }

    RunHeader withPlanRefusedAt(long version) {
        return new RunHeader(
                standing, quarantine, sequence, graphVersion, lastDecidedAt, nextOrdinal, version, lastPassAt, counts);
    }

    RunHeader withLastPassAt(long at) {
        return new RunHeader(
                standing, quarantine, sequence, graphVersion, lastDecidedAt, nextOrdinal, planRefusedAt, at, counts);
    }

    RunHeader with(RunCounts c) {
        return new RunHeader(
                standing, quarantine, sequence, graphVersion, lastDecidedAt, nextOrdinal, planRefusedAt, lastPassAt, c);
    }

    RunHeader decided(long seq, long version, long at, boolean refused, boolean fence) {
        return new RunHeader(
                standing,
                quarantine,
                seq,
                version,
                at,
                nextOrdinal,
                planRefusedAt,
                lastPassAt,
                refused ? counts.refused(fence) : counts);
    }
}
