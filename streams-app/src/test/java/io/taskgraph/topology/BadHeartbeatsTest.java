package io.taskgraph.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.WorkerStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heartbeats that cannot be, or lie: they cost a look, never a lease, a record or a partition. */
class BadHeartbeatsTest {
    private static final Instant LONG_AGO = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant FAR_AWAY = Instant.parse("2999-01-01T00:00:00Z");

    @TempDir
    Path dir;

    private TopologyFixture f;

    @BeforeEach
    void start() {
        f = new TopologyFixture(dir);
        f.publish("""
                name: watch
                flags: {mutable_graph: true, reconcile: true}
                caps: {max_workers: 4, heartbeat_staleness: 30s, start_timeout: 1h, worker_timeout: 0s, max_runtime: 0s}
                """);
        f.mutations.pipeInput("r", f.create("r", "watch", "a", "b:a"));
        f.reports.pipeInput("r", f.started("r", "w", "a", 1));
        f.decisions.readValuesToList();
    }

    @AfterEach
    void stop() {
        f.close();
    }

    private void beat(String run, String worker, Instant sentAt) {
        Heartbeat h = f.heartbeat(run, worker, "a", 1, null);
        h.setSentAt(sentAt);
        f.heartbeats.pipeInput(run, h);
    }

    private List<Decision> decisions() {
        return f.decisions.readValuesToList();
    }

    private static List<String> lost(List<Decision> decisions) {
        List<String> lost = new ArrayList<>();
        decisions.forEach(d -> d.getFacts().forEach(fact -> {
            if (fact.getWorkerLost() != null) {
                lost.add(fact.getWorkerLost().getWorkerId() + " at " + d.getDecidedAt());
            }
        }));
        return lost;
    }

    @Test
    void theirClocksAreNotLookedAtBeTheyOfThePastTheFutureOrOutOfOrder() {
        Instant[] clocks = {FAR_AWAY, LONG_AGO, TopologyFixture.START.plusSeconds(600), FAR_AWAY, LONG_AGO};
        for (Instant clock : clocks) {
            f.advance(Duration.ofSeconds(29));
            beat("r", "w", clock);
        }
        assertThat(decisions()).as("it was heard in time, whatever it says").isEmpty();
        beat("r", "w", FAR_AWAY);
        f.advance(Duration.ofMillis(29_900));
        assertThat(decisions()).isEmpty();
        f.advance(Duration.ofMillis(200));
        assertThat(lost(decisions()))
                .as("a heartbeat from the future keeps nobody alive longer")
                .hasSize(1);
    }

    @Test
    void agentsWhoseClocksDifferByMinutesAreDecidedOnInTheOrderOfTheirRecords() {
        Report ahead = f.report("r", "w", "a", 1);
        ahead.setSentAt(TopologyFixture.START.plusSeconds(600));
        ahead.setUsageSoFar(new io.taskgraph.avro.UsageSoFar(new Amounts(5L, 0L, 0L)));
        f.reports.pipeInput("r", ahead);
        Report behind = f.submitted("r", "w", "a", 1);
        behind.setSentAt(TopologyFixture.START.minusSeconds(600));
        f.reports.pipeInput("r", behind);
        List<Decision> decisions = decisions();
        assertThat(decisions).map(Decision::getOutcome).containsExactly(Outcome.ACCEPTED, Outcome.ACCEPTED);
        assertThat(decisions)
                .map(Decision::getDecidedAt)
                .as("on the control plane's clock")
                .containsOnly(TopologyFixture.START);
    }

    @Test
    void thoseForUnknownRunsLeaveNoTrace() {
        for (int i = 0; i < 1_000; i++) {
            beat("nobody's-" + i, "w", TopologyFixture.START);
        }
        f.advance(Duration.ofSeconds(10));
        assertThat(decisions()).isEmpty();
        assertThat(f.deadLetters.isEmpty()).isTrue();
        assertThat(f.signals.isEmpty()).isTrue();
    }

    @Test
    void aFloodIsAbsorbedWithoutARecordAndTheNextInputIsDecided() {
        for (int i = 0; i < 20_000; i++) {
            beat("r", "w", TopologyFixture.START);
        }
        assertThat(decisions()).isEmpty();
        assertThat(f.signals.isEmpty()).isTrue();
        f.reports.pipeInput("r", f.submitted("r", "w", "a", 1));
        assertThat(decisions()).hasSize(1);
    }

    @Test
    void aStrangerUnderAWorkersNameTakesNothingFromIt() {
        // It leaves, is idle, and has used up everything: none of it is the stranger's to say.
        for (WorkerStatus status : List.of(WorkerStatus.LEAVING, WorkerStatus.IDLE)) {
            f.heartbeats.pipeInput(
                    "r",
                    Heartbeat.newBuilder()
                            .setRunId("r")
                            .setWorkerId("w")
                            .setSentAt(LONG_AGO)
                            .setStatus(status)
                            .build());
        }
        Report theirs = f.submitted("r", "stranger", "a", 1);
        f.reports.pipeInput("r", theirs);
        beat("r", "w", TopologyFixture.START);
        List<Decision> decisions = decisions();
        assertThat(decisions).hasSize(2);
        assertThat(decisions.get(0).getFacts()).hasSize(1).allMatch(fact -> fact.getLeaveAnnounced() != null);
        assertThat(decisions.get(1).getRejection().getCode()).isEqualTo(RejectionCode.FENCED);
        f.advance(Duration.ofSeconds(29));
        beat("r", "w", TopologyFixture.START);
        f.advance(Duration.ofSeconds(29));
        assertThat(decisions()).as("it works on, and is heard").isEmpty();
        f.reports.pipeInput("r", f.submitted("r", "w", "a", 1));
        assertThat(decisions().get(0).getOutcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void aWorkerIdOfAnotherRunOrTooLongOrEmptyIsNobody() {
        for (String worker : List.of("", "x".repeat(10_000), "lead", "*", "control-plane", "w\u0000")) {
            beat("r", worker, TopologyFixture.START);
        }
        assertThat(decisions()).isEmpty();
        f.reports.pipeInput("r", f.submitted("r", "w", "a", 1));
        assertThat(decisions()).hasSize(1);
    }
}
