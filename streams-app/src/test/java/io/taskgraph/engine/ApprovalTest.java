package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.arguments;
import static io.taskgraph.engine.Messages.released;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Messages.urgent;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ApprovalDenied;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.ApprovalGiven;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.ApprovalInvalidated;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Actions that wait for approval, who may answer, and what ends it. */
class ApprovalTest {
    static final String POLICY = """
            name: test
            flags: {mutable_graph: true}
            caps: {max_workers: 2, max_runtime: 0s, worker_timeout: 10m, heartbeat_staleness: 1h}
            actions: {read: allow, destructive: await}
            approvals:
              expires_after: 30m
              action:
                destructive: {approvers: 2, roles: [leads, security], expires_after: 20m}
            approvers: {leads: [ann, bob], security: [cleo, w]}
            rules:
              - {id: look-first, on: [dispatch], when: task.priority > 0, effect: await, reason: urgent things wait}
              - {id: not-these, on: [dispatch], when: task.priority < 0, effect: deny, reason: never}
            """;

    private static final long ACTION_EXPIRES = Team.START + 20 * 60_000;

    private final Team team = Team.under(POLICY);

    private Decision request;

    private void anActionWaits() {
        team.patch(add("a"));
        request = team.asks("w", "a", 1, "db.drop", Risk.DESTRUCTIVE, "x");
    }

    private ActionAllowed allowed(String why) {
        return new ActionAllowed(
                "a",
                1,
                "w",
                request.getCause().getMessageId(),
                "db.drop",
                Risk.DESTRUCTIVE,
                arguments("x"),
                "actions.destructive",
                why,
                "to test");
    }

    private ActionDenied denied(String why) {
        return new ActionDenied(
                "a",
                1,
                "w",
                request.getCause().getMessageId(),
                "db.drop",
                Risk.DESTRUCTIVE,
                arguments("x"),
                "actions.destructive",
                why,
                "to test");
    }

    @Test
    void anActionIsAskedForUnderTheTermsOfItsRisk() {
        anActionWaits();
        assertAccepted(
                request,
                new TaskStarted("a", 1, "w"),
                new ApprovalRequested(
                        "3.1",
                        ApprovalKind.ACTION,
                        "a",
                        1,
                        1L,
                        request.getCause().getMessageId(),
                        "db.drop",
                        Risk.DESTRUCTIVE,
                        arguments("x"),
                        "to test",
                        "w",
                        "actions.destructive",
                        "actions of risk destructive need approval",
                        2,
                        List.of("leads", "security"),
                        Instant.ofEpochMilli(ACTION_EXPIRES)));
        assertThat(team.run.nextDue()).isLessThanOrEqualTo(ACTION_EXPIRES);
    }

    @Test
    void itTakesAsManyDifferentApproversAsThePolicySays() {
        anActionWaits();
        assertAccepted(team.direct("ann", "", new Approve("3.1")), new ApprovalGiven("3.1", "ann", ""));
        assertRefused(
                team.direct("ann", "", new Approve("3.1")),
                RejectionCode.ALREADY_APPROVED,
                "approval_id",
                "3.1",
                "actor",
                "ann");
        assertAccepted(
                team.direct("cleo", "", new Approve("3.1")),
                new ApprovalGiven("3.1", "cleo", ""),
                new ApprovalGranted("3.1"),
                allowed("approved"));
        assertThat(team.acted(request, "w", "a", 1, "db.drop", Risk.DESTRUCTIVE, "x")
                        .getFacts()
                        .get(0)
                        .getActionPerformed())
                .isNotNull();
    }

    /** Who has lost the role before enough have approved has approved nothing. What was granted by then stays granted. */
    @Test
    void whoLosesTheRoleTakesTheWordAlongThatWaits() {
        anActionWaits();
        team.direct("ann", "", new Approve("3.1"));
        Policy without = Policy.parse(POLICY.replace("leads: [ann, bob]", "leads: [bob]"), Presets::named);
        team.step(new Input.OfDirective(
                Messages.directive("r", "change", "", new ChangePolicy("without")),
                Origin.NONE,
                name -> Optional.of(without)));
        assertThat(team.run
                        .pendingApprovals()
                        .get(0)
                        .counting(team.run.policy())
                        .approvers())
                .isEmpty();
        assertRefused(
                team.direct("ann", "", new Approve("3.1")),
                RejectionCode.NOT_AN_APPROVER,
                "approval_id",
                "3.1",
                "actor",
                "ann",
                "roles",
                "[\"leads\",\"security\"]");
        assertAccepted(team.direct("cleo", "", new Approve("3.1")), new ApprovalGiven("3.1", "cleo", ""));
        assertAccepted(
                team.direct("bob", "", new Approve("3.1")),
                new ApprovalGiven("3.1", "bob", ""),
                new ApprovalGranted("3.1"),
                allowed("approved"));
    }

    @Test
    void nobodyApprovesTheirOwn() {
        anActionWaits();
        assertRefused(
                team.direct("w", "", new Approve("3.1")),
                RejectionCode.SELF_APPROVAL,
                "approval_id",
                "3.1",
                "actor",
                "w");
        team.patch(add(urgent(1, spec("b"))));
        String ofB = team.run.pendingApprovals().get(1).id();
        assertRefused(
                team.direct("planner", "", new Approve(ofB)),
                RejectionCode.SELF_APPROVAL,
                "approval_id",
                ofB,
                "actor",
                "planner");
    }

    @Test
    void onlyWhoHasARoleAnswersAndNobodyWithoutAName() {
        anActionWaits();
        for (String who : List.of("dave", "operator", "")) {
            for (Object kind : List.of(new Approve("3.1"), new Deny("3.1"))) {
                assertRefused(
                        team.direct(who, "why", (org.apache.avro.specific.SpecificRecord) kind),
                        RejectionCode.NOT_AN_APPROVER,
                        "approval_id",
                        "3.1",
                        "actor",
                        who,
                        "roles",
                        "[\"leads\",\"security\"]");
            }
        }
    }

    @Test
    void aDenialNeedsAReasonAndIsFinal() {
        anActionWaits();
        for (String blank : List.of("", " \t ")) {
            assertRefused(
                    team.direct("ann", blank, new Deny("3.1")), RejectionCode.REASON_REQUIRED, "approval_id", "3.1");
        }
        assertAccepted(
                team.direct("ann", "too much", new Deny("3.1")),
                new ApprovalDenied("3.1", "ann", "too much"),
                denied("denied by ann: too much"));
        assertRefused(
                team.direct("bob", "", new Approve("3.1")),
                RejectionCode.APPROVAL_CLOSED,
                "approval_id",
                "3.1",
                "how",
                "denied");
        assertThat(team.status("a")).as("the attempt goes on").isEqualTo(Status.RUNNING);
    }

    @Test
    void expiryDenies() {
        anActionWaits();
        team.direct("ann", "", new Approve("3.1"));
        team.now = ACTION_EXPIRES;
        assertRefused(
                team.direct("bob", "", new Approve("3.1")),
                RejectionCode.APPROVAL_CLOSED,
                "approval_id",
                "3.1",
                "how",
                "expired");
        assertAccepted(
                team.timer(w -> team.now).orElseThrow(),
                new ApprovalExpired("3.1"),
                denied("nobody approved it in time"));
        assertRefused(
                team.direct("bob", "", new Approve("3.1")),
                RejectionCode.APPROVAL_CLOSED,
                "approval_id",
                "3.1",
                "how",
                "expired");
    }

    @Test
    void aChangeOfTheTaskOvertakesItAndWhoeverWaitsIsTold() {
        anActionWaits();
        io.taskgraph.avro.TaskChange change = new io.taskgraph.avro.TaskChange();
        change.setTitle("other");
        assertAccepted(
                team.patch(title("a", "other")),
                new TaskUpdated("a", change),
                new ApprovalInvalidated("3.1", "changed"),
                denied("the task changed while the action waited for approval; ask again"));
        assertRefused(
                team.direct("ann", "", new Approve("3.1")),
                RejectionCode.APPROVAL_CLOSED,
                "approval_id",
                "3.1",
                "how",
                "changed");
    }

    @Test
    void aChangeOfAnotherTaskDoesNot() {
        anActionWaits();
        team.patch(add("other"));
        assertThat(team.run.pendingApprovals()).hasSize(1);
    }

    @Test
    void theEndOfItsAttemptEndsIt() {
        anActionWaits();
        assertAccepted(
                team.report("w", "a", 1, released("stopping")),
                new LeaseRevoked("a", 1, "w", "stopping", null),
                new ApprovalInvalidated("3.1", "ended"),
                new TaskDispatched("a", 2, null));
        assertRefused(
                team.direct("ann", "", new Approve("3.1")),
                RejectionCode.APPROVAL_CLOSED,
                "approval_id",
                "3.1",
                "how",
                "ended");
    }

    @Test
    void theEndOfItsTaskAndOfItsRunEndIt() {
        anActionWaits();
        team.direct(new CancelTask("a"));
        assertThat(team.run.pendingApprovals()).isEmpty();
        Team other = Team.under(POLICY);
        other.patch(add("a"), add(urgent(1, spec("b"))));
        other.asks("w", "a", 1, "db.drop", Risk.DESTRUCTIVE, "x");
        assertThat(other.run.pendingApprovals()).hasSize(2);
        other.direct(new CancelRun());
        assertThat(other.run.pendingApprovals()).isEmpty();
        assertThat(other.direct("ann", "", new Approve("2.1")).getRejection().getCode())
                .isEqualTo(RejectionCode.APPROVAL_CLOSED);
    }

    @Test
    void theEndOfItsAttemptsTimeEndsItInTheSameDecision() {
        Team timed = Team.under(POLICY.replace("max_runtime: 0s", "max_runtime: 1m"));
        timed.patch(add("a"));
        timed.asks("w", "a", 1, "db.drop", Risk.DESTRUCTIVE, "x");
        timed.now += 60_000;
        assertThat(timed.timer(w -> timed.now).orElseThrow().getFacts())
                .anySatisfy(
                        f -> assertThat(f.getApprovalInvalidated()).isEqualTo(new ApprovalInvalidated("3.1", "ended")));
        assertThat(timed.run.pendingApprovals()).isEmpty();
    }

    @Test
    void whatAnotherRunWaitsForIsUnknownHere() {
        anActionWaits();
        for (String id : List.of("9.1", "", "3", "3.2", "nonsense", "x".repeat(1_000))) {
            Decision d = team.direct("ann", "", new Approve(id));
            assertThat(d.getRejection().getCode()).isEqualTo(RejectionCode.UNKNOWN_APPROVAL);
            assertThat(d.getRejection().getDetails().get("approval_id").length())
                    .isLessThanOrEqualTo(512);
        }
    }

    @Test
    void aPauseAndAReloadEndNothing() {
        anActionWaits();
        team.direct(new PauseRun());
        team.reload();
        assertThat(team.run.pendingApprovals()).hasSize(1);
        team.direct("ann", "", new Approve("3.1"));
        team.reload();
        assertThat(team.direct("bob", "", new Approve("3.1")).getFacts().get(2).getActionAllowed())
                .isEqualTo(allowed("approved"));
    }

    @Test
    void theSameActionIsNotAskedForTwiceWhileItWaits() {
        anActionWaits();
        Decision again = team.asks("w", "a", 1, "db.drop", Risk.DESTRUCTIVE, "x");
        assertRefused(
                again,
                RejectionCode.DENIED,
                "rule",
                "actions.destructive",
                "reason",
                "actions of risk destructive need approval",
                "request_id",
                again.getCause().getMessageId(),
                "task_id",
                "a",
                "attempt",
                "1",
                "worker_id",
                "w");
        assertThat(team.run.pendingApprovals()).hasSize(1);
    }

    /** The time of an attempt does not run while it waits for a person, and runs on when it is answered. */
    @Test
    void waitingIsNoWork() {
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        team.now += 5 * 60_000;
        request = team.asks("w", "a", 1, "db.drop", Risk.DESTRUCTIVE, "x");
        team.now += 15 * 60_000;
        assertThat(team.timer(w -> team.now)).isEmpty();
        team.direct("ann", "", new Approve("4.1"));
        team.direct("bob", "", new Approve("4.1"));
        assertThat(team.timer(w -> team.now)).isEmpty();
        assertThat(team.run.nextDue()).isEqualTo(team.now + 5 * 60_000);
        team.now += 5 * 60_000 - 1;
        assertThat(team.timer(w -> team.now)).isEmpty();
        team.now += 1;
        assertThat(team.timer(w -> team.now)
                        .orElseThrow()
                        .getFacts()
                        .get(0)
                        .getCapReached()
                        .getCap())
                .isEqualTo("worker_timeout");
    }
}
