package io.taskgraph.replay;

import java.util.Optional;

/**
 * What replay found of one run.
 *
 * @param decisions decisions folded
 * @param sequence the last of them
 * @param stateDigest digest of the state they lead to, in hex
 * @param phase the phase they lead to
 * @param comparedWithLive whether the live state in the stores was compared
 * @param comparedWithSummary whether the compacted summary was compared
 * @param divergence the first difference, if there is one
 * @param strict what became of deciding again, if that was asked for
 * @param provedFrom the decision whose state was taken from a snapshot, because what was before it is on the log no more;
 *     0: it is proved from its beginning
 * @param comparedSnapshots how many snapshots were compared, the one that it was taken up from included
 * @param forgotten whether it was forgotten: there is nothing left to compare
 */
public record RunVerdict(
        String runId,
        long decisions,
        long sequence,
        String stateDigest,
        String phase,
        boolean comparedWithLive,
        boolean comparedWithSummary,
        Optional<Divergence> divergence,
        Optional<Redecided> strict,
        long provedFrom,
        int comparedSnapshots,
        boolean forgotten) {
    /** Of a replay that was not strict, of a run from its beginning on. */
    public RunVerdict(
            String runId,
            long decisions,
            long sequence,
            String stateDigest,
            String phase,
            boolean comparedWithLive,
            boolean comparedWithSummary,
            Optional<Divergence> divergence) {
        this(
                runId,
                decisions,
                sequence,
                stateDigest,
                phase,
                comparedWithLive,
                comparedWithSummary,
                divergence,
                Optional.empty(),
                0,
                0,
                false);
    }

    /** The same, with a difference that was found later on. */
    RunVerdict diverging(Divergence found) {
        return new RunVerdict(
                runId,
                decisions,
                sequence,
                stateDigest,
                phase,
                comparedWithLive,
                comparedWithSummary,
                divergence.or(() -> Optional.of(found)),
                strict,
                provedFrom,
                comparedSnapshots,
                forgotten);
    }

    /** Whether everything that was checked agrees. */
    public boolean agrees() {
        return divergence.isEmpty();
    }
}
