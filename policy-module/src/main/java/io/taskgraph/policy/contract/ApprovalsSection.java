package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.NearestName;
import io.taskgraph.policy.document.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The section {@code approvals}: terms for all approvals, for those of one subject, for those of one risk of one subject.
 * The nearer one holds, wherever it stands; a term that is given for all changes what was inherited for some, too. Beside them
 * stands what becomes of a task that is denied.
 */
final class ApprovalsSection {
    static final List<String> TERMS = List.of("approvers", "roles", "expires_after");
    static final List<String> SUBJECTS = List.of("action", "task", "plan");
    static final List<String> RISKS = List.of("read", "write", "exec", "destructive");
    static final String ON_DENIAL = "on_denial";
    static final List<String> KEYS = joined(joined(TERMS, List.of(ON_DENIAL)), SUBJECTS);
    static final List<String> SUBJECT_KEYS = joined(TERMS, RISKS);

    private static final Map<String, ApprovalSubject> BY_SUBJECT =
            Reading.words(ApprovalSubject.values(), ApprovalSubject::key);
    private static final Map<String, Risk> BY_RISK = Reading.words(Risk.values(), Risk::key);
    private static final Map<String, OnDenial> FATES = Reading.words(OnDenial.values(), OnDenial::key);
    private static final int MOST_APPROVERS = 100;
    private static final int MOST_ROLES = 100;
    private static final long LONGEST = 2_592_000_000L;

    private ApprovalsSection() {}

    private static List<String> joined(List<String> a, List<String> b) {
        List<String> both = new ArrayList<>(a);
        both.addAll(b);
        return List.copyOf(both);
    }

    static ApprovalTable read(
            Reading reading, Node node, ApprovalTable inherited, SortedMap<String, List<String>> people) {
        ApprovalTable[] table = {inherited};
        // From far to near, so that the nearer overwrites; problems are told at the first look at each level only.
        reading.section(node, "approvals", KEYS, (key, value) -> {
            if (TERMS.contains(key)) {
                table[0] = table[0].with(null, null, term(reading, key, value, people));
            } else if (key.equals(ON_DENIAL)) {
                reading.word(value, key, FATES).ifPresent(fate -> table[0] = table[0].with(fate));
            }
        });
        for (String subject : SUBJECTS) {
            sub(node, subject).forEach(section -> subject(reading, subject, section, table, people));
        }
        return table[0];
    }

    private static void subject(
            Reading reading,
            String subject,
            Node section,
            ApprovalTable[] table,
            SortedMap<String, List<String>> people) {
        ApprovalSubject s = BY_SUBJECT.get(subject);
        reading.section(section, subject, SUBJECT_KEYS, (key, value) -> {
            if (TERMS.contains(key)) {
                table[0] = table[0].with(s, null, term(reading, key, value, people));
            }
        });
        for (String risk : RISKS) {
            for (Node terms : sub(section, risk)) {
                reading.section(
                        terms,
                        risk,
                        TERMS,
                        (key, value) ->
                                table[0] = table[0].with(s, BY_RISK.get(risk), term(reading, key, value, people)));
            }
        }
    }

    private static List<Node> sub(Node node, String key) {
        return node instanceof Node.Mapping mapping ? mapping.get(key).stream().toList() : List.of();
    }

    /** What one term does to the terms that were there. */
    static UnaryOperator<ApprovalTerms> term(
            Reading reading, String key, Node value, SortedMap<String, List<String>> people) {
        switch (key) {
            case "approvers":
                return reading.whole(value, key, 1, MOST_APPROVERS)
                        .<UnaryOperator<ApprovalTerms>>map(
                                n -> t -> new ApprovalTerms(n.intValue(), t.roles(), t.expiresAfterMillis()))
                        .orElse(UnaryOperator.identity());
            case "expires_after":
                return reading.quantity(value, key, Unit.MILLIS, 1_000, LONGEST)
                        .<UnaryOperator<ApprovalTerms>>map(n -> t -> new ApprovalTerms(t.approvers(), t.roles(), n))
                        .orElse(UnaryOperator.identity());
            default:
                List<String> roles = roles(reading, value, people);
                return t -> new ApprovalTerms(t.approvers(), roles, t.expiresAfterMillis());
        }
    }

    private static List<String> roles(Reading reading, Node node, SortedMap<String, List<String>> people) {
        List<String> roles = new ArrayList<>();
        for (Node item : reading.list(node, "roles", MOST_ROLES)) {
            reading.name(item, "a role").ifPresent(role -> {
                if (people.containsKey(role)) {
                    roles.add(role);
                } else {
                    reading.problem(
                            item,
                            "nobody has the role " + role
                                    + (people.isEmpty()
                                            ? "; name its people under approvers"
                                            : "; " + NearestName.hint(role, people.keySet())));
                }
            });
        }
        return roles;
    }

    /** Tells of terms that can never be met. */
    static void check(Reading reading, Node at, ApprovalTable table, SortedMap<String, List<String>> people) {
        Set<String> told = new TreeSet<>();
        for (ApprovalSubject subject : ApprovalSubject.values()) {
            for (Risk risk : Risk.values()) {
                ApprovalTerms terms = table.terms(subject, risk);
                if (told.add(String.join(", ", terms.roles()) + terms.approvers())) {
                    check(reading, at, "approvals for " + subject.key() + " (" + risk.key() + ") take", terms, people);
                }
            }
        }
    }

    static void check(
            Reading reading, Node at, String what, ApprovalTerms terms, SortedMap<String, List<String>> people) {
        Set<String> able = new TreeSet<>();
        terms.roles().forEach(role -> able.addAll(people.getOrDefault(role, List.of())));
        if (!terms.roles().isEmpty() && able.size() < terms.approvers()) {
            reading.problem(
                    at,
                    what + " " + terms.approvers() + " people of " + String.join(", ", terms.roles()) + ", who are "
                            + able.size() + " in all; name more");
        }
    }

    static void write(StringBuilder text, ApprovalTable table) {
        text.append("approvals:\n");
        // Left out where it is its default: so policies from before it joined keep their text.
        if (table.onDenial() != OnDenial.DEFER) {
            text.append("  on_denial: ").append(table.onDenial().key()).append('\n');
        }
        for (ApprovalSubject subject : ApprovalSubject.values()) {
            text.append("  ").append(subject.key()).append(":\n");
            for (Risk risk : Risk.values()) {
                ApprovalTerms terms = table.terms(subject, risk);
                text.append("    ").append(risk.key()).append(": ");
                write(text, terms);
            }
        }
    }

    static void write(StringBuilder text, ApprovalTerms terms) {
        text.append("{approvers: ").append(terms.approvers());
        text.append(", roles: ").append(PeopleSection.list(terms.roles()));
        text.append(", expires_after: ").append(Unit.MILLIS.write(terms.expiresAfterMillis()));
        text.append("}\n");
    }
}
