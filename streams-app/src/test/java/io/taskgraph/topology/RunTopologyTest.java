package io.taskgraph.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Command;
import io.taskgraph.avro.DeadLetter;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.RunSummary;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTopologyTest {
    @TempDir
    Path stateDir;

    private TopologyFixture topology;

    @BeforeEach
    void start() {
        topology = new TopologyFixture(stateDir);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    @Test
    void aRunIsWorkedOffFromItsCreationToItsCompletion() {
        topology.mutations.pipeInput("r1", topology.create("r1", "default", "a", "b:a", "c:a"));

        assertThat(dispatched()).containsExactly("a#1");

        topology.reports.pipeInput("r1", topology.started("r1", "w1", "a", 1));
        topology.reports.pipeInput("r1", topology.submitted("r1", "w1", "a", 1));

        assertThat(dispatched()).containsExactly("b#1", "c#1");

        topology.reports.pipeInput("r1", topology.submitted("r1", "w1", "b", 1));
        topology.reports.pipeInput("r1", topology.submitted("r1", "w2", "c", 1));

        List<Decision> log = topology.decisions.readValuesToList();
        assertThat(log).extracting(Decision::getOutcome).containsOnly(Outcome.ACCEPTED);
        assertThat(log).extracting(Decision::getSequence).containsExactly(1L, 2L, 3L, 4L, 5L);
        List<RunSummary> told = topology.summaries.readValuesToList();
        RunSummary last = told.get(told.size() - 1);
        assertThat(last.getPhase()).isEqualTo(Phase.COMPLETED);
        assertThat(last.getStateDigest()).isEqualTo(log.get(4).getStateDigest());
    }

    @Test
    void aWorkerThatFallsSilentLosesItsLeaseAndIsFenced() {
        topology.mutations.pipeInput("r1", topology.create("r1", "demo", "a"));
        topology.reports.pipeInput("r1", topology.started("r1", "w1", "a", 1));
        topology.advance(Duration.ofSeconds(2));
        topology.heartbeats.pipeInput("r1", heartbeat("r1", "w1"));
        topology.advance(Duration.ofSeconds(2));
        assertThat(dispatched()).as("kept alive by its heartbeat").containsExactly("a#1");

        topology.advance(Duration.ofSeconds(2));
        // It is tried again after the policy's back-off.
        topology.advance(Duration.ofSeconds(1));

        assertThat(dispatched()).containsExactly("a#2");
        assertThat(topology.signals.readValuesToList())
                .extracting(Command::getWorkerId)
                .containsExactly("w1");
        topology.decisions.readValuesToList();
        topology.reports.pipeInput("r1", topology.submitted("r1", "w1", "a", 1));
        Decision fenced = topology.decisions.readValue();
        assertThat(fenced.getRejection().getCode()).isEqualTo(RejectionCode.FENCED);
        assertThat(topology.signals.readValue().getCancel().getAttempt()).isEqualTo(1);
        topology.reports.pipeInput("r1", topology.submitted("r1", "w2", "a", 2));
        assertThat(topology.decisions.readValue().getOutcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void aMessageSentAgainIsAnsweredWithTheDecisionItGot() {
        topology.mutations.pipeInput("r1", topology.create("r1", "default", "a", "a"));
        topology.mutations.pipeInput("r1", topology.create("r1", "default", "a"));
        topology.mutations.pipeInput("r1", topology.create("r1", "default", "a"));

        List<Decision> log = topology.decisions.readValuesToList();
        assertThat(log.get(0).getSequence())
                .as("a run that was refused does not exist")
                .isZero();
        assertThat(log.get(0).getRejection().getCode()).isEqualTo(RejectionCode.DUPLICATE_TASK);
        assertThat(log.get(1).getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(log.get(2).getOutcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(log.get(2).getDuplicateOf()).isEqualTo(1);
    }

    @Test
    void whatCannotBeReadIsADeadLetterWithItsBytesAndThePartitionGoesOn() {
        for (String name : List.of(
                topology.topics.mutations().name(),
                topology.topics.reports().name(),
                topology.topics.heartbeats().name(),
                topology.topics.directives().name())) {
            byte[] garbage = {7, 1, 2, 3, 4, 5, 6};
            topology.raw(name).pipeInput("r1".getBytes(), garbage);
            topology.raw(name).pipeInput("r1".getBytes(), new byte[] {0, 0, 15, 66, 64, 1});
            topology.raw(name).pipeInput("r1".getBytes(), (byte[]) null);
            List<DeadLetter> letters = topology.deadLetters.readValuesToList();
            assertThat(letters).extracting(DeadLetter::getTopic).containsOnly(name);
            assertThat(letters)
                    .extracting(DeadLetter::getReason)
                    .containsExactly("UNREADABLE", "UNKNOWN_SCHEMA", "UNREADABLE");
            assertThat(letters.get(0).getValue()).isEqualTo(ByteBuffer.wrap(garbage));
        }
        topology.mutations.pipeInput("other", topology.create("r1", "default", "a"));
        assertThat(topology.deadLetters.readValue().getReason()).isEqualTo("KEY_MISMATCH");

        topology.mutations.pipeInput("r1", topology.create("r1", "default", "a"));

        assertThat(topology.decisions.readValue().getOutcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void aPausedRunDispatchesNothingUntilItIsResumed() {
        topology.mutations.pipeInput("r1", topology.create("r1", "default", "a", "b:a"));
        Directive pause = new Directive();
        pause.setMessageId("p1");
        pause.setRunId("r1");
        pause.setSentAt(TopologyFixture.START);
        pause.setActor("operator");
        pause.setReason("look first");
        pause.setPauseRun(new PauseRun());
        topology.directives.pipeInput("r1", pause);
        topology.reports.pipeInput("r1", topology.submitted("r1", "w1", "a", 1));

        assertThat(dispatched()).containsExactly("a#1");
    }

    @Test
    void runsThatDoNotFitTheHeapCacheAreReadBackAsTheyWere(@TempDir Path otherDir) {
        try (TopologyFixture cold = new TopologyFixture(otherDir, 1)) {
            assertThat(twoRunsInTurn(cold)).isEqualTo(twoRunsInTurn(topology)).hasSize(8);
        }
    }

    private static List<Decision> twoRunsInTurn(TopologyFixture t) {
        for (String run : List.of("r1", "r2")) {
            t.mutations.pipeInput(run, t.create(run, "default", "a", "b:a", "c:a,b"));
        }
        for (String task : List.of("a", "b", "c")) {
            for (String run : List.of("r1", "r2")) {
                t.reports.pipeInput(run, t.submitted(run, "w", task, 1));
            }
        }
        return t.decisions.readValuesToList();
    }

    @Test
    void aRunThatCannotBeReadFromItsStoreIsADeadLetterAndOthersGoOn() {
        topology.mutations.pipeInput("r1", topology.create("r1", "default", "a"));
        topology.decisions.readValuesToList();
        topology.corrupt("r2");

        topology.mutations.pipeInput("r2", topology.create("r2", "default", "a"));
        topology.reports.pipeInput("r1", topology.submitted("r1", "w", "a", 1));

        assertThat(topology.deadLetters.readValue().getReason()).isEqualTo("RUN_UNREADABLE");
        assertThat(topology.decisions.readValuesToList())
                .extracting(Decision::getRunId)
                .containsExactly("r1");
    }

    @Test
    void anInputThatMakesTheEngineThrowQuarantinesItsRunAndThePartitionGoesOn(@TempDir Path otherDir) {
        try (TopologyFixture t = new TopologyFixture(otherDir, 1)) {
            t.mutations.pipeInput("r1", t.create("r1", "bench", "a", "b:a"));
            t.mutations.pipeInput("r2", t.create("r2", "default", "a"));
            // The engine takes for granted that what a task depends on is there.
            t.lose("r1", "ta");
            t.decisions.readValuesToList();

            t.mutations.pipeInput("r1", t.patch("r1", "p1", t.addTask("c"), t.addDependency("b", "c")));
            t.mutations.pipeInput("r1", t.patch("r1", "p2", t.addTask("d")));
            t.reports.pipeInput("r2", t.submitted("r2", "w", "a", 1));
            Directive release = new Directive();
            release.setMessageId("release");
            release.setRunId("r1");
            release.setSentAt(TopologyFixture.START);
            release.setActor("operator");
            release.setReason("repaired");
            release.setReleaseRun(new ReleaseRun());
            t.directives.pipeInput("r1", release);

            List<Decision> log = t.decisions.readValuesToList();
            assertThat(log).hasSize(4);
            assertThat(log.get(0).getRejection().getCode()).isEqualTo(RejectionCode.ENGINE_ERROR);
            assertThat(log.get(0).getFacts()).singleElement().satisfies(f -> assertThat(f.getRunQuarantined())
                    .isNotNull());
            assertThat(log.get(1).getRejection().getCode()).isEqualTo(RejectionCode.QUARANTINED);
            assertThat(log.get(2).getOutcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(log.get(2).getRunId()).isEqualTo("r2");
            assertThat(log.get(3).getFacts().get(0).getRunReleased()).isNotNull();
        }
    }

    private static Heartbeat heartbeat(String run, String worker) {
        return Heartbeat.newBuilder()
                .setRunId(run)
                .setWorkerId(worker)
                .setSentAt(TopologyFixture.START)
                .setActive(List.of())
                .build();
    }

    private List<String> dispatched() {
        return topology.commands.readValuesToList().stream()
                .map(Command::getDispatch)
                .map(d -> d.getTaskId() + "#" + d.getAttempt())
                .toList();
    }
}
