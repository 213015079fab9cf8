package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.Cause;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.MoveTask;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PendingApproval;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResolveTask;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.UsageRecorded;
import io.taskgraph.client.ControlPlaneByHand;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.policy.presets.Presets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What operators are shown and what they say, on a real broker, with the control plane's part played by hand. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(180)
class OperatorCommandsTest {
    private static final String PREFIX = "operator-commands.";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] DIGEST = new byte[32];

    private static EmbeddedCluster cluster;
    private static ControlPlaneByHand plane;

    @BeforeAll
    static void start(EmbeddedCluster embedded) {
        cluster = embedded;
        plane = new ControlPlaneByHand(embedded, PREFIX);
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    private static CommandLineRun run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap", cluster.bootstrap(), "--registry", cluster.registryUrl()));
        all.addAll(List.of("--prefix", PREFIX));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    private static RunSummary.Builder summary(String runId) {
        return RunSummary.newBuilder()
                .setRunId(runId)
                .setName("Report")
                .setGoal("ten pages")
                .setPolicyName("strict")
                .setPhase(Phase.EXECUTING)
                .setCreatedAt(Instant.ofEpochMilli(1))
                .setUpdatedAt(Instant.ofEpochMilli(2))
                .setSequence(9)
                .setGraphVersion(4)
                .setStateDigest(new Digest(DIGEST))
                .setDecisionHash(new Digest(DIGEST));
    }

    private static PendingApproval.Builder approval(String id) {
        return PendingApproval.newBuilder()
                .setApprovalId(id)
                .setKind(ApprovalKind.ACTION)
                .setTaskId("production/migrate")
                .setTitle("Migrate\u001b[31m the schema")
                .setAttempt(2)
                .setGraphVersion(4)
                .setTool("db.migrate")
                .setRisk(Risk.DESTRUCTIVE)
                .setArgumentsDigest(new Digest(DIGEST))
                .setPurpose("Add the column")
                .setRequester("worker-7")
                .setRule("actions.destructive")
                .setReason("destructive actions wait")
                .setApproversNeeded(2)
                .setRoles(List.of("lead", "sre"))
                .setApprovers(List.of("olga"))
                .setRequestedAt(Instant.now().minusSeconds(61))
                .setExpiresAt(Instant.now().plusSeconds(3_601));
    }

    @Test
    void whatWaitsIsListedWithAllThatAnApproverNeedsToSee() throws Exception {
        plane.summarize(summary("quiet").build());
        plane.summarize(summary("report")
                .setPendingApprovals(102)
                .setApprovals(List.of(
                        approval("12.1").build(),
                        approval("13.1")
                                .setKind(ApprovalKind.PLAN)
                                .setTaskId(null)
                                .setTitle("ten pages")
                                .setTool("")
                                .setRisk(Risk.UNKNOWN)
                                .setArgumentsDigest(null)
                                .setRule("")
                                .setRoles(List.of())
                                .setApprovers(List.of())
                                .setExpiresAt(Instant.now().minusSeconds(1))
                                .build()))
                .build());

        CommandLineRun people = run("approvals");
        CommandLineRun programs = run("approvals", "report", "--json");

        assertThat(people.exitCode()).as(people.err()).isZero();
        assertThat(people.out())
                .contains("report/12.1  ACTION  task production/migrate: Migrate [31m the schema")
                .contains("db.migrate, destructive")
                .contains("Add the column")
                .contains("sha256 " + HexFormat.of().formatHex(DIGEST))
                .contains(" ago by worker-7, attempt 2, graph version 4")
                .contains("rule actions.destructive: destructive actions wait")
                .contains("1 of 2 (olga, as it says itself), each one of lead, sre")
                .contains("in 1 h 00 m, which denies it")
                .contains("report/13.1  PLAN  ten pages")
                .contains("unknown, so treated as destructive")
                .contains("0 of 2\n")
                .contains("now: it is being denied")
                .contains("and 100 more in run report");
        List<String> lines = programs.out().lines().toList();
        JsonNode first = JSON.readTree(lines.get(0));
        assertThat(lines).hasSize(2);
        assertThat(first.path("approval").asText()).isEqualTo("report/12.1");
        assertThat(first.path("approvers").get(0).asText()).isEqualTo("olga");
        assertThat(first.path("arguments_digest").asText())
                .isEqualTo(HexFormat.of().formatHex(DIGEST));
        assertThat(JSON.readTree(lines.get(1)).path("task_id").isNull()).isTrue();
        assertThat(run("approvals", "quiet").out()).isEqualTo("Nothing waits for approval.\n");
        assertThat(run("approvals", "nobody"))
                .isEqualTo(new CommandLineRun(
                        1, "", "taskgraph: There is no run nobody: `taskgraph runs` lists those there are.\n"));
        assertThat(run("runs").out()).contains("APPROVALS", "102");
    }

    /** Lets a command say so many directives, and decides them: those of a run named `refused` are refused. */
    private static CommandLineRun decided(int directives, String runPart, String... args) throws Exception {
        Set<String> decided = new HashSet<>();
        CompletableFuture<CommandLineRun> command = CompletableFuture.supplyAsync(() -> run(args));
        for (int i = 1; i <= directives; i++) {
            // Runs may be in different partitions, which are read in any order.
            Directive directive = said(runPart, i).stream()
                    .filter(one -> decided.add(one.getMessageId()))
                    .findFirst()
                    .orElseThrow();
            boolean refused = directive.getRunId().endsWith("-refused");
            Decision decision = decision(directive.getRunId(), 20 + i, List.of());
            decision.setCause(Cause.newBuilder()
                    .setFamily("directives")
                    .setMessageId(directive.getMessageId())
                    .build());
            if (refused) {
                decision.setOutcome(Outcome.REJECTED);
                decision.setRejection(
                        new Rejection(RejectionCode.SELF_APPROVAL, "olga asked for it.", Map.of("actor", "olga")));
            }
            plane.decide(decision);
        }
        return command.get(120, TimeUnit.SECONDS);
    }

    private static List<Directive> said(String runPart, int atLeast) {
        return plane
                .readUntil(
                        plane.topics.directives(),
                        read -> read.stream()
                                        .filter(d -> d.getRunId().startsWith(runPart))
                                        .count()
                                >= atLeast)
                .stream()
                .filter(d -> d.getRunId().startsWith(runPart))
                .toList();
    }

    private static Decision decision(String runId, long sequence, List<Fact> facts) {
        return Decision.newBuilder()
                .setRunId(runId)
                .setSequence(sequence)
                .setDecidedAt(Instant.ofEpochMilli(1_000 + sequence))
                .setCause(Cause.newBuilder().setFamily("mutations").build())
                .setOutcome(Outcome.ACCEPTED)
                .setFacts(facts)
                .setGraphVersion(1)
                .setStateDigest(new Digest(DIGEST))
                .setPreviousHash(new Digest(DIGEST))
                .build();
    }

    @Test
    void approvalsAreAnsweredOneAfterTheOtherAndARefusalIsTold() throws Exception {
        CommandLineRun approved = decided(
                2, "app-", "approve", "app-a/12.1", "app-refused/3.2", "--reason", "looks right", "--actor", "olga");
        CommandLineRun denied = decided(1, "den-", "deny", "den-a/12.1", "--reason", "not today", "--json");

        assertThat(approved.exitCode()).isEqualTo(1);
        assertThat(approved.err()).isEmpty();
        assertThat(approved.out())
                .isEqualTo("accepted  app-a/12.1  approved  (decision 21)\n"
                        + "refused   app-refused/3.2  SELF_APPROVAL: olga asked for it.\n");
        List<Directive> approvals = said("app-", 2);
        assertThat(approvals).extracting(Directive::getActor).containsOnly("olga");
        assertThat(approvals).extracting(Directive::getReason).containsOnly("looks right");
        assertThat(approvals)
                .extracting(Directive::getApprove)
                .containsExactlyInAnyOrder(new Approve("12.1"), new Approve("3.2"));
        Directive denial = said("den-", 1).get(0);
        assertThat(denial.getDeny()).isEqualTo(new Deny("12.1"));
        assertThat(denial.getActor()).isEqualTo(System.getProperty("user.name"));
        assertThat(JSON.readTree(denied.out()).path("subject").asText()).isEqualTo("den-a/12.1");
        assertThat(JSON.readTree(denied.out()).path("outcome").asText()).isEqualTo("ACCEPTED");
        assertThat(denied.exitCode()).isZero();
    }

    @Test
    void budgetsCapsAndPoliciesAreChangedByDirective() throws Exception {
        CommandLineRun budget =
                decided(1, "bud-", "budget", "bud-a", "--tokens", "200000", "--cost", "12.50", "--reason", "worth it");
        CommandLineRun task = decided(1, "tas-", "budget", "tas-a", "--task", "t/1", "--time", "2h");
        CommandLineRun cap = decided(1, "cap-", "cap", "cap-a", "heartbeat_staleness", "60s");
        CommandLineRun policy = decided(1, "pol-", "policy", "use", "pol-a", "strict@3");

        assertThat(budget.out()).isEqualTo("accepted  bud-a  budget raised  (decision 21)\n");
        assertThat(said("bud-", 1).get(0).getRaiseBudget())
                .isEqualTo(new RaiseBudget(null, new Budget(200_000L, 12_500_000L, null)));
        assertThat(task.out()).startsWith("accepted  tas-a  budget raised of task t/1");
        assertThat(said("tas-", 1).get(0).getRaiseBudget())
                .isEqualTo(new RaiseBudget("t/1", new Budget(null, null, 7_200_000L)));
        assertThat(cap.out()).startsWith("accepted  cap-a  heartbeat_staleness is 1m");
        assertThat(said("cap-", 1).get(0).getSetCap()).isEqualTo(new SetCap("heartbeat_staleness", "1m"));
        assertThat(policy.out()).startsWith("accepted  pol-a  uses policy strict@3");
        assertThat(said("pol-", 1).get(0).getChangePolicy()).isEqualTo(new ChangePolicy("strict@3"));
    }

    @Test
    void tasksAreRepairedByDirective() throws Exception {
        CommandLineRun retry = decided(1, "ret-", "retry", "ret-a", "t/1", "--onwards", "--reason", "disk is mended");
        CommandLineRun skip = decided(1, "ski-", "skip", "ski-refused", "t/1", "--actor", "olga");
        CommandLineRun resolve = decided(1, "res-", "resolve", "res-a", "t/1", "--as", "done", "--result", "by hand");
        CommandLineRun move = decided(1, "mov-", "move", "mov-a", "t/1", "--agent-type", "writer", "--json");

        assertThat(retry.out())
                .isEqualTo("accepted  ret-a  task t/1 is tried again, and what ended because of it  (decision 21)\n");
        Directive again = said("ret-", 1).get(0);
        assertThat(again.getRetryTask()).isEqualTo(new RetryTask("t/1", true));
        assertThat(again.getReason()).isEqualTo("disk is mended");
        assertThat(skip.exitCode()).isEqualTo(1);
        assertThat(skip.out()).startsWith("refused   ski-refused  ");
        assertThat(said("ski-", 1).get(0).getSkipTask()).isEqualTo(new SkipTask("t/1"));
        assertThat(said("ski-", 1).get(0).getActor()).isEqualTo("olga");
        assertThat(resolve.out()).startsWith("accepted  res-a  task t/1 is done");
        assertThat(said("res-", 1).get(0).getResolveTask())
                .isEqualTo(new ResolveTask("t/1", TaskStatus.DONE, "by hand"));
        assertThat(JSON.readTree(move.out()).path("directive").asText()).isEqualTo("move");
        assertThat(said("mov-", 1).get(0).getMoveTask()).isEqualTo(new MoveTask("t/1", "writer"));
    }

    @Test
    void aResultInReviewIsShownAsOne() {
        plane.summarize(summary("reviewed")
                .setPendingApprovals(1)
                .setApprovals(List.of(approval("12.1")
                        .setKind(ApprovalKind.RESULT)
                        .setTool("")
                        .setArgumentsDigest(null)
                        .setPurpose("ten pages")
                        .setRule("reconcile.review")
                        .setReason("results of risk DESTRUCTIVE are reviewed")
                        .setRoles(List.of())
                        .setApprovers(List.of())
                        .build()))
                .build());

        assertThat(run("approvals", "reviewed").out())
                .contains("reviewed/12.1  RESULT  task production/migrate")
                .contains("result     ten pages")
                .contains(" ago by worker-7, whose work it is, attempt 2")
                .contains("the policy's review: results of risk DESTRUCTIVE are reviewed")
                .contains("in 1 h 00 m, which sends it back");
    }

    private static Fact fact(java.util.function.UnaryOperator<Fact.Builder> kind) {
        return kind.apply(Fact.newBuilder()).build();
    }

    @Test
    void aRunThatStandsStillSaysWhyAndWhatFreesIt() throws Exception {
        // Given a run whose budget was used up while an agent's action waits for approval
        plane.decide(decision(
                "still",
                1,
                List.of(
                        fact(f -> f.setRunCreated(RunCreated.newBuilder()
                                .setName("Still")
                                .setGoal("stand")
                                .setPolicyName("default")
                                .setPolicyDocument(
                                        Presets.named("default").orElseThrow().document())
                                .setBudget(new Budget(1_000L, null, 3_600_000L))
                                .build())),
                        fact(f -> f.setTaskAdded(new TaskAdded(
                                TaskSpec.newBuilder().setTaskId("t").build()))),
                        fact(f -> f.setPhaseChanged(new PhaseChanged(Phase.IDLE, Phase.PLANNING, "created", ""))),
                        fact(f -> f.setPhaseChanged(new PhaseChanged(Phase.PLANNING, Phase.EXECUTING, "planned", ""))),
                        fact(f -> f.setTaskDispatched(new TaskDispatched("t", 1, new Budget(900L, null, null)))),
                        fact(f -> f.setTaskStarted(new TaskStarted("t", 1, "w"))),
                        fact(f -> f.setUsageRecorded(
                                new UsageRecorded("t", 1, new Amounts(600L, 1_250_000L, 61_000L)))))));
        plane.decide(decision(
                "still",
                2,
                List.of(
                        fact(f -> f.setApprovalRequested(ApprovalRequested.newBuilder()
                                .setApprovalId("2.1")
                                .setKind(ApprovalKind.ACTION)
                                .setTaskId("t")
                                .setAttempt(1)
                                .setGraphVersion(1)
                                .setRequestId("m")
                                .setTool("db.drop")
                                .setRequester("w")
                                .setExpiresAt(Instant.ofEpochMilli(9_000))
                                .build())),
                        fact(f -> f.setPhaseChanged(new PhaseChanged(
                                Phase.EXECUTING, Phase.AWAIT_USER, "the budget is used up", "budget"))))));
        CommandLineRun people = run("show", "still");
        JsonNode programs = JSON.readTree(run("show", "still", "--json").out());

        assertThat(people.err()).isEmpty();
        assertThat(people.out())
                .contains(
                        "it waits for an operator (the budget is used up); `taskgraph budget still` shows what was used"
                                + " up, and raises it with --tokens, --cost or --time")
                .contains("1 approval waits: still/2.1")
                .contains("600 tokens spent, 300 tokens reserved, of 1000 tokens; 1.25 USD spent, no limit;"
                        + " 1 m 01 s spent, of 1 h 00 m")
                .contains("RUNNING (asks)");
        assertThat(programs.path("approvals").get(0).asText()).isEqualTo("still/2.1");
        assertThat(programs.path("waits").size()).isEqualTo(2);
        assertThat(programs.path("budget").path("spent").path("tokens").asInt()).isEqualTo(600);
        assertThat(programs.path("budget").path("limit").path("cost_micros").isNull())
                .isTrue();

        // And its budget by itself
        assertThat(run("budget", "still").out().lines())
                .containsExactly(
                        "600 tokens spent, 300 tokens reserved, of 1000 tokens",
                        "1.25 USD spent, no limit",
                        "1 m 01 s spent, of 1 h 00 m");
        assertThat(JSON.readTree(run("budget", "still", "--json").out())
                        .path("currency")
                        .asText())
                .isEqualTo("USD");
        assertThat(run("budget", "nobody").err()).startsWith("taskgraph: There is no run nobody");
        // And the policy that it has pinned
        assertThat(run("policy", "show", "still").out())
                .startsWith("# default@")
                .contains("pinned by run still")
                .endsWith(Presets.named("default").orElseThrow().document());
    }
}
