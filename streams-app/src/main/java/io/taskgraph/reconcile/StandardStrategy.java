package io.taskgraph.reconcile;

import io.taskgraph.engine.Proposal;
import io.taskgraph.engine.Situation;
import io.taskgraph.engine.Strategy;
import java.util.List;

/**
 * Tries again what may succeed, as often as the policy lets it; then does what the policy says about tasks whose attempts
 * have all failed. What its agent says cannot succeed fails at once. Asks the worker how far an overdue attempt is, the planners
 * about what is set aside, and reminds operators of what stands, each time after twice as long.
 */
public final class StandardStrategy implements Strategy {
    @Override
    public String name() {
        return "standard";
    }

    @Override
    public List<Proposal> propose(Situation s) {
        if (!s.trigger().isFailure()) {
            return Watching.usual(s);
        }
        if (s.retryable() && s.attemptsLeft()) {
            return List.of(new Proposal.Retry());
        }
        return Exhausted.proposals(s);
    }
}
