package io.taskgraph.reconcile;

import io.taskgraph.engine.Proposal;
import io.taskgraph.engine.Situation;
import io.taskgraph.engine.Strategy;
import java.util.List;

/**
 * Tries again what may succeed, as often as the policy lets it; then does what the policy says about tasks whose attempts
 * have all failed. What its agent says cannot succeed fails at once.
 */
public final class StandardStrategy implements Strategy {
    @Override
    public String name() {
        return "standard";
    }

    @Override
    public List<Proposal> propose(Situation s) {
        if (s.retryable() && s.attemptsLeft()) {
            return List.of(new Proposal.Retry());
        }
        return List.copyOf(Exhausted.proposals(s));
    }
}
