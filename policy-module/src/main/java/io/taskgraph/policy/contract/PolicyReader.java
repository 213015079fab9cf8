package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Limits;
import io.taskgraph.policy.document.NearestName;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import io.taskgraph.policy.document.YamlReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns a document's nodes into a policy, collecting all problems. A section of the document is a method here. */
final class PolicyReader {
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    static final String NAME_FORM =
            "1 to 128 letters, digits, dots, underscores or hyphens, starting with a letter or digit";

    private static final Limits LIMITS = new Limits(1_000_000, 32, 1_000);
    private static final List<String> SECTIONS = List.of("name", "version", "flags", "caps");
    private static final List<String> FLAG_KEYS =
            Arrays.stream(Flag.values()).map(Flag::key).toList();
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
        int version = 1;
        Set<Flag> flags = Set.of();
        Caps caps = null;
        Node.Mapping root = document.map(d -> mapping(d, "a policy document")).orElse(null);
        if (root != null) {
            refuseOthers(root, SECTIONS, "a policy document");
            name = name(root);
            version = root.get("version").map(this::version).orElse(1);
            flags = root.get("flags").map(this::flags).orElse(flags);
            caps = root.get("caps").map(this::caps).orElse(Caps.DEFAULT);
        }
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new PolicyException(problems);
        }
        return Policy.of(name, version, flags, caps);
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

    private int version(Node node) {
        if (node instanceof Node.Scalar scalar && scalar.text().matches("[1-9][0-9]{0,5}")) {
            return Integer.parseInt(scalar.text());
        }
        problem(node, "version must be a whole number from 1 to 999999, not " + node.describe());
        return 1;
    }

    private Set<Flag> flags(Node node) {
        Set<Flag> on = EnumSet.noneOf(Flag.class);
        Node.Mapping section = mapping(node, "flags");
        if (section == null) {
            return on;
        }
        refuseOthers(section, FLAG_KEYS, "flags");
        for (Node.Entry entry : section.entries()) {
            Flag.ofKey(entry.key().text()).ifPresent(flag -> {
                if (!(entry.value() instanceof Node.Scalar scalar) || scalar.kind() != Node.Kind.BOOLEAN) {
                    problem(
                            entry.value(),
                            flag.key() + " must be true or false, not "
                                    + entry.value().describe());
                } else if (scalar.text().equalsIgnoreCase("true")) {
                    on.add(flag);
                }
            });
        }
        return on;
    }

    private Caps caps(Node node) {
        Caps caps = Caps.DEFAULT;
        Node.Mapping section = mapping(node, "caps");
        if (section == null) {
            return caps;
        }
        refuseOthers(section, CAP_KEYS, "caps");
        for (Node.Entry entry : section.entries()) {
            Cap cap = Cap.ofKey(entry.key().text()).orElse(null);
            Optional<Long> value = cap == null ? Optional.empty() : cap(cap, entry.value());
            if (value.isPresent()) {
                caps = caps.with(cap, value.get());
            }
        }
        return caps;
    }

    private Optional<Long> cap(Cap cap, Node node) {
        Optional<Long> value = node instanceof Node.Scalar scalar && scalar.kind() != Node.Kind.NULL
                ? cap.read(scalar.text())
                : Optional.empty();
        if (value.isEmpty()) {
            problem(node, cap.key() + " must be " + cap.form() + ", not " + node.describe());
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
