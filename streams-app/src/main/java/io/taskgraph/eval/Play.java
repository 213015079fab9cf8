package io.taskgraph.eval;

import io.taskgraph.replay.RunFold;
import io.taskgraph.spec.Scenario;
import java.util.List;

/**
 * What a scenario left.
 *
 * @param log its decisions, in order
 * @param fold the run folded from them, with the live {@code apply}
 * @param millis how long it took on the stage's clock
 * @param deadLetters records that could not be read
 * @param ended whether it came to where it is to end
 */
record Play(Scenario scenario, List<Stage.Logged> log, RunFold fold, long millis, long deadLetters, boolean ended) {
    /** Keeps its own copy. */
    Play {
        log = List.copyOf(log);
    }
}
