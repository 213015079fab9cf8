package io.taskgraph.reconcile;

import io.taskgraph.engine.Proposal;
import io.taskgraph.engine.Situation;
import java.util.List;

/** What is usual about what stands otherwise than it should, and has not failed by it. */
final class Watching {
    /** From how many offers in vain on somebody should know. */
    private static final int OFFERS = 4;

    private Watching() {}

    /** About what {@link Situation.Trigger#isFailure} does not hold of. */
    static List<Proposal> usual(Situation s) {
        return switch (s.trigger()) {
            case NOT_TAKEN_UP -> notTakenUp(s);
            case OVERDUE ->
                isTimely(s) && s.run().mail()
                        ? List.of(new Proposal.RequestContext(
                                "attempt " + s.task().attempt() + " takes longer than was expected: how far is it, and"
                                        + " what does it wait for? Tell it in your heartbeats, or ask for context"))
                        : noop();
            case SET_ASIDE ->
                s.periods() == 1 && s.run().mail()
                        ? List.of(new Proposal.RequestContext("it is set aside (" + s.error()
                                + "): what should the next attempt know? The answer takes it up again"))
                        : reminder(s, "set aside, and nobody has taken it up");
            case CONTEXT_WANTED -> reminder(s, "the planners were asked, and have not answered");
            case TO_BE_REPAIRED -> reminder(s, "failed and not repaired, and others wait for it");
            default -> noop();
        };
    }

    static List<Proposal> noop() {
        return List.of(new Proposal.Noop());
    }

    /** Each time after twice as long: after the first, second, fourth, eighth period. */
    static boolean isTimely(Situation s) {
        return Long.bitCount(s.periods()) == 1;
    }

    /** Each time after twice as many: at the fourth offer in vain, the eighth, the sixteenth. */
    static boolean isOfferedInVain(Situation s) {
        return s.task().inVain() >= OFFERS && Integer.bitCount(s.task().inVain()) == 1;
    }

    static List<Proposal> notTakenUp(Situation s) {
        return isOfferedInVain(s)
                ? List.of(new Proposal.Escalate(s.task().inVain() + " attempts were offered to agents of type "
                        + s.task().agentType() + " in vain; is there any?"))
                : noop();
    }

    static List<Proposal> reminder(Situation s, String what) {
        return isTimely(s)
                ? List.of(new Proposal.Escalate(what + (s.error().isEmpty() ? "" : ": " + s.error())))
                : noop();
    }
}
