package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Limits;
import io.taskgraph.policy.document.NearestName;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import io.taskgraph.policy.document.YamlReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns a document's nodes into a policy, collecting all problems. A section of the document is a method here. */
final class PolicyReader {
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    static final String NAME_FORM =
            "1 to 128 letters, digits, dots, underscores or hyphens, starting with a letter or digit";

    private static final Limits LIMITS = new Limits(1_000_000, 32, 1_000);
    private static final List<String> SECTIONS = List.of("name", "caps");
    private static final List<String> CAP_KEYS =
            Arrays.stream(Cap.values()).map(Cap::key).toList();

    private final List<Problem> problems = new ArrayList<>();

    private PolicyReader() {}

    static Policy read(String yaml) {
        return new PolicyReader().policy(yaml);
    }

    private Policy policy(String yaml) {
        Optional<Node> document = YamlReader.read(yaml, LIMITS, problems);
        String name = null;
        Caps caps = null;
        Node.Mapping root = document.map(d -> mapping(d, "a policy document")).orElse(null);
        if (root != null) {
            refuseOthers(root, SECTIONS, "a policy document");
            name = name(root);
            caps = root.get("caps").map(this::caps).orElse(Caps.DEFAULT);
        }
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new PolicyException(problems);
        }
        return Policy.of(name, caps);
    }

    private String name(Node.Mapping root) {
        Optional<Node> given = root.get("name");
        if (given.isEmpty()) {
            problem(root, "the policy has no name; add name: and a name");
            return null;
        }
        if (given.get() instanceof Node.Scalar scalar
                && scalar.kind() == Node.Kind.TEXT
                && NAME.matcher(scalar.text()).matches()) {
            return scalar.text();
        }
        problem(
                given.get(),
                "name must be a text of " + NAME_FORM + ", not " + given.get().describe());
        return null;
    }

    private Caps caps(Node node) {
        Map<Cap, Long> values = new EnumMap<>(Cap.class);
        for (Cap cap : Cap.values()) {
            values.put(cap, cap.of(Caps.DEFAULT));
        }
        Node.Mapping section = mapping(node, "caps");
        if (section == null) {
            return Caps.DEFAULT;
        }
        refuseOthers(section, CAP_KEYS, "caps");
        for (Node.Entry entry : section.entries()) {
            Cap.ofKey(entry.key().text())
                    .ifPresent(cap -> cap(cap, entry.value()).ifPresent(value -> values.put(cap, value)));
        }
        return new Caps(
                values.get(Cap.MAX_TASKS).intValue(),
                values.get(Cap.MAX_WORKERS).intValue(),
                values.get(Cap.MAX_RETRIES).intValue(),
                values.get(Cap.MAX_PATCH_OPERATIONS).intValue(),
                values.get(Cap.MAX_PAYLOAD).intValue(),
                values.get(Cap.HEARTBEAT_STALENESS),
                values.get(Cap.START_TIMEOUT));
    }

    private Optional<Long> cap(Cap cap, Node node) {
        Optional<Long> value = node instanceof Node.Scalar scalar && scalar.kind() != Node.Kind.NULL
                ? cap.unit().read(scalar.text())
                : Optional.empty();
        if (value.isEmpty()) {
            problem(node, cap.key() + " must be " + cap.unit().form() + ", not " + node.describe());
        } else if (value.get() < cap.least() || value.get() > cap.most()) {
            problem(node, cap.key() + " must be " + cap.range() + ", not " + node.describe());
            return Optional.empty();
        }
        return value;
    }

    private Node.Mapping mapping(Node node, String what) {
        if (node instanceof Node.Mapping mapping) {
            return mapping;
        }
        problem(node, what + " must be a mapping (key: value lines), not " + node.describe());
        return null;
    }

    private void refuseOthers(Node.Mapping mapping, List<String> known, String where) {
        for (Node.Entry entry : mapping.entries()) {
            String key = entry.key().text();
            if (!known.contains(key)) {
                problem(entry.key(), "\"" + key + "\" is not a key of " + where + "; " + NearestName.hint(key, known));
            }
        }
    }

    private void problem(Node at, String message) {
        problems.add(new Problem(at.line(), at.column(), message));
    }
}
