package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.risky;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ApprovalDenied;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.ApprovalGiven;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.ApprovalInvalidated;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.policy.contract.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Where a run goes: every transition of the contract that the engine makes, what documents leave out, and what they choose. */
class PhaseTest {
    static final PhaseChanged PLANNING = to(Phase.IDLE, Phase.PLANNING, "there are tasks");
    static final PhaseChanged EXECUTING = to(Phase.PLANNING, Phase.EXECUTING, "the plan is accepted");
    static final PhaseChanged SYNTHESIZING = to(Phase.EXECUTING, Phase.SYNTHESIZING, "every task has ended");
    static final PhaseChanged COMPLETED = to(Phase.SYNTHESIZING, Phase.COMPLETED, "every task has ended");

    private static final String HEAD =
            "name: test\nflags: {mutable_graph: true, reconcile: true}\ncaps: {max_runtime: 0s, worker_timeout: 0s}\n";
    private static final String PLANS = HEAD + """
            rules:
              - {id: look, on: [plan], when: plan.destructive > 0, effect: await, reason: it destroys}
              - {id: too-much, on: [plan], when: plan.exec > 1, effect: deny, reason: it runs too much}
            """;

    private static PhaseChanged to(Phase from, Phase to, String why) {
        return new PhaseChanged(from, to, why, "");
    }

    private static List<Phase> way(Decision d) {
        return d.getFacts().stream()
                .map(Fact::getPhaseChanged)
                .filter(p -> p != null)
                .map(PhaseChanged::getTo)
                .toList();
    }

    /** A run whose one destructive task waits for the approval of its plan. */
    private static Team awaiting(String document) {
        Team team = Team.under(document);
        team.patch(add(risky(Risk.DESTRUCTIVE, spec("a"))));
        return team;
    }

    @Test
    void aPlanThatNeedsApprovalWaits() {
        Team team = Team.under(PLANS);
        assertAccepted(
                team.patch(add(risky(Risk.DESTRUCTIVE, spec("a")))),
                new TaskAdded(risky(Risk.DESTRUCTIVE, spec("a"))),
                PLANNING,
                to(Phase.PLANNING, Phase.AWAIT_APPROVAL, "it destroys"),
                new ApprovalRequested(
                        "2.1",
                        ApprovalKind.PLAN,
                        null,
                        0,
                        1L,
                        "",
                        "",
                        Risk.DESTRUCTIVE,
                        null,
                        "",
                        "planner",
                        "look",
                        "it destroys",
                        1,
                        List.of(),
                        Instant.ofEpochMilli(Team.START + 3_600_000)));
        assertAccepted(
                team.direct("ann", "", new Approve("2.1")),
                new ApprovalGiven("2.1", "ann", ""),
                new ApprovalGranted("2.1"),
                to(Phase.AWAIT_APPROVAL, Phase.EXECUTING, "the plan is approved"),
                new TaskDispatched("a", 1, null));
    }

    @Test
    void aPlanThatIsNotApprovedWaitsToBeChanged() {
        Team team = awaiting(PLANS);
        assertAccepted(
                team.direct("ann", "too risky", new Deny("2.1")),
                new ApprovalDenied("2.1", "ann", "too risky"),
                to(Phase.AWAIT_APPROVAL, Phase.IDLE, "denied by ann: too risky"));
        team.reload();
        assertAccepted(
                team.patch(set("a", TaskStatus.CANCELLED), add(risky(Risk.READ, spec("b")))),
                new io.taskgraph.avro.TaskResolved("a", TaskStatus.CANCELLED, "by the planner", 0),
                new TaskAdded(risky(Risk.READ, spec("b"))),
                PLANNING,
                EXECUTING,
                new TaskDispatched("b", 1, null));
    }

    @Test
    void aPlanThatNobodyApprovesInTimeIsNotApproved() {
        Team team = awaiting(PLANS);
        assertThat(team.run.nextDue()).isEqualTo(Team.START + 3_600_000);
        assertAccepted(
                team.elapse(Liveness.SILENT).orElseThrow(),
                new ApprovalExpired("2.1"),
                to(Phase.AWAIT_APPROVAL, Phase.IDLE, "nobody approved it in time"));
        assertThat(team.run.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aPlanThatChangesIsAskedForAnew() {
        Team team = awaiting(PLANS);
        Decision d = team.patch(title("a", "other"));
        assertThat(d.getFacts().get(1).getApprovalInvalidated()).isEqualTo(new ApprovalInvalidated("2.1", "changed"));
        assertThat(way(d)).containsExactly(Phase.IDLE, Phase.PLANNING, Phase.AWAIT_APPROVAL);
        assertThat(team.pending()).isEqualTo("3.1");
        assertThat(way(team.direct("ann", "", new CancelTask("a"))))
                .as("nothing of it is left")
                .containsExactly(Phase.IDLE, Phase.PLANNING, Phase.EXECUTING, Phase.SYNTHESIZING, Phase.COMPLETED);
    }

    @Test
    void aPlanThatIsDeniedByARuleEndsTheRun() {
        Team team = Team.under(PLANS);
        assertAccepted(
                team.patch(add(risky(Risk.EXEC, spec("a"))), add(risky(Risk.EXEC, spec("b")))),
                new TaskAdded(risky(Risk.EXEC, spec("a"))),
                new TaskAdded(risky(Risk.EXEC, spec("b"))),
                PLANNING,
                new RunCancelled("the policy denies the plan: it runs too much", 2),
                to(Phase.PLANNING, Phase.FAILED, "the policy denies the plan: it runs too much"));
        assertThat(team.log.get(1).decision().getRule()).isEqualTo("too-much");
    }

    @Test
    void aRunThatWaitsForItsPlanCanBeCancelled() {
        Team team = awaiting(PLANS);
        Decision d = team.direct(new CancelRun());
        assertThat(way(d)).containsExactly(Phase.FAILED);
        assertThat(team.run.pendingApprovals()).isEmpty();
    }

    // Narrowed transitions.

    @Test
    void whereApprovalIsNotWaitedForAPlanThatNeedsItFails() {
        for (String narrowed : List.of("planning: [executing, failed]", "await_approval: [failed]")) {
            Team team = awaiting(PLANS + "phases: {transitions: {" + narrowed + "}}");
            assertThat(team.run.phase()).isEqualTo(Phase.FAILED);
            assertThat(team.run.standing().reason())
                    .isEqualTo("the plan needs approval, which the policy does not wait for: it destroys");
        }
    }

    @Test
    void whereADeniedPlanCannotBeMadeAnewTheRunFails() {
        Team team = awaiting(PLANS + "phases: {transitions: {await_approval: [executing, failed]}}");
        assertThat(way(team.direct("ann", "no", new Deny("2.1")))).containsExactly(Phase.FAILED);
        Team changed = awaiting(PLANS + "phases: {transitions: {await_approval: [executing, failed]}}");
        assertThat(way(changed.patch(title("a", "other")))).containsExactly(Phase.FAILED);
    }

    @Test
    void whereNoPlanGoesWithoutApprovalEveryOneWaits() {
        Team team = Team.under(HEAD + "phases: {transitions: {planning: [await_approval, failed]}}");
        assertThat(way(team.patch(add("a")))).containsExactly(Phase.PLANNING, Phase.AWAIT_APPROVAL);
        assertThat(team.run.pendingApprovals().get(0).reason())
                .isEqualTo("the policy lets no plan be executed without approval");
        assertThat(way(team.direct("ann", "", new Approve(team.pending())))).containsExactly(Phase.EXECUTING);
    }

    @Test
    void anApprovedPlanIsExecutedOnlyWherePolicyStillLetsIt() {
        Team team = awaiting(PLANS);
        Policy closed =
                Policy.parse(HEAD.replace("test", "closed") + "phases: {transitions: {await_approval: [failed]}}");
        team.step(new Input.OfDirective(
                Messages.directive("r", "change", "", new ChangePolicy("closed")),
                Origin.NONE,
                name -> Optional.of(closed)));
        assertRefused(
                team.direct("ann", "", new Approve("2.1")),
                RejectionCode.ILLEGAL_TRANSITION,
                "from",
                "AWAIT_APPROVAL",
                "to",
                "EXECUTING");
    }

    @Test
    void whereThereIsNoPauseThereIsNoneAndWhatNeedsOneFails() {
        Team team = Team.under(HEAD + """
                phases: {transitions: {executing: [synthesizing, failed]}}
                budgets: {run: {tokens: 10}, task: {tokens: 10}}
                """);
        team.patch(add("a"), add("b"));
        assertRefused(
                team.direct(new PauseRun()), RejectionCode.ILLEGAL_TRANSITION, "from", "EXECUTING", "to", "AWAIT_USER");
        team.report("w", "a", 1, started());
        assertAccepted(
                team.report("w", "a", 1, Messages.used(11, 0, 0)),
                new io.taskgraph.avro.UsageRecorded("a", 1, new io.taskgraph.avro.Amounts(11L, 0L, 0L)),
                new io.taskgraph.avro.BudgetExhausted("a", "tokens", 10L, 11L, 0L),
                new LeaseRevoked("a", 1, "w", "it used up more tokens than was reserved for it", null),
                new RunCancelled("task \"a\" used up more tokens than its budget", 2),
                to(Phase.EXECUTING, Phase.FAILED, "task \"a\" used up more tokens than its budget"));
    }

    @Test
    void whereNobodyComesBackFromAPauseItIsSaid() {
        Team team = Team.under(HEAD + "phases: {transitions: {await_user: [failed]}}");
        team.patch(add("a"));
        team.direct(new PauseRun());
        assertRefused(
                team.direct(new ResumeRun()),
                RejectionCode.ILLEGAL_TRANSITION,
                "from",
                "AWAIT_USER",
                "to",
                "EXECUTING");
        assertThat(way(team.direct(new CancelRun()))).containsExactly(Phase.FAILED);
    }

    @Test
    void whereTheEndIsReachedThroughReconcilingItIs() {
        Team team = Team.under(HEAD + "phases: {transitions: {executing: [reconciling, failed]}}");
        team.patch(add("a"));
        assertThat(way(team.report("w", "a", 1, submitted(null))))
                .containsExactly(Phase.RECONCILING, Phase.SYNTHESIZING, Phase.COMPLETED);
    }

    @Test
    void whatHasCompletedBeginsAgainOnlyWhereItMay() {
        Team team = Team.under(HEAD + "phases: {transitions: {completed: []}}");
        team.patch(add("a"), set("a", TaskStatus.DONE));
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
        assertRefused(team.patch(add("b")), RejectionCode.ILLEGAL_TRANSITION, "from", "COMPLETED", "to", "IDLE");
    }

    // Reconciling.

    @Test
    void aLostWorkerIsReconciled() {
        Team team = Team.under(HEAD);
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        team.now += 30_000;
        assertAccepted(
                team.timer(Liveness.SILENT).orElseThrow(),
                Messages.silent("w", 30_000, 30_000),
                new WorkerLost("w", Instant.ofEpochMilli(Team.START)),
                to(Phase.EXECUTING, Phase.RECONCILING, "a worker was lost"),
                new AttemptFailed("a", 1, "w", "worker lost", true, null),
                to(Phase.RECONCILING, Phase.EXECUTING, "their leases were taken away"),
                new TaskDispatched("a", 2, null));
    }

    @Test
    void whereThereIsNoWayThroughReconcilingItIsLeftOut() {
        for (String narrowed : List.of(
                "executing: [synthesizing, failed, await_user]", "reconciling: [synthesizing, failed, await_user]")) {
            Team team = Team.under(HEAD + "phases: {transitions: {" + narrowed + "}}");
            team.patch(add("a"));
            team.report("w", "a", 1, started());
            team.now += 30_000;
            assertThat(way(team.timer(Liveness.SILENT).orElseThrow())).isEmpty();
            assertThat(team.task("a").attempt()).isEqualTo(2);
        }
    }

    // Routes.

    @Test
    void aDocumentChoosesWhatFollowsPlanning() {
        String routes = HEAD + """
                phases:
                  routes:
                    - {id: destroys, from: planning, when: plan.destructive > 0, to: await_approval, reason: it destroys}
                    - {id: empty, from: planning, when: plan.tasks == 0, to: failed, reason: nothing to do}
                    - {id: quick, from: planning, when: plan.tasks == 1, to: executing, reason: it is small}
                """;
        Team waits = awaiting(routes);
        assertThat(waits.run.phase()).isEqualTo(Phase.AWAIT_APPROVAL);
        assertThat(waits.run.pendingApprovals().get(0).rule()).isEqualTo("destroys");
        Team empty = Team.under(routes);
        assertThat(way(empty.patch(add("a"), set("a", TaskStatus.DONE)))).containsExactly(Phase.PLANNING, Phase.FAILED);
        assertThat(empty.log.get(1).decision().getRule()).isEqualTo("empty");
        Team quick = Team.under(routes);
        assertThat(quick.patch(add(risky(Risk.READ, spec("a"))))
                        .getFacts()
                        .get(2)
                        .getPhaseChanged())
                .isEqualTo(to(Phase.PLANNING, Phase.EXECUTING, "it is small"));
        Team usual = Team.under(routes);
        assertThat(usual.patch(add(risky(Risk.READ, spec("a"))), add(risky(Risk.READ, spec("b"))))
                        .getFacts()
                        .get(3)
                        .getPhaseChanged())
                .isEqualTo(EXECUTING);
    }

    @Test
    void aDocumentChoosesWhatFollowsExecuting() {
        String routes = HEAD + """
                phases:
                  routes:
                    - {id: bad, from: executing, when: plan.failed > 1, to: failed, reason: too much failed}
                    - {id: look, from: executing, when: plan.failed > 0, to: await_user, reason: something failed}
                """;
        Team bad = Team.under(routes);
        bad.patch(add("a"), add("b", "a"));
        assertAccepted(
                bad.report("w", "a", 1, failed("no", false)),
                new AttemptFailed("a", 1, "w", "no", false, null),
                new io.taskgraph.avro.TaskFailed("a", "no", 1),
                to(Phase.EXECUTING, Phase.FAILED, "too much failed"));
        Team look = Team.under(routes);
        look.patch(add("a"));
        Decision d = look.report("w", "a", 1, failed("no", false));
        assertThat(d.getRule()).isEqualTo("look");
        assertThat(d.getFacts().get(2).getPhaseChanged())
                .isEqualTo(new PhaseChanged(Phase.EXECUTING, Phase.AWAIT_USER, "something failed", "operator"));
        assertThat(way(look.direct(new ResumeRun())))
                .as("who resumes it has looked")
                .containsExactly(Phase.EXECUTING, Phase.SYNTHESIZING, Phase.COMPLETED);
        Team well = Team.under(routes);
        well.patch(add("a"));
        assertThat(way(well.report("w", "a", 1, submitted(null)))).containsExactly(Phase.SYNTHESIZING, Phase.COMPLETED);
    }

    @Test
    void aRouteToReconcilingLeadsThroughIt() {
        Team team = Team.under(HEAD + """
                phases:
                  routes:
                    - {id: check, from: executing, when: "true", to: reconciling, reason: look over it}
                """);
        team.patch(add("a"));
        assertThat(way(team.report("w", "a", 1, submitted(null))))
                .containsExactly(Phase.RECONCILING, Phase.SYNTHESIZING, Phase.COMPLETED);
    }

    // The whole table.

    private static Team executing(String document) {
        Team team = Team.under(document);
        team.patch(add("a"));
        return team;
    }

    private static Team loses(String more) {
        Team team = executing(HEAD.replace("caps: {", "caps: {max_retries: 0, ") + more);
        team.start("w", "a", 1);
        team.now += 30_000;
        team.timer(Liveness.SILENT);
        return team;
    }

    private static List<Team> scenarios() {
        Team approved = awaiting(PLANS);
        approved.direct("ann", "", new Approve(approved.pending()));
        approved.report("w", "a", 1, submitted(null));
        approved.patch(add(risky(Risk.READ, spec("b"))));
        Team denied = awaiting(PLANS);
        denied.direct("ann", "no", new Deny(denied.pending()));
        Team givenUp = awaiting(PLANS);
        givenUp.direct(new CancelRun());
        Team tooMuch = Team.under(PLANS);
        tooMuch.patch(add(risky(Risk.EXEC, spec("a"))), add(risky(Risk.EXEC, spec("b"))));
        Team paused = executing(HEAD);
        paused.direct(new PauseRun());
        paused.direct(new ResumeRun());
        paused.direct(new PauseRun());
        paused.direct(new CancelRun());
        paused.direct(new RetryTask("a", false));
        Team cancelled = executing(HEAD);
        cancelled.direct(new CancelRun());
        Team through = executing(HEAD + "phases: {transitions: {executing: [reconciling, failed]}}");
        through.report("w", "a", 1, submitted(null));
        Team gated = executing(HEAD.replace("reconcile: true", "regression_gates: true") + "gates: {required: [A]}");
        gated.report("w", "a", 1, submitted(null));
        gated.direct(new CancelRun());
        return List.of(
                approved,
                denied,
                givenUp,
                tooMuch,
                paused,
                cancelled,
                through,
                gated,
                loses(""),
                loses("reconcile: {at_retry_cap: pause}"),
                loses(
                        "reconcile: {at_retry_cap: pause}\nphases: {transitions: {reconciling: [executing, synthesizing, failed]}}"));
    }

    /** A run that waits for a person goes on where it was, or ends: it is not planned anew, and no pass is made of it. */
    @Test
    void everyTransitionOfTheContractIsMadeButTwo() {
        TreeSet<String> contract = new TreeSet<>();
        for (var from : io.taskgraph.policy.contract.Phase.values()) {
            from.next().forEach(next -> contract.add(from.key() + " " + next.key()));
        }
        for (Team team : scenarios()) {
            for (Decided decided : team.log) {
                for (Fact f : decided.decision().getFacts()) {
                    PhaseChanged p = f.getPhaseChanged();
                    if (p != null) {
                        contract.remove(Questions.phase(p.getFrom()).key() + " "
                                + Questions.phase(p.getTo()).key());
                    }
                }
            }
        }
        assertThat(contract).containsExactly("await_user idle", "await_user reconciling");
    }
}
