package io.taskgraph.policy.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskgraph.policy.Questions;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
    private static final Question ACTION = Questions.action("git.push", Risk.EXEC);

    private static Condition condition(String text) {
        List<String> problems = new ArrayList<>();
        var compiled = ConditionCompiler.compile(text, Set.of(Asked.ACTION), problems::add);
        assertThat(problems).isEmpty();
        return compiled.orElseThrow();
    }

    private static boolean holds(String text) throws Unevaluable {
        return condition(text).holds(new Evaluation(ACTION));
    }

    private static List<String> problems(String text) {
        List<String> problems = new ArrayList<>();
        assertThat(ConditionCompiler.compile(text, Set.of(Asked.ACTION), problems::add))
                .isEmpty();
        return problems;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "task.risk == 'exec' && counts.actions > 5",
                "action.tool.startsWith('git.') || action.tool.endsWith('x')",
                "action.tool.matches('^git[.](push|pull)$')",
                "!action.tool.matches('^push')",
                "'team' in run.labels && run.labels['team'] == 'blue'",
                "run.labels.team == 'blue'",
                "has(run.labels.team) && !has(run.labels.nothing)",
                "int(run.labels['tier']) >= 3",
                "run.phase in ['executing', 'reconciling']",
                "now > timestamp('2023-01-01T00:00:00Z') && now < timestamp('2024-01-01T00:00:00+01:00')",
                "now.getHours() == 22 && now.getDayOfWeek() == 2 && now.getMonth() == 10 && now.getDate() == 14",
                "run.age == duration('1m30s') && run.age < duration('2m')",
                "now - run.age == timestamp('2023-11-14T22:11:50Z')",
                "run.labels.exists(k, k == 'team') && run.labels.all(k, size(k) == 4)",
                "run.labels.filter(k, k != 'team') == ['tier']",
                "run.labels.map(k, k + '!').size() == 2",
                "['a', 'b'].exists_one(x, x == 'a')",
                "size('naïve') == 5 && 'naïve'.size() == 5",
                "(task.attempt + 3) * 2 - 1 == 9 && 7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1",
                "task.compensates ? false : agent.type == 'coder'",
                "{'a': 1, 'b': 2}['b'] == task.attempt",
                "[1, 2, 3][task.attempt] == 3",
                "string(task.priority) == '5'",
                // CEL: a side that decides makes up for one that has no value, on whichever side it stands.
                "run.labels['none'] == 'x' || true",
                "!(run.labels['none'] == 'x' && false)",
                "[0, 1].exists(x, 4 / x == 4)",
                "![0, 1].all(x, 4 / x == 5)"
            })
    void conditionsSayWhatCelSays(String text) throws Unevaluable {
        assertThat(holds(text)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 / (task.attempt - 2) == 1                       | it divides by zero",
                "1 % (task.attempt - 2) == 1                       | it divides by zero",
                "run.labels['none'] == 'x'                         | nothing is there under the key \"none\"",
                "run.labels.none == 'x'                            | nothing is there under the key \"none\"",
                "9223372036854775807 + task.attempt > 0            | a number exceeds 64 bits",
                "int(run.labels['team']) == 3                      | a text is no whole number",
                "[1, 2][task.attempt] == 1                         | a list has no value number 2",
                "timestamp(run.name) < now                         | a text is no point in time such as 2030-01-31T12:00:00Z",
                "duration(run.name) < run.age                      | a text is no duration such as 90s or 1h30m",
                "[0, 2].exists(x, 4 / x == 4)                      | it divides by zero"
            })
    void whatHasNoAnswerSaysWhy(String text, String reason) {
        assertThat(catchThrowableOfType(Unevaluable.class, () -> holds(text))).hasMessage(reason);
    }

    @Test
    void aQuestionThatLacksWhatIsLookedAtHasNoAnswer() {
        Condition condition = condition("action.tool == 'x'");
        assertThat(catchThrowableOfType(
                        Unevaluable.class, () -> condition.holds(new Evaluation(Questions.dispatch(Risk.READ)))))
                .hasMessage("action.tool is not known when asked to dispatch");
    }

    @Test
    void aRuleThatWouldNotEndIsEndedAfterTheSameStepsEverywhere() {
        // given four loops in each other over lists of forty: 2,560,000 turns
        String list = "[" + "1, ".repeat(39) + "1]";
        String endless = "%s.all(a, %s.all(b, %s.all(c, %s.all(d, a + b + c + d == task.attempt + 2))))"
                .formatted(list, list, list, list);
        // when, then
        assertThat(catchThrowableOfType(Unevaluable.class, () -> holds(endless)))
                .hasMessage("it takes more than 100000 steps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "^(.*a){20}$", "(a*)*b"})
    void aPatternThatExplodesElsewhereIsAnswered(String pattern) throws Unevaluable {
        // given a text for which a matcher that goes back and tries again would try more ways than there is time for
        String text = "a".repeat(60) + "!";
        assertThat(holds("'" + text + "'.matches('" + pattern + "')")).isFalse();
    }

    @Test
    void aTextThatIsTooLongForItsPatternHasNoAnswer() {
        // given 16,000 characters and an automaton of 500 instructions
        String text = "['" + "a".repeat(1_000) + "']" + ".map(a, a + a)".repeat(4) + "[0]";
        assertThat(catchThrowableOfType(Unevaluable.class, () -> holds(text + ".matches('x{500}')")))
                .hasMessage("it takes more than 100000 steps");
    }

    @Test
    void conditionsThatGrowWhatTheyWorkOnAreEndedToo() {
        String doubling = "['x'].map(a, a + a).map(a, a + a)" + ".map(a, a + a)".repeat(40) + ".size() == 1";
        assertThat(catchThrowableOfType(Unevaluable.class, () -> holds(doubling)))
                .hasMessage("it takes more than 100000 steps");
    }

    @Test
    void allConditionsOfOneQuestionAreBoundedTogether() throws Unevaluable {
        // given a condition of about 90,000 steps
        String list = "[" + "1, ".repeat(69) + "1]";
        Condition dear = condition("%s.all(a, %s.all(b, a + b + task.attempt == 4))".formatted(list, list));
        Evaluation evaluation = new Evaluation(ACTION);
        // when
        int held = 0;
        Unevaluable failure = null;
        while (failure == null) {
            try {
                assertThat(dear.holds(evaluation)).isTrue();
                held++;
            } catch (Unevaluable e) {
                failure = e;
            }
        }
        // then
        assertThat(held).isBetween(10, 40);
        assertThat(failure).hasMessage("the rules take more than 1000000 steps together");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "run.lables.team == 'x'              | there is no run.lables.team; did you mean run.labels?  (in its line 1, column 1)",
                "task.rsk == 'x'                     | there is no task.rsk; did you mean task.risk? (in its line 1, column 1)",
                "foo == 'x'                          | there is no foo; the contract's document lists what there is (in its line 1, column 1)",
                "now() == now                        | there is no now; did you mean now? (in its line 1, column 4)",
                "task.risk == 3                      | found no matching overload for '_==_' applied to '(string, int)' (in its line 1, column 11)",
                "task.risk                           | expected type 'bool' but found 'string' (in its line 1, column 5)",
                "1.5 == 1.5                          | only texts, whole numbers, true and false may stand here; fractions, null and bytes are not known (in its line 1, column 1)",
                "plan.tasks > 3                      | plan.tasks is not known on action; it is on plan",
                "action.tool.matches('(a')           | the pattern is not one of RE2: missing closing ) (in its line 1, column 20)",
                "action.tool.matches(run.id)         | the pattern must be a text, not computed, so that it is checked now (in its line 1, column 20)",
                "action.tool.matches('(x{50}){50}')  | the pattern has 2602 instructions, more than the 1000 allowed; repeat less (in its line 1, column 20)",
                "action.tool.matches('((x{1000}){1000}){1000}') | the pattern repeats too much; repeat less (in its line 1, column 20)",
                "1 / 0 == 1                          | this can never be evaluated: it divides by zero (in its line 1, column 3)",
                "timestamp('soon') < now             | this can never be evaluated: a text is no point in time such as 2030-01-31T12:00:00Z (in its line 1, column 10)",
            })
    void mistakesAreToldWhenTheDocumentIsLoaded(String text, String problem) {
        assertThat(problems(text)).containsExactly(problem.replace("  ", " "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "now.getHours('Europe/Berlin') == 3",
                "string(1.5) == '1.5'",
                "dyn(task.risk) == 3",
                "type(task.risk) == string",
                "b'x' == b'x'",
                "1u == 1u",
                "null == null",
                "[1, 'a'].size() == 2",
                "'a' ==",
                "((((",
                "task.risk == 'exec' &&& true",
                "google.protobuf.Duration{seconds: 1} == run.age",
                "`run`.id == 'x'",
                "x.y.z()"
            })
    void whatDependsOnThePlatformOrEscapesTheTypeCheckIsNotKnown(String text) {
        assertThat(problems(text)).isNotEmpty().allSatisfy(p -> assertThat(p).doesNotContain("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "!", "-", "[", "1+", "true && ", "a.", "{1:", "!(", "true ? false : "})
    void nestingHasABound(String part) {
        // Neither accepted nor fatal to the thread that reads it.
        int times = (ConditionCompiler.MOST_CHARACTERS - 10) / part.length();
        assertThat(problems(part.repeat(times) + "1")).isNotEmpty();
    }

    @Test
    void theLengthHasABound() {
        assertThat(problems("true" + " ".repeat(2_048)))
                .containsExactly("it has 2052 characters, more than the 2048 allowed; make several rules of it");
    }

    @Test
    void aLongSumIsNoDanger() throws Unevaluable {
        assertThat(holds("1+".repeat(50) + "1 == 51")).isTrue();
        assertThat(holds("true && ".repeat(200) + "true")).isTrue();
    }

    @Test
    void everyVariableCanBeLookedAt() {
        for (Variable variable : Variable.ALL.values()) {
            List<String> problems = new ArrayList<>();
            assertThat(ConditionCompiler.compile(
                            variable.name() + " == " + variable.name(), variable.given(), problems::add))
                    .as(variable.name() + problems)
                    .isPresent();
        }
    }
}
