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
 * @param ledger what the run may use up, has used up and has promised: it changes with nearly every decision of a run that
 *     is bounded, and stands here because the header does so, too
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
        RunCounts counts,
        Ledger ledger) {

    static final RunHeader INITIAL =
            new RunHeader(Standing.INITIAL, null, 0, 0, 0, 1, 0, 0, RunCounts.NONE, Ledger.NONE);

    RunHeader with(Standing s) {
        return new RunHeader(
                s,
                quarantine,
                sequence,
                graphVersion,
                lastDecidedAt,
                nextOrdinal,
                planRefusedAt,
                lastPassAt,
                counts,
                ledger);
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
                counts,
                ledger);
    }

    RunHeader withNextOrdinal(long n) {
        return new RunHeader(
                standing,
                quarantine,
                sequence,
                graphVersion,
                lastDecidedAt,
                n,
                planRefusedAt,
                lastPassAt,
                counts,
                ledger);
    }

    RunHeader withPlanRefusedAt(long version) {
        return new RunHeader(
                standing,
                quarantine,
                sequence,
                graphVersion,
                lastDecidedAt,
                nextOrdinal,
                version,
                lastPassAt,
                counts,
                ledger);
    }

    RunHeader withLastPassAt(long at) {
        return new RunHeader(
                standing,
                quarantine,
                sequence,
                graphVersion,
                lastDecidedAt,
                nextOrdinal,
                planRefusedAt,
                at,
                counts,
                ledger);
    }

    RunHeader with(RunCounts c) {
        return new RunHeader(
                standing,
                quarantine,
                sequence,
                graphVersion,
                lastDecidedAt,
                nextOrdinal,
                planRefusedAt,
                lastPassAt,
                c,
                ledger);
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
                refused ? counts.refused(fence) : counts,
                ledger);
    }

    RunHeader with(Ledger l) {
        return new RunHeader(
                standing,
                quarantine,
                sequence,
                graphVersion,
                lastDecidedAt,
                nextOrdinal,
                planRefusedAt,
                lastPassAt,
                counts,
                l);
    }
}
