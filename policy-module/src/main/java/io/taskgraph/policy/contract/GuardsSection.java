package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The section {@code guards}. */
final class GuardsSection {
    static final List<String> KEYS =
            Arrays.stream(GuardKind.values()).map(GuardKind::key).toList();
    static final List<String> GUARD_KEYS = List.of("percent", "response");

    private static final Map<String, GuardKind> KINDS = Reading.words(GuardKind.values(), GuardKind::key);
    private static final Map<String, Response> RESPONSES = Reading.words(Response.values(), Response::key);
    private static final String NONE = "none";

    private GuardsSection() {}

    static Map<GuardKind, Guard> read(Reading reading, Node node, Map<GuardKind, Guard> inherited) {
        Map<GuardKind, Guard> guards = new EnumMap<>(GuardKind.class);
        guards.putAll(inherited);
        reading.section(node, "guards", KEYS, (key, value) -> {
            GuardKind kind = KINDS.get(key);
            if (value instanceof Node.Scalar scalar && scalar.text().equals(NONE)) {
                guards.remove(kind);
                return;
            }
            Long[] percent = {null};
            Response[] response = {null};
            int before = reading.problems().size();
            reading.section(value, key, GUARD_KEYS, (k, v) -> {
                if (k.equals("percent")) {
                    percent[0] = reading.whole(v, k, 1, 100).orElse(null);
                } else {
                    response[0] = reading.word(v, k, RESPONSES).orElse(null);
                }
            });
            if (percent[0] != null && response[0] != null) {
                guards.put(kind, new Guard(kind, percent[0].intValue(), response[0]));
            } else if (reading.problems().size() == before) {
                reading.problem(value, key + " needs a percent and a response; or write none");
            }
        });
        return guards;
    }

    static void write(StringBuilder text, Map<GuardKind, Guard> guards) {
        text.append("guards:\n");
        for (GuardKind kind : GuardKind.values()) {
            Guard guard = guards.get(kind);
            text.append("  ").append(kind.key()).append(": ");
            text.append(
                    guard == null
                            ? NONE
                            : "{percent: " + guard.percent() + ", response: "
                                    + guard.response().key() + "}");
            text.append('\n');
        }
    }
}
