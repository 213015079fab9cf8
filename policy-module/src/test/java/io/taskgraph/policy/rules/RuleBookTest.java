package io.taskgraph.policy.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.taskgraph.policy.Questions;
import io.taskgraph.policy.contract.Phase;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Enforcement;
import io.taskgraph.policy.decision.Explanation;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Note;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Route;
import io.taskgraph.policy.decision.Step;
import io.taskgraph.policy.decision.Verdict;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleBookTest {
    private static final Question READ = Questions.action("fs.read", Risk.READ);

    private static Policy policy(String rules) {
        return Policy.parse("name: x\nactions: {profile: strict, tools: {deny: [rm*]}}\nrules:\n" + rules);
    }

    private static Judgement judgement(Verdict verdict, String rule, String reason, Note... notes) {
        return new Judgement(verdict, rule, reason, List.of(notes));
    }

    @Test
    void withoutRulesTheContractAnswersWithWhatItMadeOnce() {
        Policy p = policy("  []");
        assertThat(p.judge(READ))
                .isEqualTo(judgement(Verdict.ALLOW, "actions.read", "actions of risk read are allowed"))
                .isSameAs(p.judge(READ));
        assertThat(p.judge(Questions.action("sh", Risk.EXEC)))
                .isEqualTo(judgement(Verdict.AWAIT_APPROVAL, "actions.exec", "actions of risk exec need approval"));
        assertThat(p.judge(Questions.action("sh", null)).rule()).isEqualTo("actions.destructive");
        assertThat(p.judge(Questions.action("rm", Risk.READ)))
                .isEqualTo(judgement(Verdict.DENY, "actions.deny", "tools named rm* may not be used"));
        assertThat(p.judge(Questions.dispatch(Risk.DESTRUCTIVE))).isSameAs(Judgement.ALLOW);
    }

    @Test
    void whatADocumentDoesNotAllowIsRefused() {
        Policy p = Policy.parse("name: x");
        assertThat(p.judge(READ))
                .isEqualTo(judgement(Verdict.DENY, "actions.read", "actions of risk read are not allowed"));
        Policy few = Policy.parse("{name: x, actions: {read: allow, tools: {allow: [git.*]}}}");
        assertThat(few.judge(READ))
                .isEqualTo(judgement(Verdict.DENY, "actions.tools", "the tool is not among those that may be used"));
    }

    @Test
    void denyOverridesAwaitOverridesAllowWhateverThePriority() {
        Policy p = policy("""
                  - {id: yes, on: [action], when: 'true', effect: allow, reason: fine, priority: 100}
                  - {id: wait, on: [action], when: action.tool != 'x', effect: await, reason: slowly, priority: 50}
                  - {id: no, on: [action], when: action.tool == 'bad', effect: deny, reason: never, priority: -5}
                """);
        assertThat(p.judge(Questions.action("x", Risk.READ))).isEqualTo(judgement(Verdict.ALLOW, "yes", "fine"));
        assertThat(p.judge(READ)).isEqualTo(judgement(Verdict.AWAIT_APPROVAL, "wait", "slowly"));
        assertThat(p.judge(Questions.action("bad", Risk.READ))).isEqualTo(judgement(Verdict.DENY, "no", "never"));
        // An allow does not loosen what the contract says.
        assertThat(p.judge(Questions.action("x", Risk.WRITE)).verdict()).isEqualTo(Verdict.AWAIT_APPROVAL);
        assertThat(p.judge(Questions.action("rm", Risk.READ)).rule()).isEqualTo("actions.deny");
    }

    @Test
    void amongEqualAnswersTheGreatestPriorityIsNamedThenTheFirstId() {
        Policy p = policy("""
                  - {id: c, on: [action], when: 'true', effect: deny, reason: c}
                  - {id: b, on: [action], when: 'true', effect: deny, reason: b, priority: 1}
                  - {id: a, on: [action], when: 'true', effect: deny, reason: a, priority: 1}
                """);
        assertThat(p.judge(READ).rule()).isEqualTo("a");
        assertThat(p.judge(Questions.action("rm", Risk.READ)).rule()).isEqualTo("a");
    }

    @Test
    void rulesOnTrialAreNotedWhenTheyWouldHaveAnsweredOtherwise() {
        Policy p = policy("""
                  - {id: w, on: [action], when: 'true', effect: await, reason: would wait, enforcement: warn}
                  - {id: x, on: [action], when: 'true', effect: deny, reason: would refuse, enforcement: audit}
                  - {id: y, on: [action], when: 'true', effect: allow, reason: would allow, enforcement: audit}
                  - {id: z, on: [action], when: 'false', effect: deny, reason: would not speak, enforcement: audit}
                """);
        Note w = new Note("w", Enforcement.WARN, Verdict.AWAIT_APPROVAL, "would wait");
        Note x = new Note("x", Enforcement.AUDIT, Verdict.DENY, "would refuse");
        assertThat(p.judge(READ))
                .isEqualTo(judgement(Verdict.ALLOW, "actions.read", "actions of risk read are allowed", w, x));
        assertThat(p.judge(Questions.action("sh", Risk.EXEC)).notes()).containsExactly(x);
        assertThat(p.judge(Questions.action("rm", Risk.READ)).notes()).isEmpty();
    }

    @Test
    void aRuleThatFailsDeniesAndOneOnTrialIsNoted() {
        String failing = "when: 1 / (task.attempt - 2) > 0, effect: allow, reason: never seen";
        Policy p = policy("  - {id: f, on: [action], " + failing + "}\n");
        assertThat(p.judge(READ))
                .isEqualTo(judgement(Verdict.DENY, "f", "rule f could not be evaluated: it divides by zero"));
        Policy tried = policy("  - {id: f, on: [action], " + failing + ", enforcement: warn}\n");
        assertThat(tried.judge(Questions.action("rm", Risk.READ)).notes())
                .containsExactly(new Note(
                        "f", Enforcement.WARN, Verdict.DENY, "rule f could not be evaluated: it divides by zero"));
    }

    @Test
    void severalThreadsMayAskAtOnce() {
        Policy p = policy("""
                  - {id: a, on: [action], when: "run.labels.exists(k, run.labels[k] == action.tool)", effect: deny, reason: a}
                  - {id: b, on: [action], when: "[1, 2, 3].all(n, n > task.attempt)", effect: deny, reason: b}
                """);
        assertThat(IntStream.range(0, 20_000)
                        .parallel()
                        .mapToObj(i -> p.judge(Questions.action(i % 2 == 0 ? "blue" : "red", Risk.READ))
                                        .rule()
                                + i % 2)
                        .distinct())
                .containsExactlyInAnyOrder("a0", "actions.read1");
    }

    @Test
    void aRuleSpeaksOnlyOnWhatItIsOn() {
        Policy p = policy("  - {id: a, on: [dispatch, patch], when: 'true', effect: deny, reason: no}\n");
        assertThat(p.judge(READ).verdict()).isEqualTo(Verdict.ALLOW);
        assertThat(p.judge(Questions.dispatch(Risk.READ)).rule()).isEqualTo("a");
        assertThat(p.asks(Asked.PATCH)).isTrue();
        assertThat(p.asks(Asked.PLAN)).isFalse();
    }

    @Test
    void anExplanationGoesThroughEverythingInOrder() {
        Policy p = policy("""
                  - {id: low, on: [action], when: action.tool == 'x', effect: deny, reason: l}
                  - {id: high, on: [action], when: "run.labels['no'] == ''", effect: await, reason: h, priority: 2}
                """);
        Explanation e = p.explain(READ);
        assertThat(e.judgement()).isEqualTo(p.judge(READ));
        assertThat(e.steps())
                .containsExactly(
                        new Step(
                                "actions.deny",
                                "action.tool is named rm*",
                                "not matched",
                                "DENY",
                                Enforcement.ENFORCE,
                                "tools named rm* may not be used"),
                        new Step(
                                "actions.tools",
                                "action.tool is not named *",
                                "not matched",
                                "DENY",
                                Enforcement.ENFORCE,
                                "the tool is not among those that may be used"),
                        new Step(
                                "actions.read",
                                "action.risk is read",
                                "matched",
                                "ALLOW",
                                Enforcement.ENFORCE,
                                "actions of risk read are allowed"),
                        new Step(
                                "high",
                                "run.labels['no'] == ''",
                                "failed",
                                "AWAIT_APPROVAL",
                                Enforcement.ENFORCE,
                                "rule high could not be evaluated: nothing is there under the key \"no\""),
                        new Step("low", "action.tool == 'x'", "not matched", "DENY", Enforcement.ENFORCE, "l"));
    }

    @Test
    void theFirstRouteThatMatchesIsTaken() {
        Policy p = Policy.parse("""
                name: x
                phases:
                  routes:
                    - {id: big, from: planning, when: plan.tasks > 100, to: failed, reason: too big}
                    - {id: risky, from: planning, when: plan.destructive > 0, to: await_approval, reason: risky}
                    - {id: odd, from: planning, when: 10 / (plan.tasks - 1) > 100, to: failed, reason: odd}
                """);
        assertThat(p.routes(Phase.PLANNING)).isTrue();
        assertThat(p.routes(Phase.EXECUTING)).isFalse();
        assertThat(p.route(Phase.PLANNING, Questions.plan(101, 1))).contains(new Route(Phase.FAILED, "big", "too big"));
        assertThat(p.route(Phase.PLANNING, Questions.plan(3, 1)))
                .contains(new Route(Phase.AWAIT_APPROVAL, "risky", "risky"));
        assertThat(p.route(Phase.PLANNING, Questions.plan(3, 0))).isEmpty();
        assertThat(p.route(Phase.PLANNING, Questions.plan(1, 0)))
                .contains(
                        new Route(Phase.AWAIT_APPROVAL, "odd", "route odd could not be evaluated: it divides by zero"));
        // A plan is answered by them, and explained with them
        assertThat(p.planned(Questions.plan(101, 1)))
                .isEqualTo(new Judgement(Verdict.DENY, "big", "too big", List.of()));
        assertThat(p.planned(Questions.plan(3, 1)))
                .isEqualTo(new Judgement(Verdict.AWAIT_APPROVAL, "risky", "risky", List.of()));
        assertThat(p.planned(Questions.plan(3, 0))).isEqualTo(Judgement.ALLOW);
        assertThat(p.explain(Questions.plan(1, 0)).steps())
                .extracting(Step::rule, Step::outcome, Step::effect)
                .containsExactly(
                        tuple("big", "not matched", "FAILED"),
                        tuple("risky", "not matched", "AWAIT_APPROVAL"),
                        tuple("odd", "failed", "FAILED"));
        assertThat(Policy.parse("name: x\nphases: {transitions: {planning: [await_approval, failed]}}")
                        .planned(Questions.plan(3, 0))
                        .verdict())
                .isEqualTo(Verdict.AWAIT_APPROVAL);
    }

    @ParameterizedTest
    @CsvSource({
        "*, anything, true",
        "*, '', true",
        "git.*, git.push, true",
        "git.*, git, false",
        "g?t, git, true",
        "g?t, gt, false",
        "*.rm, a.b.rm, true",
        "*a*b*c, xxaxxbxxbxxc, true",
        "*a*b*c, xxaxxbxxbxx, false",
        "a.c, abc, false",
        "[a], a, false"
    })
    void toolsAreMatchedByWildcards(String pattern, String tool, boolean matched) {
        Policy p = Policy.parse("{name: x, actions: {read: allow, tools: {allow: ['" + pattern + "']}}}");
        assertThat(p.judge(Questions.action(tool, Risk.READ)).verdict() == Verdict.ALLOW)
                .isEqualTo(matched);
    }

    @Test
    void aPatternOfManyStarsIsNoDanger() {
        Policy p = Policy.parse("{name: x, actions: {read: allow, tools: {allow: ['" + "*a".repeat(127) + "b']}}}");
        assertThat(p.judge(Questions.action("a".repeat(20_000), Risk.READ)).verdict())
                .isEqualTo(Verdict.DENY);
    }
}
