package io.taskgraph.reconcile;

import io.taskgraph.engine.Proposal;
import io.taskgraph.engine.Situation;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.engine.Strategy;
import io.taskgraph.policy.contract.Risk;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries again by itself only what reads; anything that may have changed the world waits for an operator first. Where workers
 * are lost in numbers or offers are made in vain, it has fewer attempts out; it calls an operator where the standard one asks.
 */
public final class CautiousStrategy implements Strategy {
    /** How long it has fewer attempts out, in milliseconds. */
    private static final long SLOW_MILLIS = 60_000;

    @Override
    public String name() {
        return "cautious";
    }

    @Override
    public List<Proposal> propose(Situation s) {
        List<Proposal> all = new ArrayList<>(slowDown(s));
        all.addAll(s.trigger().isFailure() ? failed(s) : watched(s));
        return all;
    }

    private static List<Proposal> slowDown(Situation s) {
        boolean wanted = s.trigger() == Trigger.WORKER_LOST && s.run().degraded()
                || s.trigger() == Trigger.NOT_TAKEN_UP && Watching.isOfferedInVain(s);
        if (!wanted || s.run().slowed() || s.run().slots() < 2) {
            return List.of();
        }
        String why = s.trigger() == Trigger.WORKER_LOST ? "workers are lost in numbers" : "offers are made in vain";
        return List.of(new Proposal.SlowDown(s.run().slots() / 2, SLOW_MILLIS, why));
    }

    private static List<Proposal> failed(Situation s) {
        if (!s.retryable() || !s.attemptsLeft()) {
            return Exhausted.proposals(s);
        }
        if (s.task().risk() == Risk.READ) {
            return List.of(new Proposal.Retry());
        }
        String why = "attempt " + s.task().attempt() + " ended in the middle of work of risk "
                + s.task().risk().key() + " (" + s.error() + "); look before it is tried again";
        return List.of(new Proposal.Escalate(why), new Proposal.Defer(why));
    }

    private static List<Proposal> watched(Situation s) {
        return switch (s.trigger()) {
            case OVERDUE -> Watching.reminder(s, "an attempt takes longer than was expected");
            case SET_ASIDE -> Watching.reminder(s, "set aside, and nobody has taken it up");
            default -> Watching.usual(s);
        };
    }
}
