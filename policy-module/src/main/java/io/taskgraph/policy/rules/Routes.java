package io.taskgraph.policy.rules;

import io.taskgraph.policy.contract.Phase;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Route;
import java.util.List;
import java.util.Optional;

/** The routes of a policy: the first whose condition holds is taken. Immutable. */
public final class Routes {
    private final List<RouteRule> routes;

    /** Routes in the order in which they are tried. */
    public Routes(List<RouteRule> routes) {
        this.routes = List.copyOf(routes);
    }

    /** All of them, in the order in which they are tried. */
    public List<RouteRule> routes() {
        return routes;
    }

    /** Whether any leads away from that phase. */
    public boolean from(Phase from) {
        return routes.stream().anyMatch(r -> r.from() == from);
    }

    /**
     * The route to take; empty: none holds.
     *
     * @param doubtful where to go when a condition cannot be evaluated: what is not known is not passed over
     */
    public Optional<Route> choose(Phase from, Question question, Phase doubtful) {
        Evaluation evaluation = new Evaluation(question);
        for (RouteRule route : routes) {
            if (route.from() != from) {
                continue;
            }
            try {
                if (route.when().holds(evaluation)) {
                    return Optional.of(new Route(route.to(), route.id(), route.reason()));
                }
            } catch (Unevaluable e) {
                return Optional.of(new Route(
                        doubtful, route.id(), "route " + route.id() + " could not be evaluated: " + e.getMessage()));
            }
        }
        return Optional.empty();
    }
}
