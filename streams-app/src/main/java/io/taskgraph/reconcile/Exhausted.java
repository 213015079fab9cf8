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
            // Whoever plans the run may know what the next attempt needs.
            case DEFER ->
                List.of(
                        new Proposal.Escalate(why),
                        s.run().mail()
                                ? new Proposal.RequestContext(why + "; what should another attempt know?")
                                : new Proposal.Defer(why));
            case PAUSE -> List.of(new Proposal.Defer(why), new Proposal.Pause(why));
        };
    }
}
