package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.urgent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.engine.Inquiry.Answer;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.decision.Step;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** What the policy was asked by a decision is found again, and another policy can be asked the same. */
class InquiryTest {
    private static final String HEAD =
            "name: test\nflags: {mutable_graph: true}\ncaps: {max_runtime: 0s, worker_timeout: 0s, max_retries: 0}\n";
    private static final String ROUTES = HEAD + """
            phases:
              routes:
                - {id: bad, from: executing, when: plan.failed > 1, to: failed, reason: too much failed}
                - {id: look, from: executing, when: plan.failed > 0, to: await_user, reason: something failed}
                - {id: over, from: executing, when: plan.tasks == 0 && run.tasks == 3, to: reconciling, reason: three}
            """;

    private static Team under(String document, String... tasks) {
        Team team = Team.under(document);
        for (String t : tasks) {
            team.patch(add(t));
        }
        return team;
    }

    /** What the decision on such a report will have asked. */
    private static List<Inquiry> asked(Team team, String task, SpecificRecord report) {
        Input input = Input.report(
                Messages.report(
                        "r", team.nextMessageId(), "w", task, team.task(task).attempt(), report),
                Origin.NONE);
        return asked(team, input);
    }

    private static List<Inquiry> asked(Team team, Input input) {
        Decision d = team.engine.decide(team.run, input, team.now);
        return Inquiries.of(team.run, d, null);
    }

    private static Inquiry end(List<Inquiry> asked) {
        assertThat(asked).last().isInstanceOf(Inquiry.Routed.class);
        return asked.get(asked.size() - 1);
    }

    private static Policy policy(String document) {
        return Policy.parse(document);
    }

    @Test
    void whereARunGoesAtItsEndIsAskedOnceAndExplainedRouteByRoute() {
        // given
        Team team = under(ROUTES, "a");
        // when
        Inquiry end = end(asked(team, "a", failed("no", false)));
        // then
        assertThat(end.asked()).isEqualTo("end");
        assertThat(end.about()).isEqualTo("the end of its work");
        assertThat(end.answer(end.pinned())).isEqualTo(new Answer("AWAIT_USER", "look", "something failed"));
        assertThat(end.steps(end.pinned()))
                .extracting(Step::rule, Step::outcome, Step::effect)
                .containsExactly(
                        tuple("bad", "not matched", "FAILED"),
                        tuple("look", "matched", "AWAIT_USER"),
                        tuple("over", "not matched", "RECONCILING"));
    }

    @Test
    void everyWayThatTheEndCanGoIsFound() {
        Team well = under(ROUTES, "a");
        assertThat(answer(well, "a", submitted(null))).isEqualTo(new Answer("SYNTHESIZING", "", Ending.USUAL));
        Team bad = Team.under(ROUTES);
        bad.patch(add("a"), add("b", "a"));
        assertThat(answer(bad, "a", failed("no", false))).isEqualTo(new Answer("FAILED", "bad", "too much failed"));
        Team three = Team.under(ROUTES);
        three.patch(add("a"), add("b"), add("c"));
        three.finish("w", "a", 1);
        three.finish("w", "b", 1);
        assertThat(answer(three, "c", submitted(null))).isEqualTo(new Answer("RECONCILING", "over", "three"));
        Team through = under(HEAD + "phases: {transitions: {executing: [reconciling, failed]}}\n", "a");
        assertThat(answer(through, "a", submitted(null))).isEqualTo(new Answer("RECONCILING", "", Ending.USUAL));
    }

    private static Answer answer(Team team, String task, SpecificRecord report) {
        Inquiry end = end(asked(team, task, report));
        return end.answer(end.pinned());
    }

    @Test
    void anotherPolicyIsAskedTheSameThoughTheOneBeforeItHadNoRoutes() {
        // given a run under a policy without routes
        Team team = under(HEAD, "a");
        // when
        Inquiry end = end(asked(team, "a", failed("no", false)));
        // then
        assertThat(end.answer(end.pinned())).isEqualTo(new Answer("SYNTHESIZING", "", Ending.USUAL));
        assertThat(end.steps(end.pinned())).isEmpty();
        assertThat(end.answer(policy(ROUTES))).isEqualTo(new Answer("AWAIT_USER", "look", "something failed"));
        assertThat(
                        end.answer(
                                policy(
                                        HEAD
                                                + "phases: {routes: [{id: odd, from: executing, when: 1 / plan.tasks > 0, to: failed, reason: x}]}")))
                .isEqualTo(new Answer("AWAIT_USER", "odd", "route odd could not be evaluated: it divides by zero"));
    }

    @Test
    void whoResumedARunHasLookedAtItAndTheRouteIsNotTakenNorNamed() {
        // given a run that a route sent to an operator
        Team team = under(ROUTES, "a");
        team.report("w", "a", 1, failed("no", false));
        // when it is resumed
        Input resume = Input.directive(Messages.directive("r", "resume", "seen", new ResumeRun()), Origin.NONE);
        Inquiry end = end(asked(team, resume));
        Decision d = team.direct("olga", "seen", new ResumeRun());
        // then
        assertThat(end.answer(end.pinned())).isEqualTo(new Answer("SYNTHESIZING", "", Ending.USUAL));
        assertThat(d.getRule()).isEmpty();
        assertThat(d.getFacts().get(1).getPhaseChanged().getReason()).isEqualTo(Ending.USUAL);
    }

    @Test
    void whatEndsARunOtherwiseAsksNoRoute() {
        Team team = under(ROUTES, "a", "b");
        for (SpecificRecord word : List.of(new CancelRun(), new PauseRun())) {
            Input input = Input.directive(Messages.directive("r", "m", "because", word), Origin.NONE);
            assertThat(asked(team, input)).isEmpty();
        }
    }

    @Test
    void aGuardThatStopsTheRunAtItsEndIsNoRoute() {
        // given the report that ends the last task and brings the spending to the guard's part
        Team team = under(ROUTES + """
                budgets: {run: {tokens: 100}, task: {tokens: 100}}
                guards: {budget_nearly_spent: {percent: 50, response: pause}}
                """, "a");
        // when
        var spent = new io.taskgraph.avro.Submitted(null, new io.taskgraph.avro.Amounts(60L, 0L, 0L));
        // then
        assertThat(asked(team, "a", spent)).noneMatch(i -> i instanceof Inquiry.Routed);
        assertThat(team.report("w", "a", 1, spent).getFacts())
                .anySatisfy(f -> assertThat(f.getGuardTripped()).isNotNull());
    }

    @Test
    void aDispatchThatIsDeniedIsFoundWhereItFailsTheTask() {
        // given
        String rules = "rules: [{id: never, on: [dispatch], when: task.priority == 1, effect: deny, reason: no}]\n";
        for (String fate : List.of("defer", "fail")) {
            Team team = Team.under(HEAD + "approvals: {on_denial: " + fate + "}\n" + rules);
            // when
            Input patch = Input.mutation(
                    Messages.mutation("r", "m", List.of(add("b"), add(urgent(1, spec("a"))))), Origin.NONE);
            List<Inquiry> asked = asked(team, patch);
            // then
            assertThat(asked)
                    .as(fate)
                    .extracting(Inquiry::about, i -> i.answer(i.pinned()))
                    .contains(tuple("the dispatch of task \"a\"", new Answer("DENY", "never", "no")));
        }
    }
}
