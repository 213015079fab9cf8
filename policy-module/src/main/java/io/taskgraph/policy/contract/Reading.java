package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.NearestName;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A document while it is read: its problems so far, and how its values are read. What cannot be read becomes a problem. */
final class Reading {
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    static final String NAME_FORM =
            "1 to 128 letters, digits, dots, underscores or hyphens, starting with a letter or digit";

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");

    private final List<Problem> problems = new ArrayList<>();

    List<Problem> problems() {
        return problems;
    }

    void problem(Node at, String message) {
        problems.add(new Problem(at.line(), at.column(), message));
    }

    Optional<Node.Mapping> mapping(Node node, String what) {
        if (node instanceof Node.Mapping mapping) {
            return Optional.of(mapping);
        }
        problem(node, what + " must be a mapping (key: value lines), not " + node.describe());
        return Optional.empty();
    }

    /** A mapping of these keys alone; hands on those that are there, in the order of the document. */
    void section(Node node, String what, List<String> keys, BiConsumer<String, Node> each) {
        mapping(node, what).ifPresent(mapping -> {
            for (Node.Entry entry : mapping.entries()) {
                String key = entry.key().text();
                if (keys.contains(key)) {
                    each.accept(key, entry.value());
                } else {
                    problem(
                            entry.key(),
                            "\"" + key + "\" is not a key of " + what + "; " + NearestName.hint(key, keys));
                }
            }
        });
    }

    List<Node> list(Node node, String what, int most) {
        if (!(node instanceof Node.Sequence sequence)) {
            problem(node, what + " must be a list, not " + node.describe());
            return List.of();
        }
        if (sequence.items().size() > most) {
            problem(node, what + " has " + sequence.items().size() + " values, more than the " + most + " allowed");
            return List.of();
        }
        return sequence.items();
    }

    Optional<String> text(Node node, String what, int most) {
        if (!(node instanceof Node.Scalar scalar) || scalar.kind() != Node.Kind.TEXT) {
            problem(node, what + " must be a text, not " + node.describe());
            return Optional.empty();
        }
        String text = scalar.text();
        if (text.isBlank() || text.length() > most) {
            problem(
                    node,
                    what + " must have 1 to " + most + " characters, not "
                            + (text.isBlank() ? "nothing but blanks" : text.length()));
            return Optional.empty();
        }
        if (!Quoted.canBeWritten(text)) {
            problem(node, what + " has half a character (a surrogate without its other half); leave it out");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    Optional<String> name(Node node, String what) {
        if (node instanceof Node.Scalar scalar
                && scalar.kind() == Node.Kind.TEXT
                && NAME.matcher(scalar.text()).matches()) {
            return Optional.of(scalar.text());
        }
        problem(node, what + " must be a text of " + NAME_FORM + ", not " + node.describe());
        return Optional.empty();
    }

    Optional<Boolean> truth(Node node, String what) {
        if (node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.BOOLEAN) {
            return Optional.of(scalar.text().equalsIgnoreCase("true"));
        }
        problem(node, what + " must be true or false, not " + node.describe());
        return Optional.empty();
    }

    Optional<Long> whole(Node node, String what, long least, long most) {
        if (node instanceof Node.Scalar scalar
                && scalar.kind() == Node.Kind.INTEGER
                && WHOLE.matcher(scalar.text()).matches()) {
            long value = Long.parseLong(scalar.text());
            if (value >= least && value <= most) {
                return Optional.of(value);
            }
        }
        problem(node, what + " must be a whole number from " + least + " to " + most + ", not " + node.describe());
        return Optional.empty();
    }

    /** A number of some unit within a range, such as a duration. */
    Optional<Long> quantity(Node node, String what, Unit unit, long least, long most) {
        Optional<Long> value = node instanceof Node.Scalar scalar && scalar.kind() != Node.Kind.NULL
                ? unit.read(scalar.text())
                : Optional.empty();
        if (value.isEmpty()) {
            problem(node, what + " must be " + unit.form() + ", not " + node.describe());
        } else if (value.get() < least || value.get() > most) {
            problem(
                    node,
                    what + " must be " + unit.write(least) + " to " + unit.write(most) + ", not " + node.describe());
            return Optional.empty();
        }
        return value;
    }

    /** One of some words. */
    <E> Optional<E> word(Node node, String what, Map<String, E> words) {
        if (node instanceof Node.Scalar scalar && words.containsKey(scalar.text())) {
            return Optional.of(words.get(scalar.text()));
        }
        String hint = node instanceof Node.Scalar scalar
                ? "; " + NearestName.hint(scalar.text(), words.keySet())
                : "; known are " + String.join(", ", words.keySet());
        problem(node, what + " must be one of its words, not " + node.describe() + hint);
        return Optional.empty();
    }

    /** Words in the order of an enumeration. */
    static <E extends Enum<E>> Map<String, E> words(E[] values, Function<E, String> key) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E value : values) {
            words.put(key.apply(value), value);
        }
        return words;
    }
}
