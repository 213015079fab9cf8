package io.taskgraph.policy.contract;

import io.taskgraph.policy.decision.Verdict;
import io.taskgraph.policy.document.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The section {@code actions}: a profile, a verdict for each risk, lists of tools. */
final class ActionsSection {
    static final List<String> KEYS = List.of("profile", "read", "write", "exec", "destructive", "tools");
    static final List<String> TOOLS_KEYS = List.of("allow", "deny");
    static final Map<String, ActionProfile> PROFILES = Reading.words(ActionProfile.values(), ActionProfile::key);

    private static final Map<String, Risk> RISKS = Reading.words(Risk.values(), Risk::key);
    private static final Map<String, Verdict> VERDICTS = Reading.words(Verdict.values(), Verdict::key);
    private static final int MOST_PATTERNS = 1_000;
    private static final int LONGEST_PATTERN = 256;

    private ActionsSection() {}

    /** The profile that the section chooses, if it does; problems are told by {@link #read}. */
    static Optional<ActionProfile> profile(Node node) {
        return node instanceof Node.Mapping mapping
                ? mapping.get("profile")
                        .filter(Node.Scalar.class::isInstance)
                        .map(n -> PROFILES.get(((Node.Scalar) n).text()))
                : Optional.empty();
    }

    static ActionTable read(Reading reading, Node node, ActionTable inherited) {
        Map<Risk, Verdict> verdicts = new EnumMap<>(inherited.byRisk());
        profile(node).ifPresent(p -> Arrays.stream(Risk.values()).forEach(r -> verdicts.put(r, p.verdict(r))));
        List<List<ToolPattern>> tools = new ArrayList<>(List.of(inherited.allow(), inherited.deny()));
        reading.section(node, "actions", KEYS, (key, value) -> {
            if (key.equals("profile")) {
                reading.word(value, key, PROFILES);
            } else if (key.equals("tools")) {
                reading.section(
                        value,
                        "tools",
                        TOOLS_KEYS,
                        (list, patterns) -> tools.set(TOOLS_KEYS.indexOf(list), patterns(reading, list, patterns)));
            } else {
                reading.word(value, key, VERDICTS).ifPresent(v -> verdicts.put(RISKS.get(key), v));
            }
        });
        return new ActionTable(verdicts, tools.get(0), tools.get(1));
    }

    private static List<ToolPattern> patterns(Reading reading, String what, Node node) {
        List<ToolPattern> patterns = new ArrayList<>();
        for (Node item : reading.list(node, what, MOST_PATTERNS)) {
            reading.text(item, "a pattern of " + what, LONGEST_PATTERN)
                    .map(ToolPattern::new)
                    .ifPresent(patterns::add);
        }
        return patterns;
    }

    static void write(StringBuilder text, ActionTable actions) {
        text.append("actions:\n");
        for (Risk risk : Risk.values()) {
            text.append("  ")
                    .append(risk.key())
                    .append(": ")
                    .append(actions.verdict(risk).key())
                    .append('\n');
        }
        text.append("  tools:\n    allow: ").append(list(actions.allow()));
        text.append("\n    deny: ").append(list(actions.deny())).append('\n');
    }

    private static String list(List<ToolPattern> patterns) {
        return patterns.stream().map(p -> Quoted.of(p.text())).collect(Collectors.joining(", ", "[", "]"));
    }
}
