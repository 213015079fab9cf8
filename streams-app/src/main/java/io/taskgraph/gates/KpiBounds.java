package io.taskgraph.gates;

import io.taskgraph.policy.document.Node;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What KPIs may come to.
 *
 * @param name a word
 * @param bounds by KPI; one that is not in it is told and judged by nobody
 */
public record KpiBounds(String name, Map<Kpi, Bound> bounds) {
    /**
     * @param warn beyond it somebody should look; never greater than {@code most}
     * @param most beyond it nothing is released
     */
    public record Bound(double warn, double most) {}

    private static final List<String> KEYS = List.of("name", "kpis");
    private static final List<String> BOUND = List.of("warn", "most");
    private static final double COUNTS = 1e12;
    private static final double PERCENTS = 10_000;

    /** Those that come with taskgraph. */
    public static KpiBounds release() {
        return read(GateSet.resource("/gates/release.yaml"));
    }

    /**
     * Reads a document.
     *
     * @throws SheetException with all that is wrong with it
     */
    public static KpiBounds read(String yaml) {
        Sheet sheet = Sheet.of(yaml);
        String[] name = {null};
        Map<Kpi, Bound> bounds = new EnumMap<>(Kpi.class);
        sheet.root().ifPresent(root -> {
            sheet.section(root, "bounds of KPIs", KEYS, (entry, key) -> {
                if (key.equals("name")) {
                    name[0] = sheet.name(entry.value(), key).orElse("");
                } else {
                    sheet.section(entry.value(), "kpis", Kpi.keys(), (e, k) -> {
                        Kpi kpi = Kpi.valueOf(k.toUpperCase(java.util.Locale.ROOT));
                        bound(sheet, e.value(), kpi).ifPresent(b -> bounds.put(kpi, b));
                    });
                }
            });
            if (root instanceof Node.Mapping && name[0] == null) {
                sheet.problem(root, "the bounds have no name; add name: and a name");
            }
            if (root instanceof Node.Mapping m && m.get("kpis").isEmpty()) {
                sheet.problem(root, "there are no bounds, so that nothing would block; add kpis: and at least one");
            }
        });
        sheet.done();
        return new KpiBounds(name[0], bounds);
    }

    private static Optional<Bound> bound(Sheet sheet, Node node, Kpi kpi) {
        Double[] v = {null, null};
        boolean[] given = {false};
        sheet.section(node, kpi.key(), BOUND, (entry, key) -> {
            given[0] |= key.equals("most");
            v[key.equals("warn") ? 0 : 1] = value(sheet, entry.value(), key, kpi.unit());
        });
        if (!(node instanceof Node.Mapping)) {
            return Optional.empty();
        }
        if (!given[0]) {
            sheet.problem(node, kpi.key() + " needs most: beyond which nothing is released");
        }
        if (v[0] != null && v[1] != null && v[0] > v[1]) {
            sheet.problem(node, "warn is greater than most, so that the warning would never come; lower it");
        }
        return v[1] == null ? Optional.empty() : Optional.of(new Bound(v[0] == null ? v[1] : v[0], v[1]));
    }

    private static Double value(Sheet sheet, Node node, String key, Kpi.Unit unit) {
        return switch (unit) {
            case COUNT ->
                sheet.whole(node, key, 0, (long) COUNTS).map(Long::doubleValue).orElse(null);
            case PERCENT -> sheet.number(node, key, 0, PERCENTS).orElse(null);
            case MILLIS -> sheet.duration(node, key).map(Long::doubleValue).orElse(null);
        };
    }
}
