package io.taskgraph.gates;

import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.document.Node;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What autonomy asks for.
 *
 * @param leastRuns runs that actions of that agent type and risk are on record of, 2 or more
 * @param leastActions such actions, 10 or more
 * @param confidence percent of the two-sided interval: 90, 95 or 99
 * @param risks by risk of the action
 */
public record AutonomyCriteria(long leastRuns, long leastActions, int confidence, Map<Risk, Bounds> risks) {
    /**
     * Least lower ends of the interval, 0.5 to 1.
     *
     * @param supervised for {@link Autonomy#SUPERVISED}
     * @param autonomous for {@link Autonomy#AUTONOMOUS}, no less than for supervised
     */
    public record Bounds(double supervised, double autonomous) {}

    private static final List<String> KEYS = List.of("least_runs", "least_actions", "confidence", "risks");
    private static final Map<Long, Double> Z = Map.of(90L, 1.6448536, 95L, 1.9599640, 99L, 2.5758293);

    /** Those that come with taskgraph. */
    public static AutonomyCriteria standard() {
        return read(GateSet.resource("/gates/autonomy.yaml"));
    }

    /**
     * Reads a document.
     *
     * @throws SheetException with all that is wrong with it
     */
    public static AutonomyCriteria read(String yaml) {
        Sheet sheet = Sheet.of(yaml);
        long[] least = {5, 30, 95};
        Map<Risk, Bounds> risks = new EnumMap<>(Risk.class);
        sheet.root().ifPresent(root -> {
            sheet.section(root, "criteria of autonomy", KEYS, (entry, key) -> {
                switch (key) {
                    case "least_runs" ->
                        least[0] = sheet.whole(entry.value(), key, 2, 1_000_000).orElse(least[0]);
                    case "least_actions" ->
                        least[1] =
                                sheet.whole(entry.value(), key, 10, 1_000_000).orElse(least[1]);
                    case "confidence" -> confidence(sheet, entry.value()).ifPresent(c -> least[2] = c);
                    default -> risks(sheet, entry.value(), risks);
                }
            });
            if (root instanceof Node.Mapping) {
                for (Risk r : Risk.values()) {
                    if (!risks.containsKey(r)) {
                        sheet.problem(root, "nothing is said of the risk " + r.key() + "; add it under risks");
                    }
                }
            }
        });
        sheet.done();
        return new AutonomyCriteria(least[0], least[1], (int) least[2], risks);
    }

    /** The interval's half width in standard deviations. */
    double z() {
        return Z.get((long) confidence);
    }

    private static Optional<Long> confidence(Sheet sheet, Node node) {
        if (node instanceof Node.Scalar s && List.of("90", "95", "99").contains(s.text())) {
            return Optional.of(Long.parseLong(s.text()));
        }
        sheet.problem(node, "confidence must be 90, 95 or 99, not " + node.describe());
        return Optional.empty();
    }

    private static void risks(Sheet sheet, Node node, Map<Risk, Bounds> to) {
        List<String> keys = Arrays.stream(Risk.values()).map(Risk::key).toList();
        sheet.section(node, "risks", keys, (entry, key) -> {
            Risk risk = Risk.values()[keys.indexOf(key)];
            Double[] v = {null, null};
            sheet.section(entry.value(), key, List.of("supervised", "autonomous"), (e, k) -> {
                v[k.equals("supervised") ? 0 : 1] =
                        sheet.number(e.value(), k, 0.5, 1).orElse(null);
            });
            // So that a risk that is there and wrong is not told as missing, too.
            to.put(risk, new Bounds(1, 1));
            if (v[0] == null || v[1] == null) {
                if (entry.value() instanceof Node.Mapping m && m.entries().size() < 2) {
                    sheet.problem(entry.value(), key + " needs supervised and autonomous, each from 0.5 to 1");
                }
                return;
            }
            if (v[0] > v[1]) {
                sheet.problem(
                        entry.value(),
                        "supervised asks for more than autonomous, so that it would never be the answer; lower it");
            }
            to.put(risk, new Bounds(v[0], v[1]));
        });
    }
}
