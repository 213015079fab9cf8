package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.budget;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.PolicyChanged;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run is bounded by changes by an operator's word only, and it is recorded whole. */
class PolicyDirectiveTest {
    private static final String POLICY = """
            name: test
            flags: {mutable_graph: true}
            caps: {max_workers: 1, max_runtime: 10s, worker_timeout: 0s, start_timeout: 1h}
            budgets: {run: {tokens: 100}, task: {tokens: 50}}
            """;
    private static final Policy OTHER = Policy.parse("""
            name: other
            version: 2
            caps: {max_workers: 3, max_runtime: 0s}
            actions: {read: allow}
            """);

    private final Team team = Team.under(POLICY);

    private Decision change(String reference) {
        return team.step(new Input.OfDirective(
                        Messages.directive("r", team.nextMessageId(), "because", new ChangePolicy(reference)),
                        Origin.NONE,
                        name -> name.equals("other@2") ? Optional.of(OTHER) : Presets.named(name)))
                .orElseThrow()
                .decision();
    }

    @Test
    void anotherPolicyIsPinnedWithItsDocumentAndTheRunGoesOnUnderIt() {
        team.patch(add("a"), add("b"), add("c"), add("d"));
        Decision before = team.log.get(1).decision();
        Decision d = change("other@2");
        assertThat(d.getFacts().get(0).getPolicyChanged())
                .isEqualTo(new PolicyChanged("other", OTHER.document(), "because"));
        assertThat(d.getFacts().get(1).getTaskDispatched()).isEqualTo(new TaskDispatched("b", 1, null));
        assertThat(d.getPolicyDigest()).isEqualTo(OTHER.digest()).isNotEqualTo(before.getPolicyDigest());
        assertThat(team.run.graph().inFlight()).isEqualTo(3);
        assertThat(team.run.ledger().limit().tokens()).as("it bounds no budget").isNull();
        team.reload();
        assertThat(team.run.policy()).isEqualTo(OTHER);
        assertThat(team.asks("w", "a", 1, "fs.read", Risk.READ, "x")
                        .getFacts()
                        .get(1)
                        .getActionAllowed())
                .isNotNull();
        assertThat(team.patch(add("e")).getRejection().getCode()).isEqualTo(RejectionCode.FEATURE_DISABLED);
    }

    @Test
    void aPolicyThatNobodyKnowsIsRefused() {
        for (String reference : new String[] {"nope", "", "other@3", "default@9", "x".repeat(1_000)}) {
            Decision d = change(reference);
            assertThat(d.getRejection().getCode()).isEqualTo(RejectionCode.UNKNOWN_POLICY);
            assertThat(d.getRejection().getDetails().get("policy").length()).isLessThanOrEqualTo(512);
        }
        assertThat(team.run.policy().name()).isEqualTo("test");
    }

    @Test
    void aRunThatWaitsForACapGoesOnWhenThePolicyHasALargerOne() {
        team.patch(add("a"));
        team.now += 10_000;
        team.timer(Liveness.SILENT);
        assertThat(team.run.standing().waitsFor()).isEqualTo(Standing.CAP);
        Decision d = change("other@2");
        assertThat(d.getFacts().get(1).getPhaseChanged())
                .isEqualTo(new PhaseChanged(Phase.AWAIT_USER, Phase.EXECUTING, "the policy was changed", ""));
    }

    @Test
    void oneCapIsSetAnew() {
        team.patch(add("a"), add("b"));
        Policy two = team.run.policy().with(Cap.MAX_WORKERS, 2);
        assertAccepted(
                team.direct(new SetCap("max_workers", "2")),
                new PolicyChanged("test", two.document(), "because"),
                new TaskDispatched("b", 1, budget(50L, null, null)));
        assertThat(team.run.policy().caps().maxWorkers()).isEqualTo(2);
        assertThat(team.run.identity().policyDigest()).isEqualTo(two.digest());
    }

    @Test
    void aCapOnTimeHoldsForWhatIsInFlight() {
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        team.direct(new SetCap("worker_timeout", "3s"));
        assertThat(team.run.nextDue()).isLessThanOrEqualTo(Team.START + 3_000);
        team.now += 3_000;
        assertThat(team.timer(w -> team.now)
                        .orElseThrow()
                        .getFacts()
                        .get(0)
                        .getCapReached()
                        .getCap())
                .isEqualTo("worker_timeout");
    }

    @ParameterizedTest
    @CsvSource({
        "max_workers, -1",
        "max_workers, many",
        "max_workers, 10s",
        "max_runtime, 10",
        "max_runtime, 9999h",
        "max_workers, 99999999999999999999",
        "max_tasks, ''"
    })
    void valuesThatCannotBe(String cap, String value) {
        Decision d = team.direct(new SetCap(cap, value));
        assertRefused(d, RejectionCode.INVALID_VALUE, "field", "value");
        assertThat(d.getRejection().getMessage())
                .contains(Cap.ofKey(cap).orElseThrow().range());
    }

    @Test
    void aCapThatIsNone() {
        Decision d = team.direct(new SetCap("max_fun", "3"));
        assertRefused(d, RejectionCode.INVALID_VALUE, "field", "cap");
        assertThat(d.getRejection().getMessage())
                .contains(Arrays.stream(Cap.values()).map(Cap::key).collect(Collectors.joining(", ")));
    }

    /** What it takes to loosen a policy is a directive; nothing that a planner or an agent can say is one. */
    @Test
    void plannersAndAgentsCanLoosenNothing() {
        team.patch(add("a"));
        Policy before = team.run.policy();
        var looser = Messages.spec("b");
        looser.setBudget(budget(90L, null, null));
        team.patch(add(looser));
        var mutation = Messages.mutation("r", team.nextMessageId(), java.util.List.of(add("c")));
        mutation.setCreateRun(new io.taskgraph.avro.CreateRun(
                "n",
                "g",
                "local-permissive",
                new java.util.HashMap<>(),
                budget(1_000_000L, null, null),
                null,
                null,
                null,
                java.util.List.of()));
        assertThat(team.tell(mutation).getRejection().getCode()).isEqualTo(RejectionCode.RUN_EXISTS);
        team.report("w", "a", 1, Messages.used(10, 0, 0));
        assertThat(team.run.policy()).isEqualTo(before);
        assertThat(team.run.ledger().limit().tokens()).isEqualTo(100);
        team.report("w", "a", 1, Messages.submitted(null));
        assertThat(team.run.boundsOfAttempt("b").tokens())
                .as("the tighter bound holds")
                .isEqualTo(50);
    }

    @Test
    void aRunThatWaitsForItsBudgetGoesOnUnderAPolicyThatHasEnough() {
        team.patch(add("a"), add("b"), add("c"));
        for (String task : java.util.List.of("a", "b")) {
            team.start("w", task, 1);
            team.report(
                    "w", task, 1, new io.taskgraph.avro.Submitted(null, new io.taskgraph.avro.Amounts(50L, 0L, 0L)));
        }
        assertThat(team.run.standing().waitsFor()).isEqualTo(Standing.BUDGET);
        change("other@2");
        assertThat(team.run.phase()).isEqualTo(Phase.EXECUTING);
        assertThat(team.status("c")).isEqualTo(io.taskgraph.graph.Status.DISPATCHED);
    }

    @Test
    void aRunThatEndedIsNotBroughtBackByARaise() {
        team.direct(new io.taskgraph.avro.CancelRun());
        team.direct(new RaiseBudget(null, budget(1_000L, null, null)));
        team.direct(new SetCap("max_runtime", "1h"));
        change("other@2");
        assertThat(team.run.phase()).isEqualTo(Phase.FAILED);
    }
}
