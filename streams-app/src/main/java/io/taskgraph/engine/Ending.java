package io.taskgraph.engine;

import io.taskgraph.avro.Phase;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Route;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a run goes whose tasks have all ended: where the first route of its policy leads that holds, else on to its synthesis.
 *
 * @param to {@code SYNTHESIZING}, {@code RECONCILING} and through it to that, {@code AWAIT_USER} or {@code FAILED}
 * @param rule the route's id; empty: none holds, or the one that does cannot be taken
 * @param reason the route's, or what is usual
 */
record Ending(Phase to, String rule, String reason) {
    /** Why a run goes on that no route leads elsewhere. */
    static final String USUAL = "every task has ended";

    private static final io.taskgraph.policy.contract.Phase FROM = io.taskgraph.policy.contract.Phase.EXECUTING;

    /** Whether a run that executes has nothing left to do. */
    static boolean isReached(Run run) {
        return run.graph().unfinished() == 0 && run.graph().size() > 0;
    }

    /** Whether an operator let it go on: who did so has looked at it, and is not asked to once more. */
    static boolean isLookedAt(Run run) {
        return run.header().standing().reason().startsWith(Lifecycle.RESUMED);
    }

    /**
     * Where such a run goes under a policy.
     *
     * @param question what is asked of a plan; made only where there are routes, for it costs the graph
     * @param lookedAt whether an operator let it go on
     */
    static Ending of(Policy policy, Supplier<Question> question, boolean lookedAt) {
        Optional<Route> route = policy.routes(FROM) ? policy.route(FROM, question.get()) : Optional.empty();
        boolean direct = policy.allows(FROM, io.taskgraph.policy.contract.Phase.SYNTHESIZING);
        if (route.isPresent() && canBeTaken(route.get(), policy, lookedAt)) {
            Phase to = Questions.phase(route.get().to());
            return new Ending(to, route.get().rule(), route.get().reason());
        }
        return new Ending(direct ? Phase.SYNTHESIZING : Phase.RECONCILING, "", USUAL);
    }

    private static boolean canBeTaken(Route route, Policy policy, boolean lookedAt) {
        return switch (route.to()) {
            case AWAIT_USER -> !lookedAt;
            // From there the run has to come to its end in the same decision.
            case RECONCILING -> policy.allows(route.to(), io.taskgraph.policy.contract.Phase.SYNTHESIZING);
            default -> true;
        };
    }
}
