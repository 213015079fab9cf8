package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.WhyTest.kinds;
import static io.taskgraph.engine.WhyTest.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.query.Since;
import io.taskgraph.query.why.Limit;
import io.taskgraph.query.why.OnBudget;
import io.taskgraph.query.why.OnTasks;
import io.taskgraph.query.why.OutOfTime;
import io.taskgraph.query.why.Reason;
import io.taskgraph.query.why.SetAside;
import io.taskgraph.query.why.Waiting;
import io.taskgraph.query.why.Waits;
import io.taskgraph.query.why.Working;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said to free a run or a task does free it. */
class WhyFreedTest {
    private static Waiting run(Team team) {
        return Waits.of(view(team)).run();
    }

    private static Waiting task(Team team, String id) {
        return Waits.of(view(team)).task(id).orElseThrow();
    }

    private static Since last(Team team, String family, String actor) {
        return new Since(team.run.lastDecidedAt(), team.run.sequence(), family, actor, "");
    }

    @Test
    void ofALongChainTheTaskThatHoldsItUpIsNamed() {
        // Given 5,000 tasks one after the other
        Team team = Team.standard();
        List<Operation> chain = new ArrayList<>(List.of(add("t0")));
        for (int i = 1; i < 5_000; i++) {
            chain.add(add("t" + i, "t" + (i - 1)));
        }
        team.patch(chain);
        Since planned = last(team, "mutations", "planner");
        // When the last is asked about, then the first is the answer
        Waiting last = task(team, "t4999");
        assertThat(last.reasons())
                .containsExactly(new OnTasks(
                        "r",
                        "t4999",
                        List.of("t4998"),
                        1,
                        List.of(task(team, "t0")),
                        Map.of(Status.DISPATCHED, 1),
                        4_998,
                        List.of(),
                        planned));
        assertThat(kinds(task(team, "t0"))).containsExactly("offered");
    }

    @Test
    void ofManyTasksAFewAreNamedAndAllAreCounted() {
        Team team = Team.standard();
        List<Operation> tasks = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            tasks.add(add("t" + i));
        }
        tasks.add(add("late"));
        tasks.add(set("late", TaskStatus.DEFERRED));
        team.patch(tasks);

        OnTasks reason = (OnTasks) run(team).reasons().get(0);
        assertThat(reason.unmet()).isEqualTo(1_001);
        assertThat(reason.roots()).isEqualTo(Map.of(Status.DISPATCHED, 2, Status.READY, 998, Status.DEFERRED, 1));
        assertThat(reason.through())
                .extracting(Waiting::taskId)
                .as("what needs a person first, then what is out, then the queue")
                .containsExactly("late", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8");
        assertThat(task(team, "t500").reasons().get(0).details()).containsEntry("ahead", 498);
    }

    @Test
    void aTaskIsReadySinceItsLastDependencyWasDone() {
        // Given one worker, and b behind a
        Team team = Team.with(Team.workers(1));
        team.patch(add("a"), add("z"), add("b", "a"));
        Since planned = last(team, "mutations", "planner");
        assertThat(task(team, "z").since()).isEqualTo(planned);
        // When a is done, which lets z out
        team.now += 5_000;
        team.report("w", "a", 1, started());
        team.now += 5_000;
        team.report("w", "a", 1, new Submitted("", null));
        // Then b is ready since then, and waits for the slot that z has
        Waiting b = task(team, "b");
        assertThat(b.where()).isEqualTo("READY");
        assertThat(b.since()).isEqualTo(last(team, "reports", "w"));
        assertThat(b.reasons().get(0).through()).containsExactly(task(team, "z"));
        // When the cap is what its reason says, then it is out
        team.direct(new SetCap("max_workers", "2"));
        assertThat(team.status("b")).isEqualTo(Status.DISPATCHED);
    }

    @Test
    void aBudgetThatDoesNotSufficeIsNamedWithWhatIsMissing() {
        // Given room for one attempt
        Team team = Team.under("""
                name: test
                flags: {mutable_graph: true}
                budgets: {run: {tokens: 100}, task: {tokens: 60}}
                """);
        team.patch(add("a"), add("b"), add("c"));
        Since planned = last(team, "mutations", "planner");
        // Then b lacks 20 tokens, and c, which is not overtaken, waits for the same
        OnBudget lacking = new OnBudget("r", "b", "tokens", 100, 60, 60, List.of(task(team, "a")), planned);
        assertThat(task(team, "b").reasons()).containsExactly(lacking);
        assertThat(task(team, "c").reasons()).containsExactly(lacking);
        assertThat(lacking.missing()).isEqualTo(20);
        // When a uses up what it may
        team.report("w", "a", 1, started());
        team.now += 1_000;
        team.report("w", "a", 1, new Submitted("", new Amounts(60L, 0L, 0L)));
        // Then the run waits for its budget
        assertThat(team.run.phase()).isEqualTo(Phase.AWAIT_USER);
        assertThat(kinds(run(team))).containsExactly("phase", "budget");
        OnBudget stands = new OnBudget("r", "b", "tokens", 100, 60, 60, List.of(), last(team, "reports", "w"));
        assertThat(run(team).reasons().get(1)).isEqualTo(stands);
        assertThat(task(team, "b").reasons()).isEqualTo(run(team).reasons());
        assertThat(stands.frees()).isEqualTo("at least this much: `taskgraph budget r --tokens 120`");
        // And goes on with just that
        team.direct(new RaiseBudget(null, new Budget(119L, null, null)));
        assertThat(team.run.phase()).isEqualTo(Phase.AWAIT_USER);
        team.direct(new RaiseBudget(null, new Budget(120L, null, null)));
        assertThat(team.status("b")).isEqualTo(Status.DISPATCHED);
    }

    @Test
    void aRunOutOfTimeNamesTheCap() {
        Team team = Team.with(Team.CAPS.with(Cap.MAX_RUNTIME, 60_000));
        team.patch(add("a"));
        assertThat(run(team).reasons().get(0).limits())
                .containsExactly(
                        new Limit("max_runtime", Team.START + 60_000, "the run stops, and its leases are taken"));
        team.now += 60_000;
        team.timer(Liveness.SILENT);

        assertThat(kinds(run(team))).containsExactly("phase", "cap");
        OutOfTime reason = (OutOfTime) run(team).reasons().get(1);
        assertThat(reason).isEqualTo(new OutOfTime("r", 60_000, Team.START, last(team, "timers", "")));
        assertThat(reason.frees()).endsWith("`taskgraph cap r max_runtime 0ms`");
        team.direct(new SetCap("max_runtime", "0ms"));
        assertThat(kinds(run(team))).containsExactly("tasks");
        assertThat(run(team).reasons().get(0).limits()).isEmpty();
    }

    @Test
    void anActionThatWaitsForApprovalIsToldBesideTheWork() {
        // Given an attempt whose worker asks
        Team team = Team.under("""
                name: test
                flags: {mutable_graph: true}
                actions: {profile: strict}
                approvers: {lead: [operator]}
                approvals: {action: {write: {roles: [lead], expires_after: 10m}}}
                """);
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        assertThat(task(team, "a").reasons().get(0).limits())
                .containsExactly(new Limit("worker_timeout", Team.START + 120_000, "the attempt fails"));
        team.now += 1_000;
        team.report("w", "a", 1, new ActionWanted("fs.write", Risk.WRITE, new Digest(new byte[32]), "save"));
        // Then its time does not run, and who may answer is told
        Waiting a = task(team, "a");
        assertThat(kinds(a)).containsExactly("running", "approval");
        assertThat(((Working) a.reasons().get(0)).limits()).isEmpty();
        Reason approval = a.reasons().get(1);
        String id = (String) approval.details().get("approval");
        assertThat(approval.since()).isEqualTo(Since.at(team.now));
        assertThat(approval.limits()).containsExactly(new Limit("expiry", team.now + 600_000, "the action is denied"));
        assertThat(approval.frees())
                .startsWith("`taskgraph approve " + id + "`")
                .endsWith(" by 1 more person, each one of lead, not w who asked");
        // When it is approved, then nothing but the work is left
        team.direct(new Approve(id.substring(2)));
        assertThat(kinds(task(team, "a"))).containsExactly("running");
    }

    @Test
    void aDeniedTaskIsSetAsideByAnOperatorAndRequeuedByAPlanner() {
        Team team = Team.under(WhyTest.ASKS);
        team.patch(add("a"));
        team.direct(new Deny("2.1"));
        Since denied = last(team, "directives", "operator");

        SetAside reason = (SetAside) task(team, "a").reasons().get(0);
        assertThat(reason)
                .isEqualTo(new SetAside(
                        "r", "a", team.task("a").outcome(), java.util.Optional.empty(), false, List.of(), denied));
        assertThat(reason.what()).contains("because");
        assertThat(reason.details()).containsEntry("by_family", "directives").containsEntry("by", "operator");
        team.patch(set("a", TaskStatus.PENDING));
        assertThat(kinds(task(team, "a"))).containsExactly("approval");
    }

    @Test
    void aRefusedPlanWaitsForAnother() {
        Team team = Team.under(WhyTest.ASKS_FOR_PLANS);
        team.patch(add("a"));
        assertThat(kinds(task(team, "a"))).containsExactly("phase", "approval");
        team.direct(new Deny("2.1"));
        assertThat(run(team).reasons()).singleElement().satisfies(reason -> assertThat(reason.details())
                .containsEntry("hold", "plan_refused"));
        team.patch(add("b"));
        assertThat(kinds(run(team))).containsExactly("phase", "approval");
    }

    @Test
    void moreThanOneDecisionAsksForWaitsForTheNext() {
        // Given more tasks than one decision asks approval for
        Team team = Team.under(WhyTest.ASKS);
        List<Operation> tasks = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            tasks.add(add("t" + i));
        }
        team.patch(tasks);
        // Then the rest waits for an answer
        Waiting rest = task(team, "t149");
        assertThat(kinds(rest)).containsExactly("next_decision");
        assertThat(rest.reasons().get(0).details()).isEqualTo(Map.of("pending_approvals", 100));
        team.direct(new Approve("2.1"));
        assertThat(kinds(task(team, "t149"))).containsExactly("approval");
    }

    @Test
    void aQuarantineHoldsEverything() {
        // Given a run on one of whose inputs the engine failed
        Team team = Team.standard();
        team.patch(add("a"), add("b", "a"));
        team.now += 1_000;
        Input input = Input.mutation(Messages.mutation("r", "bad", List.of(add("c"))), Origin.NONE);
        team.log.add(team.engine.quarantine(team.run, input, team.now, new IllegalStateException("boom")));
        // Then that is told of all of it, and no date is given, for nothing follows from one
        assertThat(kinds(run(team))).containsExactly("quarantine", "tasks");
        assertThat(kinds(task(team, "a"))).containsExactly("offered", "quarantine");
        assertThat(kinds(task(team, "b"))).containsExactly("dependencies", "quarantine");
        assertThat(task(team, "a").reasons().get(0).limits()).isEmpty();
        assertThat(run(team).reasons().get(0).since()).isEqualTo(last(team, "mutations", "planner"));
        // When it is released
        team.direct(new ReleaseRun());
        assertThat(kinds(run(team))).containsExactly("tasks");
        assertThat(task(team, "a").reasons().get(0).limits())
                .containsExactly(
                        new Limit("start_timeout", Team.START + 600_000, "it is taken back, and offered again"));
    }

    @Test
    void commandsHoldTheirIdsTogether() {
        Team team = Team.standard();
        team.patch(add("-it's; rm"));
        team.report("w", "-it's; rm", 1, started());
        assertThat(task(team, "-it's; rm").reasons().get(0).frees())
                .contains("`taskgraph cancel r --task='-it'\\''s; rm'`");
    }

    @Test
    void anUnknownTaskHasNoAnswer() {
        assertThat(Waits.of(view(Team.standard())).task("nobody")).isEmpty();
    }
}
