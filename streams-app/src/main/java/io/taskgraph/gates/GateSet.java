package io.taskgraph.gates;

import io.taskgraph.policy.document.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Some gates, and what each asks for.
 *
 * @param name a word, as reports and recorded verdicts name it
 * @param title for people
 * @param gates by id, in the order of the document
 */
public record GateSet(String name, String title, Map<String, Setting> gates) {
    /** The sets that come with taskgraph, by name. */
    public static final List<String> BUILT_IN = List.of("A", "B", "C", "demo");

    private static final List<String> KEYS = List.of("name", "title", "gates");
    private static final String BLOCKING = "blocking";

    /** The set of that name that comes with taskgraph, if there is one. Case does not matter. */
    public static Optional<GateSet> named(String name) {
        return BUILT_IN.stream()
                .filter(n -> n.equalsIgnoreCase(name))
                .findFirst()
                .map(n -> read(resource("/gates/" + n + ".yaml")));
    }

    /**
     * Reads a document.
     *
     * @throws SheetException with all that is wrong with it
     */
    public static GateSet read(String yaml) {
        Sheet sheet = Sheet.of(yaml);
        String[] texts = {null, ""};
        Map<String, Setting> gates = new LinkedHashMap<>();
        boolean[] given = {false};
        sheet.root().ifPresent(root -> {
            sheet.section(root, "a set of gates", KEYS, (entry, key) -> {
                switch (key) {
                    case "name" -> texts[0] = sheet.name(entry.value(), key).orElse("");
                    case "title" -> texts[1] = sheet.text(entry.value(), key).orElse("");
                    default -> {
                        given[0] = true;
                        gates(sheet, entry.value(), gates);
                    }
                }
            });
            if (root instanceof Node.Mapping && texts[0] == null) {
                sheet.problem(root, "the set has no name; add name: and a name");
            }
            if (root instanceof Node.Mapping && !given[0]) {
                sheet.problem(root, "the set has no gates; add gates: and at least one");
            }
        });
        sheet.done();
        return new GateSet(texts[0], texts[1], gates);
    }

    private static void gates(Sheet sheet, Node node, Map<String, Setting> to) {
        List<String> ids = Gates.all().stream().map(Gate::id).toList();
        boolean[] blocks = {false};
        sheet.section(node, "gates", ids, (entry, id) -> {
            Setting s = setting(sheet, entry.value(), Gates.named(id).orElseThrow());
            blocks[0] |= s.blocking();
            to.put(id, s);
        });
        if (node instanceof Node.Mapping && !blocks[0]) {
            sheet.problem(node, "no gate of the set blocks, so that it would pass whatever happens; make one blocking");
        }
    }

    private static Setting setting(Sheet sheet, Node node, Gate gate) {
        Map<String, Long> values = new LinkedHashMap<>();
        List<String> keys = new ArrayList<>(List.of(BLOCKING));
        for (Threshold t : gate.thresholds()) {
            values.put(t.key(), t.ifLeftOut());
            keys.add(t.key());
        }
        boolean[] blocking = {true};
        sheet.section(node, gate.id(), keys, (entry, key) -> {
            if (key.equals(BLOCKING)) {
                blocking[0] = sheet.truth(entry.value(), key).orElse(true);
                return;
            }
            Threshold t = gate.thresholds().stream()
                    .filter(x -> x.key().equals(key))
                    .findFirst()
                    .orElseThrow();
            sheet.whole(entry.value(), key, t.least(), t.most()).ifPresent(v -> values.put(key, v));
        });
        return new Setting(blocking[0], values);
    }

    static String resource(String path) {
        try (InputStream in = GateSet.class.getResourceAsStream(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read from the jar", e);
        }
    }
}
