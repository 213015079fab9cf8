package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code budgets}. */
final class BudgetsSection {
    static final List<String> KEYS = List.of("currency", "run", "task");
    static final List<String> BOUNDS_KEYS = List.of("tokens", "cost", "time");

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final long MOST_TOKENS = 1_000_000_000_000_000L;
    private static final long LONGEST = 31_536_000_000L;
    private static final String NONE = "none";

    private BudgetsSection() {}

    static Budgets read(Reading reading, Node node, Budgets inherited) {
        Budgets[] b = {inherited};
        reading.section(node, "budgets", KEYS, (key, value) -> {
            switch (key) {
                case "currency" ->
                    b[0] = new Budgets(currency(reading, value).orElse(inherited.currency()), b[0].run(), b[0].task());
                case "run" ->
                    b[0] = new Budgets(b[0].currency(), bounds(reading, key, value, inherited.run()), b[0].task());
                default ->
                    b[0] = new Budgets(b[0].currency(), b[0].run(), bounds(reading, key, value, inherited.task()));
            }
        });
        check(reading, node, "tokens", b[0].run().tokens(), b[0].task().tokens());
        check(reading, node, "cost", b[0].run().costMicros(), b[0].task().costMicros());
        check(reading, node, "time", b[0].run().millis(), b[0].task().millis());
        return b[0];
    }

    /** What a run's bound is reserved by is the task's bound: it must be there, and not above. */
    private static void check(Reading reading, Node node, String key, Long run, Long task) {
        if (run != null && task == null) {
            reading.problem(
                    node,
                    key + " is bounded for a run and not for a task; what a task may take is reserved when it is"
                            + " dispatched, so add task: {" + key + ": ...}");
        } else if (run != null && task > run) {
            reading.problem(node, "a task may take more " + key + " than the whole run; lower it");
        }
    }

    private static Optional<String> currency(Reading reading, Node node) {
        if (node instanceof Node.Scalar scalar
                && CURRENCY.matcher(scalar.text()).matches()) {
            return Optional.of(scalar.text());
        }
        reading.problem(node, "currency must be three capital letters such as USD, not " + node.describe());
        return Optional.empty();
    }

    private static Bounds bounds(Reading reading, String what, Node node, Bounds inherited) {
        Bounds[] b = {inherited};
        reading.section(node, what, BOUNDS_KEYS, (key, value) -> {
            boolean none = value instanceof Node.Scalar scalar && scalar.text().equals(NONE);
            switch (key) {
                case "tokens" ->
                    b[0] = new Bounds(
                            none
                                    ? null
                                    : reading.whole(value, key, 1, MOST_TOKENS).orElse(b[0].tokens()),
                            b[0].costMicros(),
                            b[0].millis());
                case "cost" ->
                    b[0] = new Bounds(
                            b[0].tokens(), none ? null : cost(reading, value, b[0].costMicros()), b[0].millis());
                default ->
                    b[0] = new Bounds(
                            b[0].tokens(),
                            b[0].costMicros(),
                            none
                                    ? null
                                    : reading.quantity(value, key, Unit.MILLIS, 1, LONGEST)
                                            .orElse(b[0].millis()));
            }
        });
        return b[0];
    }

    private static Long cost(Reading reading, Node node, Long otherwise) {
        Optional<Long> micros =
                node instanceof Node.Scalar scalar ? Money.micros(scalar.text()).filter(m -> m > 0) : Optional.empty();
        if (micros.isEmpty()) {
            reading.problem(
                    node,
                    "cost must be an amount greater than 0 such as \"12.50\", with at most 9 digits before the point"
                            + " and 6 after it, not " + node.describe());
        }
        return micros.orElse(otherwise);
    }

    static void write(StringBuilder text, Budgets budgets) {
        text.append("budgets:\n  currency: ").append(budgets.currency()).append('\n');
        write(text, "run", budgets.run());
        write(text, "task", budgets.task());
    }

    private static void write(StringBuilder text, String what, Bounds b) {
        text.append("  ").append(what).append(":\n    tokens: ").append(b.tokens() == null ? NONE : b.tokens());
        text.append("\n    cost: ").append(b.costMicros() == null ? NONE : Quoted.of(Money.text(b.costMicros())));
        text.append("\n    time: ")
                .append(b.millis() == null ? NONE : Unit.MILLIS.write(b.millis()))
                .append('\n');
    }
}
