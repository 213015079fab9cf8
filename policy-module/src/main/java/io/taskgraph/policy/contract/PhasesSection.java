package io.taskgraph.policy.contract;

import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.rules.Condition;
import io.taskgraph.policy.rules.RouteRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The section {@code phases}: transitions that are fewer than the contract's, and routes among them. */
final class PhasesSection {
    static final List<String> KEYS = List.of("transitions", "routes");
    static final List<String> ROUTE_KEYS = List.of("id", "from", "when", "to", "reason");
    static final List<String> PHASES =
            Arrays.stream(Phase.values()).map(Phase::key).toList();
    static final List<Phase> ROUTED = List.of(Phase.PLANNING, Phase.EXECUTING);

    private static final int MOST_ROUTES = 100;
    private static final Map<String, Phase> WORDS = Reading.words(Phase.values(), Phase::key);

    private PhasesSection() {}

    static Transitions transitions(Reading reading, Node.Mapping phases, Transitions inherited) {
        Transitions[] result = {inherited};
        int before = reading.problems().size();
        phases.get("transitions")
                .ifPresent(node -> reading.section(node, "transitions", PHASES, (key, value) -> {
                    Phase from = WORDS.get(key);
                    result[0] = result[0].with(from, after(reading, from, value));
                }));
        if (reading.problems().size() == before && !result[0].reachCompletion()) {
            phases.get("transitions")
                    .ifPresent(node -> reading.problem(
                            node,
                            "with these transitions no run can be completed; leave a way from idle to completed"));
        }
        return result[0];
    }

    private static Set<Phase> after(Reading reading, Phase from, Node node) {
        Set<Phase> after = EnumSet.noneOf(Phase.class);
        for (Node item : reading.list(node, from.key(), Phase.values().length)) {
            reading.word(item, "a phase after " + from.key(), WORDS).ifPresent(to -> {
                if (from.next().contains(to)) {
                    after.add(to);
                } else {
                    reading.problem(
                            item,
                            "the contract lets no run go from " + from.key() + " to " + to.key()
                                    + "; a document may only leave out some of " + keys(from.next()));
                }
            });
        }
        if (from.next().contains(Phase.FAILED) && !after.contains(Phase.FAILED)) {
            reading.problem(node, "a run must be able to fail while it is " + from.key() + "; add failed");
        }
        return after;
    }

    static List<RouteRule> routes(
            Reading reading, Node.Mapping phases, Transitions transitions, List<RouteRule> inherited) {
        Map<String, RouteRule> before = new LinkedHashMap<>();
        inherited.forEach(r -> before.put(r.id(), r));
        List<RouteRule> own = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        phases.get("routes").ifPresent(node -> {
            for (Node item : reading.list(node, "routes", MOST_ROUTES)) {
                route(reading, item, transitions, ids, before, own);
            }
        });
        own.addAll(before.values());
        return own;
    }

    private static void route(
            Reading reading,
            Node node,
            Transitions transitions,
            Set<String> ids,
            Map<String, RouteRule> before,
            List<RouteRule> own) {
        Map<String, Node> given = new HashMap<>();
        reading.section(node, "a route", ROUTE_KEYS, given::put);
        if (!(node instanceof Node.Mapping)) {
            return;
        }
        Words words = new Words(reading, node, given, "the route");
        String id = words.id(ids);
        Phase from = words.word("from", Reading.words(ROUTED.toArray(Phase[]::new), Phase::key), null);
        Condition when = words.condition(Set.of(Asked.PLAN));
        Phase to = words.word("to", WORDS, null);
        String reason = words.text("reason", RulesSection.MOST_REASON);
        if (from != null && to != null && !transitions.allow(from, to)) {
            reading.problem(
                    given.get("to"),
                    "a run may not go from " + from.key() + " to " + to.key() + " under this document; it may go to "
                            + keys(transitions.after(from)));
        } else if (id != null && from != null && when != null && to != null && reason != null) {
            before.remove(id);
            own.add(new RouteRule(id, from, when, to, reason));
        }
    }

    /** Tells of inherited routes that the document's own transitions no longer allow. */
    static void check(Reading reading, Node.Mapping phases, Transitions transitions, List<RouteRule> routes) {
        for (RouteRule route : routes) {
            if (!transitions.allow(route.from(), route.to())) {
                reading.problem(
                        phases,
                        "the inherited route " + route.id() + " leads from "
                                + route.from().key() + " to " + route.to().key()
                                + ", which these transitions leave out; give it again or keep them");
            }
        }
    }

    static String keys(Set<Phase> phases) {
        return phases.stream().map(Phase::key).collect(Collectors.joining(", "));
    }

    static void write(StringBuilder text, Transitions transitions, List<RouteRule> routes) {
        text.append("phases:\n  transitions:\n");
        for (Phase from : Phase.values()) {
            text.append("    ")
                    .append(from.key())
                    .append(": [")
                    .append(keys(transitions.after(from)))
                    .append("]\n");
        }
        text.append("  routes:").append(routes.isEmpty() ? " []\n" : "\n");
        for (RouteRule route : routes) {
            text.append("    - id: ").append(Quoted.of(route.id()));
            text.append("\n      from: ").append(route.from().key());
            text.append("\n      when: ").append(Quoted.of(route.when().text()));
            text.append("\n      to: ").append(route.to().key());
            text.append("\n      reason: ").append(Quoted.of(route.reason())).append('\n');
        }
    }
}
