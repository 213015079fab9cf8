package io.taskgraph.policy.rules;

import io.taskgraph.policy.contract.Phase;
import io.taskgraph.policy.decision.Enforcement;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Route;
import io.taskgraph.policy.decision.Step;
import io.taskgraph.policy.decision.Verdict;
import java.util.ArrayList;
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

    /** What it means for a plan to be led to that phase. */
    public static Verdict verdict(Phase to) {
        return switch (to) {
            case AWAIT_APPROVAL -> Verdict.AWAIT_APPROVAL;
            case FAILED -> Verdict.DENY;
            default -> Verdict.ALLOW;
        };
    }

    /** Each route away from that phase with what came of its condition, in the order of looking. */
    public List<Step> explain(Phase from, Question question) {
        Evaluation evaluation = new Evaluation(question);
        List<Step> steps = new ArrayList<>();
        for (RouteRule route : routes) {
            if (route.from() != from) {
                continue;
            }
            String outcome;
            String reason = route.reason();
            try {
                outcome = route.when().holds(evaluation) ? "matched" : "not matched";
            } catch (Unevaluable e) {
                outcome = "failed";
                reason = failure(route, e);
            }
            steps.add(new Step(
                    route.id(), route.when().text(), outcome, route.to().name(), Enforcement.ENFORCE, reason));
        }
        return steps;
    }

    private static String failure(RouteRule route, Unevaluable e) {
        return "route " + route.id() + " could not be evaluated: " + e.getMessage();
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
                return Optional.of(new Route(doubtful, route.id(), failure(route, e)));
            }
        }
        return Optional.empty();
    }
}
