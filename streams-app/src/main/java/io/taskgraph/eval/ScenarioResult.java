package io.taskgraph.eval;

import io.taskgraph.replay.RunVerdict;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one scenario came to.
 *
 * @param name the scenario
 * @param checks what it expects, each met or not
 * @param measures numbers beside: decisions, dispatches, retries, millis on the stage's clock
 * @param log its decisions, for gates
 * @param replayed what replay says of them
 */
public record ScenarioResult(
        String name,
        List<Check> checks,
        SortedMap<String, Long> measures,
        List<Stage.Logged> log,
        RunVerdict replayed) {
    static ScenarioResult of(Play play) {
        SortedMap<String, Long> measures = new TreeMap<>();
        measures.put("decisions", (long) play.log().size());
        measures.put("dispatches", play.fold().run().dispatches());
        measures.put("retries", play.fold().run().retries());
        measures.put("millis", play.millis());
        return new ScenarioResult(
                play.scenario().name(),
                Checks.of(play),
                measures,
                play.log(),
                play.fold().finish());
    }

    /** How much of what is expected was met, in percent, rounded down. */
    public int score() {
        return (int) (100 * checks.stream().filter(Check::met).count() / checks.size());
    }

    /** Whether all of it was. */
    public boolean passes() {
        return checks.stream().allMatch(Check::met);
    }
}
