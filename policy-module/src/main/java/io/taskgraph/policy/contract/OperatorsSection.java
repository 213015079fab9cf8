package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.manifest.RiskProfile;
import io.taskgraph.policy.trust.settings.Operator;
import io.taskgraph.policy.trust.settings.Operators;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The section {@code operators}: whose signatures directives need. Who is named again replaces who is inherited under that
 * name; {@code none} takes an inherited one away.
 */
final class OperatorsSection {
    static final List<String> KEYS = List.of("roles", "keys");

    private static final int MOST = 1_000;
    private static final int MOST_ROLES = 100;
    private static final int LONGEST_NAME = 256;

    private OperatorsSection() {}

    static Operators read(Reading reading, Node node, Operators inherited) {
        SortedMap<String, Operator> all = new TreeMap<>(inherited.byName());
        reading.mapping(node, "operators").ifPresent(mapping -> {
            if (mapping.entries().size() > MOST) {
                reading.problem(mapping, "operators has more than the " + MOST + " names allowed");
                return;
            }
            for (Node.Entry entry : mapping.entries()) {
                Optional<String> name =
                        reading.text(TrustSection.text(entry.key()), "a name under operators", LONGEST_NAME);
                if (TrustSection.isNone(entry.value())) {
                    name.ifPresent(all::remove);
                } else {
                    name.flatMap(n -> operator(reading, n, entry.value())).ifPresent(o -> all.put(o.name(), o));
                }
            }
            check(reading, node, all);
        });
        return new Operators(all);
    }

    private static Optional<Operator> operator(Reading reading, String name, Node node) {
        Map<String, Node> given = new HashMap<>();
        reading.section(node, "the operator " + name, KEYS, given::put);
        if (!(node instanceof Node.Mapping)) {
            return Optional.empty();
        }
        List<String> roles = new ArrayList<>();
        if (given.containsKey("roles")) {
            for (Node item : reading.list(given.get("roles"), "roles", MOST_ROLES)) {
                reading.name(item, "a role").ifPresent(roles::add);
            }
        }
        int problems = reading.problems().size();
        SortedMap<String, TrustKey> keys = KeysSection.plainKeys(reading, Optional.ofNullable(given.get("keys")));
        if (keys.isEmpty() && reading.problems().size() == problems) {
            reading.problem(
                    node,
                    "the operator " + name + " has no keys, so that nothing could be proved to be theirs; add keys:, a"
                            + " name, and {public: …}");
        }
        return keys.isEmpty() ? Optional.empty() : Optional.of(new Operator(name, roles, keys));
    }

    /** Tells of keys that two have, or one twice: a signature must name one operator, and one of their keys. */
    private static void check(Reading reading, Node at, SortedMap<String, Operator> all) {
        Map<Digest, String> owners = new HashMap<>();
        for (Operator operator : all.values()) {
            for (TrustKey key : operator.keys().values()) {
                String mine = "the key " + key.name() + " of " + operator.name();
                String other = owners.putIfAbsent(key.key().fingerprint(), mine);
                if (other != null) {
                    reading.problem(at, other + " and " + mine + " are one and the same; leave one out");
                }
            }
        }
    }

    /** Who has which role: where operators are named, only they can have one. */
    static SortedMap<String, List<String>> people(SortedMap<String, List<String>> approvers, Operators operators) {
        if (!operators.named()) {
            return approvers;
        }
        SortedMap<String, TreeSet<String>> people = new TreeMap<>();
        approvers.forEach((role, names) -> {
            TreeSet<String> known = new TreeSet<>(names);
            known.retainAll(operators.byName().keySet());
            people.put(role, known);
        });
        operators.byName().values().forEach(operator -> operator.roles()
                .forEach(role ->
                        people.computeIfAbsent(role, r -> new TreeSet<>()).add(operator.name())));
        SortedMap<String, List<String>> all = new TreeMap<>();
        people.forEach((role, names) -> all.put(role, List.copyOf(names)));
        return Collections.unmodifiableSortedMap(all);
    }

    /** Tells of terms that take more people than are named. Those that ask for roles are told of elsewhere. */
    static void check(Reading reading, Node at, Operators operators, ApprovalTable approvals, TrustSettings trust) {
        if (!operators.named()) {
            return;
        }
        TreeSet<Integer> wanted = new TreeSet<>();
        for (ApprovalSubject subject : ApprovalSubject.values()) {
            for (Risk risk : Risk.values()) {
                wanted.add(ofAnybody(approvals.terms(subject, risk)));
            }
        }
        for (RiskProfile profile : RiskProfile.values()) {
            wanted.add(ofAnybody(trust.toEnable(profile)));
        }
        if (wanted.last() > operators.byName().size()) {
            reading.problem(
                    at,
                    "something takes " + wanted.last() + " approvers, and the operators are "
                            + operators.byName().size() + " in all; name more");
        }
    }

    private static int ofAnybody(ApprovalTerms terms) {
        return terms.roles().isEmpty() ? terms.approvers() : 0;
    }

    /** Left out where nobody is named: so policies from before it joined keep their text. */
    static void write(StringBuilder text, Operators operators) {
        text.append(operators.named() ? "operators:\n" : "");
        for (Operator operator : operators.byName().values()) {
            text.append("  ").append(Quoted.of(operator.name())).append(":\n");
            text.append("    roles: ")
                    .append(PeopleSection.list(operator.roles()))
                    .append("\n    keys:\n");
            operator.keys().values().forEach(key -> KeysSection.write(text, "      ", key));
        }
    }
}
