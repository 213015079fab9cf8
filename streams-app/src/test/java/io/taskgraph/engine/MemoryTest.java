package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.op;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchRuntimeException;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.RunQuarantined;
import io.taskgraph.avro.RunReleased;
import io.taskgraph.avro.WorkerLost;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a run remembers: the messages that it was told, and that the engine failed on it. */
class MemoryTest {
    private final Team team = Team.with(Team.workers(1));

    @Test
    void aMessageSentAgainGetsTheDecisionItGot() {
        Mutation accepted = Messages.mutation("r", "good", List.of(add("a")));
        Mutation refused = Messages.mutation("r", "bad", List.of(add("a")));
        team.tell(accepted);
        team.tell(refused);
        team.reload();

        Decision again = team.tell(accepted);
        assertThat(again.getOutcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(again.getDuplicateOf()).isEqualTo(2);
        assertThat(again.getRejection()).isNull();
        assertThat(again.getFacts()).isEmpty();

        Decision refusedAgain = team.tell(refused);
        assertThat(refusedAgain.getOutcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(refusedAgain.getDuplicateOf()).isEqualTo(3);
        assertThat(refusedAgain.getRejection().getCode()).isEqualTo(RejectionCode.DUPLICATE_TASK);
        assertThat(refusedAgain.getRejection().getDetails()).isEqualTo(Map.of("graph_version", "1"));
        assertThat(team.run.sequence()).isEqualTo(5);
        assertThat(team.run.rejected()).isEqualTo(1);
    }

    @Test
    void anAgentCannotUseUpAnOperatorsMessageId() {
        team.patch(add("a"));
        team.tell(Messages.report("r", "stop-1", "w", "a", 1, started()));
        assertAccepted(
                team.tell(Messages.directive("r", "stop-1", "", new PauseRun())),
                new PhaseChanged(Phase.EXECUTING, Phase.AWAIT_USER, "paused", "operator"));
    }

    @Test
    void messagesAreForgottenByCount() {
        Mutation first = Messages.mutation("r", "first", List.of(add("a")));
        team.tell(first);
        // The run's creation is remembered, too.
        for (int i = 0; i < 999; i++) {
            team.patch(title("a", "t" + i));
        }
        assertThat(team.run.answers()).hasSize(1_000);
        assertThat(team.tell(first).getOutcome()).isEqualTo(Outcome.DUPLICATE);
        team.patch(title("a", "one more"));
        assertThat(team.run.answers()).hasSize(1_000);
        assertThat(team.tell(first).getRejection().getCode()).isEqualTo(RejectionCode.DUPLICATE_TASK);
        // 1,002 were told, sixteen an entry, and the oldest entry has lost two; a task, identity, header and the
        // planner.
        assertThat(team.stored).hasSize(63 + 1 + 3);
        team.reload();
        assertThat(team.run.answers()).hasSize(1_000);
        assertThat(team.tell(first).getOutcome())
                .as("it was refused when it came again")
                .isEqualTo(Outcome.DUPLICATE);
    }

    @Test
    void aFloodOfReportsDoesNotPushOutAPlannersMessage() {
        Mutation first = Messages.mutation("r", "first", List.of(add("a")));
        team.tell(first);
        for (int i = 0; i < 1_100; i++) {
            team.tell(Messages.report("r", "flood-" + i, "w", "nowhere", 1, started()));
        }
        assertThat(team.tell(first).getOutcome()).isEqualTo(Outcome.DUPLICATE);
    }

    @Test
    void messagesAreForgottenByAge() {
        team.patch(add("a"));
        team.now += Answer.REMEMBERED_FOR;
        team.patch(title("a", "t"));
        assertThat(team.run.answers()).hasSize(3);
        team.now += 1;
        team.patch(title("a", "u"));
        assertThat(team.run.answers()).map(Answer::message).containsExactly("mutations/m2", "mutations/m3");
    }

    @Test
    void anInputThatMakesTheEngineThrowLeavesTheRunAsItWas() {
        team.patch(add("a"));
        RunImage before = RunImage.of(team.run);
        Mutation broken = Messages.mutation("r", "broken", List.of(add("x"), op(new AddTask(null))));
        RuntimeException e = catchRuntimeException(() -> team.tell(broken));
        assertThat(e).isInstanceOf(NullPointerException.class);
        assertThat(RunImage.of(team.run)).isEqualTo(before);
        assertThat(team.run.seal()).isEmpty();
    }

    @Test
    void quarantineAndRelease() {
        team.patch(add("a"));
        Mutation broken = Messages.mutation("r", "broken", List.of(op(new AddTask(null))));
        team.reload();
        Decided q = team.engine.quarantine(
                team.run, Input.mutation(broken, Origin.NONE), team.now, new IllegalStateException("boom"));
        String reason = "the engine failed on this input: IllegalStateException: boom";
        assertThat(q.decision().getOutcome()).isEqualTo(Outcome.REJECTED);
        assertThat(q.decision().getRejection().getCode()).isEqualTo(RejectionCode.ENGINE_ERROR);
        assertThat(q.decision().getFacts()).map(Facts::kind).containsExactly(new RunQuarantined(reason));
        q.changes().forEach(c -> team.stored.put(java.util.HexFormat.of().formatHex(c.key()), c));
        team.reload();
        assertThat(team.run.quarantine()).isEqualTo(reason);

        assertThat(team.tell(broken).getOutcome()).as("it was told").isEqualTo(Outcome.DUPLICATE);
        assertRefused(team.patch(add("b")), RejectionCode.QUARANTINED);
        assertRefused(team.report("w", "a", 1, started()), RejectionCode.QUARANTINED);
        assertRefused(team.direct(new PauseRun()), RejectionCode.QUARANTINED);
        team.now += 600_000;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        assertThat(team.run.nextDue()).as("no timer without end").isEqualTo(team.now + 600_000);

        Decided again = team.engine.quarantine(
                team.run,
                Input.mutation(Messages.mutation("r", "broken2", List.of()), Origin.NONE),
                team.now,
                new IllegalStateException());
        assertThat(again.decision().getFacts()).as("it is already").isEmpty();

        assertAccepted(team.direct(new ReleaseRun()), new RunReleased("because"));
        assertThat(team.run.quarantine()).isNull();
        assertThat(team.report("w", "a", 1, started()).getRejection()).isNull();
        assertRefused(
                team.direct(new ReleaseRun()),
                RejectionCode.ILLEGAL_TRANSITION,
                "from",
                "EXECUTING",
                "to",
                "EXECUTING");
    }

    @Test
    void aTimerWhoseLivenessFailsLeavesTheRunAsItWas() {
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        team.now += 30_000;
        RunImage before = RunImage.of(team.run);
        RuntimeException e = catchRuntimeException(() -> team.timer(worker -> {
            throw new IllegalStateException("no table");
        }));
        assertThat(e).hasMessage("no table");
        assertThat(RunImage.of(team.run)).isEqualTo(before);
    }

    @Test
    void quarantineOfARunThatDoesNotExist() {
        Team none = new Team("none");
        Mutation m = Messages.mutation("none", "m", List.of());
        m.setCreateRun(new CreateRun());
        Decided d = none.engine.quarantine(none.run, Input.mutation(m, Origin.NONE), none.now, new RuntimeException());
        assertThat(d.decision().getSequence()).isZero();
        assertThat(d.decision().getFacts()).isEmpty();
        assertThat(d.changes()).isEmpty();
    }

    @Test
    void aFactOfAnUnknownKindIsNeverPassedOver() {
        Decision d = team.patch(add("a"));
        d.setFacts(List.of(new Fact()));
        assertThat(catchRuntimeException(() -> Apply.decision(team.run, d)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("upgrade");
        Fact two = Facts.of(new WorkerLost("w", Instant.EPOCH));
        two.setRunReleased(new RunReleased(""));
        d.setFacts(List.of(two));
        assertThat(catchRuntimeException(() -> Apply.decision(team.run, d)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
