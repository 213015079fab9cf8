package io.taskgraph.reconcile;

import io.taskgraph.engine.Proposal;
import io.taskgraph.engine.Situation;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.engine.Strategy;
import java.util.List;

/**
 * Tries everything again that the policy has attempts left for, also what its agent gave up and what is set aside. Lets an
 * attempt that is alive take its time. A branch that nobody has repaired for long is given up, so that the run comes to its end.
 */
public final class PersistentStrategy implements Strategy {
    /** For how many periods somebody may repair what failed. */
    private static final int PATIENCE = 8;

    @Override
    public String name() {
        return "persistent";
    }

    @Override
    public List<Proposal> propose(Situation s) {
        if (s.trigger().isFailure()) {
            return s.attemptsLeft() ? List.of(new Proposal.Retry()) : Exhausted.proposals(s);
        }
        if (s.trigger() == Trigger.SET_ASIDE && s.attemptsLeft()) {
            return List.of(new Proposal.Retry());
        }
        if (s.trigger() == Trigger.TO_BE_REPAIRED
                && s.periods() >= PATIENCE
                && s.run().undoings() > 0) {
            return List.of(new Proposal.Compensate("it failed and nobody has repaired it: " + s.error()));
        }
        return s.trigger() == Trigger.OVERDUE ? Watching.noop() : Watching.usual(s);
    }
}
