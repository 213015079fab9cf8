package io.taskgraph.policy.contract;

import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.rules.Condition;
import io.taskgraph.policy.rules.ConditionCompiler;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The values of a rule or a route while it is read. Each answers null after a problem, and one that is missing is one.
 *
 * @param node the whole
 * @param given its values by key
 * @param what how messages call it
 */
record Words(Reading reading, Node node, Map<String, Node> given, String what) {
    private Node required(String key) {
        Node value = given.get(key);
        if (value == null) {
            reading.problem(node, what + " has no " + key + "; add " + key + ":");
        }
        return value;
    }

    String id(Set<String> taken) {
        Node value = required("id");
        String id = value == null ? null : reading.name(value, "id").orElse(null);
        if (id == null) {
            return null;
        }
        if (id.equals("actions") || id.startsWith("actions.")) {
            reading.problem(value, "ids that begin with actions are the contract's own; choose another");
            return null;
        }
        if (!taken.add(id)) {
            reading.problem(value, "another has the id " + id + "; give each its own");
            return null;
        }
        return id;
    }

    String text(String key, int most) {
        Node value = required(key);
        return value == null ? null : reading.text(value, key, most).orElse(null);
    }

    <E> E word(String key, Map<String, E> words, E ifLeftOut) {
        if (ifLeftOut != null && !given.containsKey(key)) {
            return ifLeftOut;
        }
        Node value = required(key);
        return value == null ? null : reading.word(value, key, words).orElse(null);
    }

    /** The condition; checked only once it is known what it is asked about. */
    Condition condition(Set<Asked> asked) {
        Node value = required("when");
        // A plain true or false is a condition too; quotes around it would be pedantry.
        String text = value instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.BOOLEAN
                ? scalar.text().toLowerCase(Locale.ROOT)
                : value == null
                        ? null
                        : reading.text(value, "when", ConditionCompiler.MOST_CHARACTERS)
                                .orElse(null);
        return text == null
                ? null
                : ConditionCompiler.compile(text, asked, problem -> reading.problem(value, "when: " + problem))
                        .orElse(null);
    }
}
