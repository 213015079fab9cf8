package io.taskgraph.replay;

import java.util.List;
import java.util.Optional;

/**
 * What replay found.
 *
 * @param decisions decisions read, those outside every chain included
 * @param refusedOutsideRuns refusals for runs that do not exist: recorded, but of no run's chain
 * @param runs a verdict a run, by run id
 * @param notChecked what this replay did not check, a sentence each
 * @param strict what became of deciding again, all runs and refusals outside runs together; empty if it was not asked for
 * @param outside where a refusal outside every chain is not what follows from its input
 */
public record ReplayReport(
        long decisions,
        long refusedOutsideRuns,
        List<RunVerdict> runs,
        List<String> notChecked,
        Optional<Redecided> strict,
        Optional<Divergence> outside) {
    /** Of a replay that was not strict. */
    public ReplayReport(long decisions, long refusedOutsideRuns, List<RunVerdict> runs, List<String> notChecked) {
        this(decisions, refusedOutsideRuns, runs, notChecked, Optional.empty(), Optional.empty());
    }

    /** Whether every run agrees, as far as it was checked. */
    public boolean agrees() {
        return outside.isEmpty() && runs.stream().allMatch(RunVerdict::agrees);
    }

    /** Whether every decision that was to be decided again could be. */
    public boolean whole() {
        return strict.isEmpty() || strict.get().notRedecided() == 0;
    }

    /** The first divergence, by run id. */
    public Optional<Divergence> firstDivergence() {
        return runs.stream().flatMap(r -> r.divergence().stream()).findFirst().or(() -> outside);
    }
}
