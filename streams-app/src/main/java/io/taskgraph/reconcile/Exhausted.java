package io.taskgraph.reconcile;

import io.taskgraph.engine.Proposal;
import io.taskgraph.engine.Situation;
import java.util.List;

/** What to do about a task that is not tried again: what the policy says. */
final class Exhausted {
    private Exhausted() {}

    static List<Proposal> proposals(Situation s) {
        String why =
                s.retryable() ? "failed " + s.task().failures() + " times, the last time: " + s.error() : s.error();
        return switch (s.policy().atRetryCap()) {
            case FAIL -> List.of(new Proposal.Fail(why));
            case DEFER -> List.of(new Proposal.Escalate(why), new Proposal.Defer(why));
            case PAUSE -> List.of(new Proposal.Defer(why), new Proposal.Pause(why));
        };
    }
}
