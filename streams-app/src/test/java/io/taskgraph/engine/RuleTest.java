package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.risky;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.urgent;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RuleNoted;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.Verdict;
import io.taskgraph.policy.contract.Policy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rules at the decisions that ask them: their effect, their name on the decision, and what has no effect. */
class RuleTest {
    private static String with(String... rules) {
        StringBuilder y = new StringBuilder("name: test\nflags: {mutable_graph: true}\ncaps: {max_runtime: 0s}\n");
        y.append("actions: {read: allow, write: await}\nrules:\n");
        for (String r : rules) {
            y.append("  - {").append(r).append("}\n");
        }
        return y.toString();
    }

    private static Decision create(String document, Map<String, String> labels, Operation... operations) {
        Mutation m = Messages.mutation("n", "m", List.of(operations));
        m.setCreateRun(new CreateRun("n", "g", "test", new HashMap<>(labels), null, null, null, null, List.of()));
        Policy policy = Policy.parse(document);
        return new Team("n")
                .step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(policy)))
                .orElseThrow()
                .decision();
    }

    @Test
    void onCreate() {
        String deny =
                with("id: owned, on: [create], when: '!(\"owner\" in run.labels)', effect: deny, reason: no owner");
        Decision refused = create(deny, Map.of(), add("a"));
        assertRefused(refused, RejectionCode.DENIED, "rule", "owned", "reason", "no owner");
        assertThat(refused.getSequence()).as("there is no such run").isZero();
        assertThat(refused.getRule()).isEqualTo("owned");
        Decision made = create(deny, Map.of("owner", "ann"), add("a"));
        assertThat(made.getRejection()).isNull();
        String allow = with("id: fine, on: [create], when: \"true\", effect: allow, reason: fine");
        assertThat(create(allow, Map.of()).getRule()).isEqualTo("fine");
    }

    @Test
    void onPatch() {
        Team team = Team.under(with(
                "id: large, on: [patch], when: patch.added > 1, effect: deny, reason: one at a time",
                "id: small, on: [patch], when: patch.added == 1, effect: allow, reason: fine"));
        Decision d = team.patch(add("a"), add("b"));
        assertRefused(d, RejectionCode.DENIED, "rule", "large", "reason", "one at a time");
        assertThat(d.getRule()).isEqualTo("large");
        assertThat(team.run.graph().size()).as("nothing of it").isZero();
        assertThat(team.patch(add("a")).getRule()).isEqualTo("small");
    }

    @Test
    void onPlan() {
        String rules = with(
                "id: exec, on: [plan], when: plan.exec > 0, effect: deny, reason: runs nothing",
                "id: write, on: [plan], when: plan.write > 0, effect: await, reason: look",
                "id: read, on: [plan], when: plan.read > 0, effect: allow, reason: fine");
        record Case(Risk risk, String rule, Phase phase) {}
        for (Case c : List.of(
                new Case(Risk.EXEC, "exec", Phase.FAILED),
                new Case(Risk.WRITE, "write", Phase.AWAIT_APPROVAL),
                new Case(Risk.READ, "read", Phase.EXECUTING))) {
            Team team = Team.under(rules);
            assertThat(team.patch(add(risky(c.risk, spec("a")))).getRule()).isEqualTo(c.rule);
            assertThat(team.run.phase()).isEqualTo(c.phase);
        }
    }

    @Test
    void onDispatch() {
        String rules = with(
                "id: never, on: [dispatch], when: task.priority > 1, effect: deny, reason: no",
                "id: wait, on: [dispatch], when: task.priority > 0, effect: await, reason: look",
                "id: go, on: [dispatch], when: task.priority == 0, effect: allow, reason: fine");
        for (int priority = 0; priority <= 2; priority++) {
            Team team = Team.under(rules);
            Decision d = team.patch(add(urgent(priority, spec("a"))));
            assertThat(d.getRule()).isEqualTo(List.of("go", "wait", "never").get(priority));
            assertThat(team.status("a").name())
                    .isEqualTo(List.of("DISPATCHED", "AWAITING_APPROVAL", "DEFERRED")
                            .get(priority));
        }
    }

    /** Rules only tighten what the table of actions says; deny overrides await, await overrides allow. */
    @Test
    void onAction() {
        Team team = Team.under(with(
                "id: drop, on: [action], when: action.tool.startsWith(\"db.\"), effect: deny, reason: no data",
                "id: prod, on: [action], when: action.tool.startsWith(\"prod.\"), effect: await, reason: look",
                "id: free, on: [action], when: \"true\", effect: allow, reason: fine, priority: 9"));
        team.patch(add("a"));
        assertThat(team.asks("w", "a", 1, "db.get", Risk.READ, "x").getRule()).isEqualTo("drop");
        assertThat(team.asks("w", "a", 1, "prod.get", Risk.READ, "x")
                        .getFacts()
                        .get(0)
                        .getApprovalRequested())
                .satisfies(r -> assertThat(r.getRule()).isEqualTo("prod"));
        assertThat(team.asks("w", "a", 1, "fs.get", Risk.READ, "x")
                        .getFacts()
                        .get(0)
                        .getActionAllowed())
                .satisfies(r -> assertThat(r.getRule()).isEqualTo("free"));
        assertThat(team.asks("w", "a", 1, "fs.put", Risk.WRITE, "x")
                        .getFacts()
                        .get(0)
                        .getApprovalRequested())
                .satisfies(r -> assertThat(r.getRule()).isEqualTo("actions.write"));
        assertThat(team.asks("w", "a", 1, "fs.run", Risk.EXEC, "x")
                        .getFacts()
                        .get(0)
                        .getActionDenied())
                .satisfies(r -> assertThat(r.getRule()).isEqualTo("actions.exec"));
    }

    @Test
    void aRuleThatCannotBeEvaluatedDenies() {
        Team team = Team.under(with(
                "id: broken, on: [action, dispatch], when: 1 / (counts.dispatches - 1) > 0, effect: allow, reason: x"));
        team.patch(add("a"));
        Decision d = team.asks("w", "a", 1, "fs.read", Risk.READ, "x");
        assertThat(d.getFacts().get(1).getActionDenied().getRule()).isEqualTo("broken");
        assertThat(d.getFacts().get(1).getActionDenied().getReason())
                .startsWith("rule broken could not be evaluated: ");
        Decision next = team.patch(add("b"));
        assertThat(next.getFacts().get(1).getTaskDeferred().getReason())
                .startsWith("rule broken denies its dispatch: rule broken could not be evaluated: ");
    }

    @Test
    void whatIsOnlyTriedIsNotedWithoutEffect() {
        Team team = Team.under(with(
                "id: tried, on: [dispatch, patch, plan, create], when: \"true\", effect: deny, reason: no, enforcement: warn",
                "id: heard, on: [dispatch], when: \"true\", effect: await, reason: hm, enforcement: audit",
                "id: agrees, on: [dispatch], when: \"true\", effect: allow, reason: ok, enforcement: audit"));
        assertAccepted(
                team.patch(add("a")),
                new TaskAdded(spec("a")),
                new RuleNoted("tried", "warn", Verdict.DENY, "patch", null, "no"),
                PhaseTest.PLANNING,
                new RuleNoted("tried", "warn", Verdict.DENY, "plan", null, "no"),
                PhaseTest.EXECUTING,
                new RuleNoted("heard", "audit", Verdict.AWAIT_APPROVAL, "dispatch", "a", "hm"),
                new RuleNoted("tried", "warn", Verdict.DENY, "dispatch", "a", "no"),
                new TaskDispatched("a", 1, null));
        assertThat(team.log.get(1).decision().getRule()).isEmpty();
    }

    @Test
    void whatWasNotedOfARefusalIsToldInIt() {
        Team team = Team.under(
                with(
                        "id: no, on: [patch], when: \"true\", effect: await, reason: hm, enforcement: audit"
                                .replace("await", "deny"),
                        "id: large, on: [patch], when: patch.added > 1, effect: deny, reason: one at a time",
                        "id: broken, on: [patch], when: 1 / (patch.added - 2) > 0, effect: deny, reason: x, enforcement: warn"));
        assertRefused(
                team.patch(add("a"), add("b")),
                RejectionCode.DENIED,
                "rule",
                "large",
                "reason",
                "one at a time",
                "noted",
                "[\"broken\"]");
    }

    @Test
    void countsAreWhatHasHappened() {
        Team team = Team.under(with(
                "id: thrice, on: [action], when: counts.identical_actions >= 2, effect: deny, reason: enough",
                "id: many, on: [action], when: counts.actions >= 3, effect: deny, reason: plenty"));
        team.patch(add("a"));
        for (int i = 0; i < 2; i++) {
            Decision d = team.asks("w", "a", 1, "fs.read", Risk.READ, "x");
            team.acted(d, "w", "a", 1, "fs.read", Risk.READ, "x");
        }
        assertThat(team.asks("w", "a", 1, "fs.read", Risk.READ, "x").getRule()).isEqualTo("thrice");
        assertThat(team.asks("w", "a", 1, "fs.read", Risk.READ, "y").getRule()).isEqualTo("actions.read");
        assertThat(team.asks("w", "a", 1, "fs.read", Risk.READ, "z").getRule()).isEqualTo("many");
    }
}
