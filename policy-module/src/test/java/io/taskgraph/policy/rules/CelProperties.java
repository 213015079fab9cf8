package io.taskgraph.policy.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelVariableResolver;
import io.taskgraph.policy.Questions;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Our closures answer what CEL's own interpreter answers, and have no answer where it has none. jqwik prints the seed; what
 * is compiled as a mistake here (constants that can never be evaluated) is left out, and so are negative durations with
 * fractions of a second, which CEL's interpreter cannot subtract.
 */
class CelProperties {
    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    private static final CelCompiler COMPILER = compiler();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();
    private static final Question QUESTION = Questions.action("git.push", Risk.EXEC);

    private static CelCompiler compiler() {
        Map<String, CelType> types = Map.of(
                "string", SimpleType.STRING,
                "int", SimpleType.INT,
                "bool", SimpleType.BOOL,
                "timestamp", SimpleType.TIMESTAMP,
                "duration", SimpleType.DURATION,
                "map(string, string)", MapType.create(SimpleType.STRING, SimpleType.STRING));
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(CelOptions.current().build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setResultType(SimpleType.BOOL);
        Variable.ALL.values().forEach(v -> builder.addVar(v.name(), types.get(v.type())));
        return builder.build();
    }

    @Property(tries = 3_000)
    void whatWeAnswerIsWhatCelAnswers(@ForAll long seed) throws CelValidationException {
        String text = new Expressions(new Random(seed)).bool(4);
        List<String> problems = new ArrayList<>();
        Optional<Condition> ours = ConditionCompiler.compile(text, Set.of(Asked.ACTION), problems::add);
        if (ours.isEmpty()) {
            assertThat(problems).as(text).allSatisfy(p -> assertThat(p)
                    .containsAnyOf("can never be evaluated", "recursion limit", "characters"));
            return;
        }
        assertThat(answer(ours.get())).as(text).isEqualTo(reference(text));
    }

    private static String answer(Condition condition) {
        try {
            return Boolean.toString(condition.holds(new Evaluation(QUESTION)));
        } catch (Unevaluable e) {
            return "no answer";
        }
    }

    private static String reference(String text) throws CelValidationException {
        CelAbstractSyntaxTree tree = COMPILER.compile(text).getAst();
        CelVariableResolver resolver = name ->
                Optional.ofNullable(Variable.ALL.get(name)).map(v -> v.value().apply(QUESTION));
        try {
            return RUNTIME.createProgram(tree).eval(resolver).toString();
        } catch (CelEvaluationException e) {
            return "no answer";
        }
    }

    /** Random expressions of each type, of all that conditions may be made of. */
    private record Expressions(Random random) {
        private String any(String... choices) {
            return choices[random.nextInt(choices.length)];
        }

        String bool(int depth) {
            if (depth == 0) {
                return any("true", "false", "task.compensates", "(task.risk == 'exec')", "has(run.labels.team)");
            }
            int d = depth - 1;
            return switch (random.nextInt(15)) {
                case 0 -> "(" + bool(d) + " && " + bool(d) + ")";
                case 1 -> "(" + bool(d) + " || " + bool(d) + ")";
                case 2 -> "!" + bool(d);
                case 3 -> "(" + bool(d) + " ? " + bool(d) + " : " + bool(d) + ")";
                case 4 -> "(" + number(d) + " " + any("<", "<=", ">", ">=", "==", "!=") + " " + number(d) + ")";
                case 5 -> "(" + text(d) + " " + any("<", "<=", ">", ">=", "==", "!=") + " " + text(d) + ")";
                case 6 -> "(" + time(d) + " " + any("<", "<=", ">", ">=", "==", "!=") + " " + time(d) + ")";
                case 7 -> "(" + duration(d) + " " + any("<", "<=", ">", ">=", "==", "!=") + " " + duration(d) + ")";
                case 8 -> text(d) + "." + any("startsWith", "endsWith", "contains") + "(" + text(d) + ")";
                case 9 -> text(d) + ".matches('" + any("^g", "[a-z]+[.]", "x{2}", "") + "')";
                case 10 -> "(" + text(d) + " in " + any("run.labels", "['exec', 'blue']", "{'a': 1}") + ")";
                case 11 -> "run.labels." + any("all", "exists", "exists_one") + "(k, size(k) > " + number(d) + ")";
                case 12 ->
                    "[" + number(d) + ", " + number(d) + "]." + any("all", "exists", "exists_one") + "(n, n "
                            + any("/", "%", "+", "*", "-") + " " + number(d) + " > 1)";
                case 13 -> "(run.labels.filter(k, " + bool(d) + ") == run.labels.map(k, k != 'team', k))";
                default -> "has(run.labels." + any("team", "tier", "none") + ")";
            };
        }

        String number(int depth) {
            if (depth == 0) {
                return any("0", "1", "2", "-3", "9223372036854775807", "counts.actions", "task.attempt", "plan_x")
                        .replace("plan_x", "run.graph_version");
            }
            int d = depth - 1;
            return switch (random.nextInt(9)) {
                case 0, 1, 2 -> "(" + number(d) + " " + any("+", "-", "*", "/", "%") + " " + number(d) + ")";
                case 3 -> "size(" + text(d) + ")";
                case 4 -> "run.labels.size()";
                case 5 -> "int(" + text(d) + ")";
                case 6 ->
                    time(d) + "."
                            + any(
                                    "getFullYear",
                                    "getMonth",
                                    "getDate",
                                    "getDayOfMonth",
                                    "getDayOfWeek",
                                    "getDayOfYear",
                                    "getHours",
                                    "getMinutes",
                                    "getSeconds",
                                    "getMilliseconds")
                            + "()";
                case 7 -> duration(d) + "." + any("getHours", "getMinutes", "getSeconds", "getMilliseconds") + "()";
                default -> "[1, 2, " + number(d) + "][" + number(d) + "]";
            };
        }

        String text(int depth) {
            if (depth == 0) {
                return any("'exec'", "'naïve'", "'12'", "''", "action.tool", "run.phase", "run.labels['tier']");
            }
            int d = depth - 1;
            return switch (random.nextInt(6)) {
                case 0 -> "(" + text(d) + " + " + text(d) + ")";
                case 1 -> "string(" + any(number(d), bool(d)) + ")";
                case 2 -> "run.labels[" + text(d) + "]";
                case 3 -> "run.labels." + any("team", "tier", "none");
                case 4 -> "(" + bool(d) + " ? " + text(d) + " : " + text(d) + ")";
                default -> text(0);
            };
        }

        String time(int depth) {
            if (depth == 0) {
                return any("now", "timestamp('2023-11-14T23:13:20+01:00')", "timestamp('0001-01-01T00:00:00Z')");
            }
            int d = depth - 1;
            return any("(" + time(d) + " " + any("+", "-") + " " + duration(d) + ")", time(0));
        }

        String duration(int depth) {
            if (depth == 0) {
                return any("run.age", "duration('1h30m')", "duration('-90s')", "counts.time_spent", "duration('0')");
            }
            int d = depth - 1;
            return any(
                    "(" + duration(d) + " " + any("+", "-") + " " + duration(d) + ")",
                    "(" + time(d) + " - " + time(d) + ")",
                    duration(0));
        }
    }
}
