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
        Optional<Redecided> strict) {
    /** Of a replay that was not strict. */
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
                Optional.empty());
    }

    /** Whether everything that was checked agrees. */
    public boolean agrees() {
        return divergence.isEmpty();
    }
}
