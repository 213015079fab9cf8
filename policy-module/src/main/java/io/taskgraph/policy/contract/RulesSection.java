package io.taskgraph.policy.contract;

import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Enforcement;
import io.taskgraph.policy.decision.Verdict;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.rules.Condition;
import io.taskgraph.policy.rules.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The section {@code rules}. A rule with the id of an inherited one takes its place. */
final class RulesSection {
    static final List<String> KEYS = List.of("id", "on", "when", "effect", "reason", "enforcement", "priority");
    static final int MOST_REASON = 512;

    private static final int MOST = 2_000;
    private static final int FARTHEST_PRIORITY = 1_000_000;
    private static final Map<String, Asked> ASKED = Reading.words(Asked.values(), Asked::key);
    private static final Map<String, Verdict> EFFECTS = Reading.words(Verdict.values(), Verdict::key);
    private static final Map<String, Enforcement> ENFORCEMENTS = Reading.words(Enforcement.values(), Enforcement::key);

    private RulesSection() {}

    static List<Rule> read(Reading reading, Node node, List<Rule> inherited) {
        Map<String, Rule> rules = new LinkedHashMap<>();
        inherited.forEach(r -> rules.put(r.id(), r));
        Set<String> ids = new HashSet<>();
        for (Node item : reading.list(node, "rules", MOST)) {
            rule(reading, item, ids, rules);
        }
        return new ArrayList<>(rules.values());
    }

    private static void rule(Reading reading, Node node, Set<String> ids, Map<String, Rule> rules) {
        Map<String, Node> given = new HashMap<>();
        reading.section(node, "a rule", KEYS, given::put);
        if (!(node instanceof Node.Mapping)) {
            return;
        }
        Words words = new Words(reading, node, given, "the rule");
        String id = words.id(ids);
        Set<Asked> on = on(reading, node, given.get("on"));
        Condition when = words.condition(on);
        Verdict effect = words.word("effect", EFFECTS, null);
        String reason = words.text("reason", MOST_REASON);
        Enforcement enforcement = words.word("enforcement", ENFORCEMENTS, Enforcement.ENFORCE);
        Node priority = given.get("priority");
        long rank = priority == null
                ? 0
                : reading.whole(priority, "priority", -FARTHEST_PRIORITY, FARTHEST_PRIORITY)
                        .orElse(0L);
        if (effect == Verdict.AWAIT_APPROVAL && (on.contains(Asked.CREATE) || on.contains(Asked.PATCH))) {
            reading.problem(
                    given.get("effect"),
                    "nothing can hold a creation or a patch until it is approved; deny it, or await on plan, dispatch or"
                            + " action");
        } else if (id != null
                && !on.isEmpty()
                && when != null
                && effect != null
                && reason != null
                && enforcement != null) {
            rules.put(id, new Rule(id, on, when, effect, reason, enforcement, (int) rank));
        }
    }

    private static Set<Asked> on(Reading reading, Node rule, Node node) {
        Set<Asked> on = EnumSet.noneOf(Asked.class);
        if (node == null) {
            reading.problem(rule, "the rule has no on; add on: and a list of " + String.join(", ", ASKED.keySet()));
            return on;
        }
        for (Node item : reading.list(node, "on", Asked.values().length)) {
            reading.word(item, "a value of on", ASKED).ifPresent(on::add);
        }
        if (on.isEmpty() && node instanceof Node.Sequence list && list.items().isEmpty()) {
            reading.problem(node, "the rule is on nothing; list some of " + String.join(", ", ASKED.keySet()));
        }
        return on;
    }

    static void write(StringBuilder text, List<Rule> rules) {
        text.append("rules:").append(rules.isEmpty() ? " []\n" : "\n");
        for (Rule rule : rules) {
            text.append("  - id: ").append(Quoted.of(rule.id()));
            text.append("\n    on: [")
                    .append(rule.on().stream().map(Asked::key).collect(Collectors.joining(", ")))
                    .append(']');
            text.append("\n    when: ").append(Quoted.of(rule.when().text()));
            text.append("\n    effect: ").append(rule.effect().key());
            text.append("\n    reason: ").append(Quoted.of(rule.reason()));
            text.append("\n    enforcement: ").append(rule.enforcement().key());
            text.append("\n    priority: ").append(rule.priority()).append('\n');
        }
    }
}
