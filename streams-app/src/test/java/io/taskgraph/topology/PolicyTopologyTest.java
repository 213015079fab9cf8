package io.taskgraph.topology;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.taskgraph.avro.ActionAnswer;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.CancelAttempt;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PendingApproval;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.Verdict;
import io.taskgraph.policy.contract.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The policy through the topology: profiles from their topic, answers on the signals, budgets, approvals, summaries. */
class PolicyTopologyTest {
    private static final String TEAM = """
            name: team
            version: 1
            flags: {mutable_graph: true}
            caps: {max_identical_actions: 2, max_runtime: 0s, worker_timeout: 0s, heartbeat_staleness: 1h}
            actions: {read: allow, exec: deny, destructive: await}
            approvals: {expires_after: 10s}
            budgets: {run: {tokens: 1000}, task: {tokens: 300}}
            """;

    @TempDir
    Path stateDir;

    private TopologyFixture topology;

    @BeforeEach
    void start() {
        topology = new TopologyFixture(stateDir);
        topology.publish(TEAM);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private Decision create(String runId, String policy, Map<String, String> labels, String... tasks) {
        Mutation m = topology.create(runId, policy, tasks);
        m.getCreateRun().setLabels(new HashMap<>(labels));
        topology.mutations.pipeInput(runId, m);
        return topology.decisions.readValue();
    }

    private Decision create(String runId, String policy, String... tasks) {
        return create(runId, policy, Map.of(), tasks);
    }

    private Decision say(Report r) {
        topology.reports.pipeInput(r.getRunId(), r);
        return topology.decisions.readValue();
    }

    private Decision say(Directive d) {
        topology.directives.pipeInput(d.getRunId(), d);
        return topology.decisions.readValue();
    }

    /** A run whose task is held by w. */
    private void working() {
        create("r1", "team", "a", "b:a");
        say(topology.started("r1", "w", "a", 1));
        topology.commands.readValuesToList();
    }

    private ActionAnswer answer() {
        Command c = topology.signals.readValue();
        assertThat(c.getWorkerId()).isEqualTo("w");
        assertThat(topology.signals.isEmpty()).isTrue();
        return c.getActionAnswer();
    }

    private Directive approve(String id) {
        Directive d = topology.directive("r1", "ann");
        d.setApprove(new Approve(id));
        return d;
    }

    private RunSummary summary() {
        topology.advance(SummaryProjector.EVERY);
        List<RunSummary> told = topology.summaries.readValuesToList();
        return told.get(told.size() - 1);
    }

    // Profiles.

    private static String digest(String document) {
        return Policy.parse(document).digest();
    }

    @Test
    void aProfileIsFoundByNameInItsLatestVersionAndByNameAndVersion() {
        String second = TEAM.replace("version: 1", "version: 2").replace("1000", "2000");
        String tenth = TEAM.replace("version: 1", "version: 10");
        topology.publish(tenth);
        topology.publish(second);
        assertThat(create("r1", "team").getPolicyDigest()).isEqualTo(digest(tenth));
        assertThat(create("r2", "team@2").getPolicyDigest()).isEqualTo(digest(second));
        assertThat(create("r3", "team@1").getPolicyDigest()).isEqualTo(digest(TEAM));
    }

    @Test
    void theLatestVersionIsTheGreatestNumberHoweverLongItIs() {
        String dated = "name: dated\nversion: ";
        for (String version : List.of("7", "20261124", "999999", "1000000000", "20261125")) {
            topology.publish(dated + version, "team", "data");
        }
        assertThat(create("r1", "dated").getPolicyDigest()).isEqualTo(digest(dated + "1000000000"));
        assertThat(create("r2", "", Map.of("team", "data")).getPolicyDigest()).isEqualTo(digest(dated + "1000000000"));
        assertThat(create("r3", "dated@20261124").getPolicyDigest()).isEqualTo(digest(dated + "20261124"));
    }

    @Test
    void aRunThatChoosesNoneIsGivenOneByItsLabels() {
        topology.publish("name: b-data\n", "team", "data");
        topology.publish("name: a-data\n", "team", "data");
        topology.publish("name: prod\n", "team", "data", "stage", "prod");
        assertThat(policyOf(create("r1", "", Map.of("team", "data", "x", "y")))).isEqualTo("a-data");
        assertThat(policyOf(create("r2", "", Map.of("team", "data", "stage", "prod"))))
                .isEqualTo("prod");
        assertThat(policyOf(create("r3", "", Map.of("team", "web")))).isEqualTo("default");
        assertThat(policyOf(create("r4", "team", Map.of("team", "data")))).isEqualTo("team");
    }

    private static String policyOf(Decision d) {
        return d.getFacts().get(0).getRunCreated().getPolicyName();
    }

    @Test
    void whatCannotBeReadIsWarnedOfOnceWithItsPosition() {
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        Logger keeper = (Logger) LoggerFactory.getLogger(PolicyKeeper.class);
        said.start();
        keeper.addAppender(said);
        try {
            topology.raw(topology.topics.policies().name()).pipeInput("team@2".getBytes(), new byte[] {1, 2, 3});
            create("r1", "team@2");
            create("r2", "team");
        } finally {
            keeper.detachAppender(said);
        }

        assertThat(said.list).singleElement().satisfies(warning -> assertThat(warning.getFormattedMessage())
                .startsWith(topology.topics.policies().name() + "-0 offset 1, key team@2 cannot be read: ")
                .endsWith("Runs that name it are refused; publish it anew or write a tombstone."));
    }

    @Test
    void whatCannotBeReadIsRefusedAndNothingElseTakenInItsStead() {
        topology.raw(topology.topics.policies().name()).pipeInput("team@2".getBytes(), new byte[] {1, 2, 3});
        topology.publishAs("bad@1", "name: bad\ncapz: {}", "team", "data");
        topology.publishAs("odd@1", "name: other\n");
        for (String named : List.of("team", "team@2", "bad", "bad@1", "odd@1", "odd", "nope", "team@", "@", "@1")) {
            Decision d = create("r-" + named.replace('@', '.'), named);
            assertThat(d.getRejection().getCode()).as(named).isEqualTo(RejectionCode.UNKNOWN_POLICY);
            assertThat(d.getRejection().getDetails()).containsEntry("policy", named);
        }
        assertThat(create("r1", "", Map.of("team", "data")).getRejection().getDetails())
                .as("selected, and of no use")
                .containsEntry("policy", "bad@1");
        assertThat(create("r2", "team@1").getOutcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void nobodyPublishesUnderThePresetsNames() {
        topology.publish("name: default\nversion: 7\ncaps: {max_tasks: 10000000}", "team", "data");
        assertThat(create("r1", "default@7").getRejection().getCode()).isEqualTo(RejectionCode.UNKNOWN_POLICY);
        assertThat(create("r2", "default@1").getOutcome()).isEqualTo(Outcome.ACCEPTED);
        Decision selected = create("r3", "", Map.of("team", "data"));
        assertThat(selected.getFacts().get(0).getRunCreated().getPolicyDocument())
                .doesNotContain("10000000");
    }

    @Test
    void aProfileThatIsTakenBackIsGone() {
        topology.raw(topology.topics.policies().name()).pipeInput("team@1".getBytes(), (byte[]) null);
        assertThat(create("r1", "team").getRejection().getCode()).isEqualTo(RejectionCode.UNKNOWN_POLICY);
    }

    @Test
    void runsThatPinnedAVersionGoOnWhenAnotherIsPublished() {
        working();
        topology.publish(TEAM.replace("version: 1", "version: 2").replace("read: allow", "read: deny"));
        Decision asked = say(topology.wants("r1", "w", "a", 1, "fs.read", Risk.READ));
        assertThat(asked.getFacts().get(0).getActionAllowed()).isNotNull();
        assertThat(asked.getPolicyDigest()).isEqualTo(digest(TEAM));
        create("r2", "team", "a");
        assertThat(say(topology.wants("r2", "w", "a", 1, "fs.read", Risk.READ))
                        .getFacts()
                        .get(1)
                        .getActionDenied())
                .isNotNull();
        Directive change = topology.directive("r1", "ann");
        change.setChangePolicy(new io.taskgraph.avro.ChangePolicy("team@2"));
        assertThat(say(change).getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(say(topology.wants("r1", "w", "a", 1, "fs.list", Risk.READ))
                        .getFacts()
                        .get(0)
                        .getActionDenied())
                .isNotNull();
    }

    // Answers.

    @Test
    void anActionIsAnsweredOnTheSignals() {
        working();
        Report read = topology.wants("r1", "w", "a", 1, "fs.read", Risk.READ);
        say(read);
        assertThat(answer())
                .isEqualTo(new ActionAnswer(
                        "a",
                        1,
                        read.getMessageId(),
                        Verdict.ALLOW,
                        "actions.read",
                        "actions of risk read are allowed",
                        null));
        Report exec = topology.wants("r1", "w", "a", 1, "fs.run", Risk.EXEC);
        say(exec);
        assertThat(answer())
                .isEqualTo(new ActionAnswer(
                        "a",
                        1,
                        exec.getMessageId(),
                        Verdict.DENY,
                        "actions.exec",
                        "actions of risk exec are not allowed",
                        null));
    }

    @Test
    void whatWaitsIsAnsweredTwice() {
        working();
        Report drop = topology.wants("r1", "w", "a", 1, "db.drop", Risk.DESTRUCTIVE);
        Decision d = say(drop);
        String id = d.getFacts().get(0).getApprovalRequested().getApprovalId();
        ActionAnswer first = answer();
        assertThat(first.getVerdict()).isEqualTo(Verdict.AWAIT_APPROVAL);
        assertThat(first.getApprovalId()).isEqualTo(id);
        say(approve(id));
        ActionAnswer second = answer();
        assertThat(second.getVerdict()).isEqualTo(Verdict.ALLOW);
        assertThat(second.getRequestId()).isEqualTo(drop.getMessageId());

        Report wipe = topology.wants("r1", "w", "a", 1, "db.wipe", Risk.DESTRUCTIVE);
        say(wipe);
        topology.signals.readValuesToList();
        Directive deny = topology.directive("r1", "ann");
        deny.setDeny(new Deny(summary().getApprovals().get(0).getApprovalId()));
        say(deny);
        ActionAnswer denied = answer();
        assertThat(denied.getVerdict()).isEqualTo(Verdict.DENY);
        assertThat(denied.getReason()).isEqualTo("denied by ann: because");
    }

    @Test
    void aRefusalByACapIsAnAnswerToo() {
        working();
        for (int i = 0; i < 2; i++) {
            Report r = topology.wants("r1", "w", "a", 1, "fs.read", Risk.READ);
            say(r);
            say(topology.did(r));
        }
        topology.signals.readValuesToList();
        Report third = topology.wants("r1", "w", "a", 1, "fs.read", Risk.READ);
        assertThat(say(third).getRejection().getCode()).isEqualTo(RejectionCode.CAP_EXCEEDED);
        ActionAnswer refused = answer();
        assertThat(refused.getVerdict()).isEqualTo(Verdict.DENY);
        assertThat(refused.getRule()).isEqualTo("max_identical_actions");
        assertThat(refused.getRequestId()).isEqualTo(third.getMessageId());
    }

    @Test
    void anAnswerThatWasLostComesAgain() {
        working();
        Report read = topology.wants("r1", "w", "a", 1, "fs.read", Risk.READ);
        say(read);
        ActionAnswer first = answer();
        assertThat(say(read).getOutcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(answer()).isEqualTo(first);
        Report drop = topology.wants("r1", "w", "a", 1, "db.drop", Risk.DESTRUCTIVE);
        String id = say(drop).getFacts().get(0).getApprovalRequested().getApprovalId();
        answer();
        say(approve(id));
        answer();
        say(drop);
        assertThat(answer().getVerdict()).as("as it stands now").isEqualTo(Verdict.ALLOW);
        Report odd = topology.wants("r1", "w", "a", 1, " odd", Risk.READ);
        say(odd);
        assertThat(answer().getVerdict()).isEqualTo(Verdict.DENY);
        say(odd);
        assertThat(answer().getRequestId()).isEqualTo(odd.getMessageId());
    }

    @Test
    void aBypassStopsWhoDidItAlsoUnderAnOldLease() {
        working();
        Report never = topology.wants("r1", "w", "a", 1, "fs.read", Risk.READ);
        say(topology.did(never));
        CancelAttempt cancel = topology.signals.readValue().getCancel();
        assertThat(List.of(cancel.getTaskId(), cancel.getAttempt())).containsExactly("a", 1);
        assertThat(topology.signals.isEmpty()).isTrue();
        RunSummary s = summary();
        assertThat(s.getPhase()).isEqualTo(Phase.AWAIT_USER);
        assertThat(s.getWaitsFor()).isEqualTo("operator");
        assertThat(s.getPhaseReason()).isEqualTo("worker \"w\" performed \"fs.read\" without an allow");
        assertThat(s.getBypasses()).isEqualTo(1);

        say(topology.did(never));
        assertThat(topology.signals.readValue().getCancel().getReason())
                .isEqualTo("it was never asked for with these arguments");
        assertThat(topology.signals.isEmpty()).isTrue();
    }

    /** The report that brings the run on past its time is answered, though it is the reporter's own. */
    @Test
    void aCapThatEndsOtherLeasesOfWhoReportsTellsIt() {
        topology.publish("name: one\ncaps: {heartbeat_staleness: 1h, worker_timeout: 0s, max_identical_actions: 2}\n"
                + "actions: {read: allow}\n"
                + "phases: {transitions: {executing: [synthesizing, failed]}}\n"
                + "guards: {identical_actions: {percent: 100, response: pause}}\n");
        create("r1", "one", "a", "b");
        say(topology.started("r1", "w", "a", 1));
        say(topology.started("r1", "w", "b", 1));
        Report first = topology.wants("r1", "w", "a", 1, "fs.read", Risk.READ);
        say(first);
        say(topology.did(first));
        topology.signals.readValuesToList();
        say(topology.wants("r1", "w", "a", 1, "fs.read", Risk.READ));
        assertThat(topology.signals.readValuesToList().stream()
                        .map(Command::getCancel)
                        .filter(c -> c != null)
                        .map(CancelAttempt::getTaskId))
                .containsExactly("a", "b");
    }

    // Budgets.

    @Test
    void aDispatchTellsItsBudgetAndARunawayIsStoppedByItsHeartbeat() {
        create("r1", "team", "a");
        assertThat(topology.commands.readValue().getDispatch().getBudget()).isEqualTo(new Budget(300L, null, null));
        say(topology.started("r1", "w", "a", 1));
        topology.heartbeats.pipeInput("r1", topology.heartbeat("r1", "w", "a", 1, null));
        assertThat(topology.decisions.isEmpty())
                .as("a sign of life is no decision")
                .isTrue();
        Amounts some = new Amounts(200L, 0L, 0L);
        topology.heartbeats.pipeInput("r1", topology.heartbeat("r1", "w", "a", 1, some));
        assertThat(topology.decisions
                        .readValue()
                        .getFacts()
                        .get(0)
                        .getUsageRecorded()
                        .getTotal())
                .isEqualTo(some);
        topology.heartbeats.pipeInput("r1", topology.heartbeat("r1", "w", "a", 1, some));
        assertThat(topology.decisions.isEmpty())
                .as("nothing new is no decision")
                .isTrue();
        RunSummary before = summary();
        assertThat(before.getSpent()).isEqualTo(some);
        assertThat(before.getReserved()).isEqualTo(new Amounts(100L, 0L, 0L));
        assertThat(before.getBudget()).isEqualTo(new Budget(1_000L, null, null));

        topology.heartbeats.pipeInput("r1", topology.heartbeat("r1", "w", "a", 1, new Amounts(301L, 0L, 0L)));
        Decision d = topology.decisions.readValue();
        assertThat(d.getCause().getFamily()).isEqualTo("heartbeats");
        assertThat(topology.signals.readValue().getCancel().getTaskId()).isEqualTo("a");
        RunSummary after = summary();
        assertThat(after.getPhase()).isEqualTo(Phase.AWAIT_USER);
        assertThat(after.getWaitsFor()).isEqualTo("budget");
        assertThat(after.getPhaseReason()).isEqualTo("task \"a\" used up more tokens than its budget");
    }

    // Approvals.

    @Test
    void nobodyApprovesInTimeAndTheTickDenies() {
        working();
        say(topology.wants("r1", "w", "a", 1, "db.drop", Risk.DESTRUCTIVE));
        answer();
        topology.advance(Duration.ofMillis(9_900));
        assertThat(topology.decisions.isEmpty()).isTrue();
        topology.advance(Duration.ofMillis(200));
        assertThat(topology.decisions.readValue().getFacts().get(0).getApprovalExpired())
                .isNotNull();
        assertThat(answer().getVerdict()).isEqualTo(Verdict.DENY);
    }

    @Test
    void whatWaitsIsInTheSummaryWithWhatAnApproverNeeds() {
        working();
        Report drop = topology.wants("r1", "w", "a", 1, "db.drop", Risk.DESTRUCTIVE);
        String id = say(drop).getFacts().get(0).getApprovalRequested().getApprovalId();
        RunSummary s = summary();
        assertThat(s.getPendingApprovals()).isEqualTo(1);
        PendingApproval p = s.getApprovals().get(0);
        assertThat(p.getApprovalId()).isEqualTo(id);
        assertThat(List.of(p.getTaskId(), p.getAttempt(), p.getTool(), p.getRisk(), p.getPurpose(), p.getRequester()))
                .containsExactly("a", 1, "db.drop", Risk.DESTRUCTIVE, "why", "w");
        assertThat(p.getArgumentsDigest()).isEqualTo(drop.getActionWanted().getArgumentsDigest());
        assertThat(Duration.between(p.getRequestedAt(), p.getExpiresAt())).isEqualTo(Duration.ofSeconds(10));
        say(approve(id));
        assertThat(summary().getApprovals()).isEmpty();
    }

    /** A cache of one entry reads each run from its store anew, as an instance does that has taken it over. */
    @Test
    void whatWaitsSurvivesTheLossOfTheHeap(@TempDir Path otherDir) {
        topology.close();
        topology = new TopologyFixture(otherDir, 1);
        topology.publish(TEAM);
        working();
        String id = say(topology.wants("r1", "w", "a", 1, "db.drop", Risk.DESTRUCTIVE))
                .getFacts()
                .get(0)
                .getApprovalRequested()
                .getApprovalId();
        create("r2", "team", "a");
        answer();
        say(approve(id));
        assertThat(answer().getVerdict()).isEqualTo(Verdict.ALLOW);
    }
}
