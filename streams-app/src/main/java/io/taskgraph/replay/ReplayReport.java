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
 */
public record ReplayReport(long decisions, long refusedOutsideRuns, List<RunVerdict> runs, List<String> notChecked) {
    /** Whether every run agrees. */
    public boolean agrees() {
        return runs.stream().allMatch(RunVerdict::agrees);
    }

    /** The first divergence, by run id. */
    public Optional<Divergence> firstDivergence() {
        return runs.stream().flatMap(r -> r.divergence().stream()).findFirst();
    }
}
