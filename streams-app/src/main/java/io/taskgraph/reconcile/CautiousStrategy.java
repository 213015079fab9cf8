package io.taskgraph.reconcile;

import io.taskgraph.engine.Proposal;
import io.taskgraph.engine.Situation;
import io.taskgraph.engine.Strategy;
import io.taskgraph.policy.contract.Risk;
import java.util.List;

/** Tries again by itself only what reads; anything that may have changed the world waits for an operator first. */
public final class CautiousStrategy implements Strategy {
    @Override
    public String name() {
        return "cautious";
    }

    @Override
    public List<Proposal> propose(Situation s) {
        if (!s.retryable() || !s.attemptsLeft()) {
            return List.copyOf(Exhausted.proposals(s));
        }
        if (s.task().risk() == Risk.READ) {
            return List.of(new Proposal.Retry());
        }
        String why = "attempt " + s.task().attempt() + " ended in the middle of work of risk "
                + s.task().risk().key() + " (" + s.error() + "); look before it is tried again";
        return List.of(new Proposal.Escalate(why), new Proposal.Defer(why));
    }
}
