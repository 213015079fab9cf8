package io.taskgraph.gates;

import io.taskgraph.policy.document.Limits;
import io.taskgraph.policy.document.NearestName;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import io.taskgraph.policy.document.YamlReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of thresholds while it is read: strictly, and with all that is wrong told at once. */
final class Sheet {
    private static final Limits LIMITS = new Limits(100_000, 8, 1_000);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final int LONGEST = 256;

    private final List<Problem> problems = new ArrayList<>();
    private final Node root;

    private Sheet(String text) {
        root = YamlReader.read(text, LIMITS, problems).orElse(null);
    }

    static Sheet of(String text) {
        return new Sheet(text);
    }

    /** The document; empty after a problem. */
    Optional<Node> root() {
        return Optional.ofNullable(root);
    }

    void problem(Node at, String message) {
        problems.add(new Problem(at.line(), at.column(), message));
    }

    /** @throws SheetException if anything was wrong */
    void done() {
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new SheetException(problems);
        }
    }

    /** A mapping of these keys alone; hands on those that are there, in the order of the document. */
    void section(Node node, String what, Collection<String> keys, BiConsumer<Node.Entry, String> each) {
        if (!(node instanceof Node.Mapping mapping)) {
            problem(node, what + " must be a mapping (key: value lines), not " + node.describe());
            return;
        }
        for (Node.Entry entry : mapping.entries()) {
            String key = entry.key().text();
            if (keys.contains(key)) {
                each.accept(entry, key);
            } else {
                problem(entry.key(), "\"" + key + "\" is not a key of " + what + "; " + NearestName.hint(key, keys));
            }
        }
    }

    Optional<String> name(Node node, String what) {
        if (node instanceof Node.Scalar s
                && s.kind() == Node.Kind.TEXT
                && NAME.matcher(s.text()).matches()) {
            return Optional.of(s.text());
        }
        problem(
                node,
                what + " must be a text of 1 to 64 letters, digits, dots, underscores or hyphens, not "
                        + node.describe());
        return Optional.empty();
    }

    Optional<String> text(Node node, String what) {
        if (node instanceof Node.Scalar s
                && s.kind() == Node.Kind.TEXT
                && !s.text().isBlank()
                && s.text().length() <= LONGEST) {
            return Optional.of(s.text());
        }
        problem(node, what + " must be a text of 1 to " + LONGEST + " characters, not " + node.describe());
        return Optional.empty();
    }

    Optional<Boolean> truth(Node node, String what) {
        if (node instanceof Node.Scalar s && s.kind() == Node.Kind.BOOLEAN) {
            return Optional.of(s.text().equalsIgnoreCase("true"));
        }
        problem(node, what + " must be true or false, not " + node.describe());
        return Optional.empty();
    }

    Optional<Long> whole(Node node, String what, long least, long most) {
        if (node instanceof Node.Scalar s
                && s.kind() == Node.Kind.INTEGER
                && WHOLE.matcher(s.text()).matches()) {
            long value = Long.parseLong(s.text());
            if (value >= least && value <= most) {
                return Optional.of(value);
            }
        }
        problem(node, what + " must be a whole number from " + least + " to " + most + ", not " + node.describe());
        return Optional.empty();
    }

    /** A number within a range, whole or not. */
    Optional<Double> number(Node node, String what, double least, double most) {
        if (node instanceof Node.Scalar s && (s.kind() == Node.Kind.INTEGER || s.kind() == Node.Kind.DECIMAL)) {
            double value = Double.parseDouble(s.text());
            if (value >= least && value <= most) {
                return Optional.of(value);
            }
        }
        problem(
                node,
                what + " must be a number from " + plain(least) + " to " + plain(most) + ", not " + node.describe());
        return Optional.empty();
    }

    /** A time such as {@code 500ms}, {@code 30s}, {@code 10m} or {@code 2h}, in milliseconds. */
    Optional<Long> duration(Node node, String what) {
        if (node instanceof Node.Scalar s) {
            Matcher m = DURATION.matcher(s.text());
            if (m.matches()) {
                long n = Long.parseLong(m.group(1));
                return Optional.of(
                        switch (m.group(2)) {
                            case "ms" -> n;
                            case "s" -> n * 1_000;
                            case "m" -> n * 60_000;
                            default -> n * 3_600_000;
                        });
            }
        }
        problem(node, what + " must be a time such as 500ms, 30s, 10m or 2h, not " + node.describe());
        return Optional.empty();
    }

    private static String plain(double d) {
        return d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString((long) d) : Double.toString(d);
    }
}
