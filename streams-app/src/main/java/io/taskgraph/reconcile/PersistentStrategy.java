package io.taskgraph.reconcile;

import io.taskgraph.engine.Proposal;
import io.taskgraph.engine.Situation;
import io.taskgraph.engine.Strategy;
import java.util.List;

/** Tries everything again that the policy has attempts left for, also what its agent gave up. */
public final class PersistentStrategy implements Strategy {
    @Override
    public String name() {
        return "persistent";
    }

    @Override
    public List<Proposal> propose(Situation s) {
        return s.attemptsLeft() ? List.of(new Proposal.Retry()) : List.copyOf(Exhausted.proposals(s));
    }
}
