package io.taskgraph.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.RejectionCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker that says nothing but that it is there, and has missed the cancel: it gets it again with its next heartbeat, and no
 * decision is made of that.
 */
class ListeningWorkerTest {
    @TempDir
    Path dir;

    private TopologyFixture f;

    @BeforeEach
    void start() {
        f = new TopologyFixture(dir);
        f.mutations.pipeInput("r", f.create("r", "full", "a", "b"));
        f.reports.pipeInput("r", f.started("r", "w", "a", 1));
        f.reports.pipeInput("r", f.started("r", "v", "b", 1));
        missed();
    }

    @AfterEach
    void stop() {
        f.close();
    }

    /** Whatever was sent until now is lost on its way. */
    private void missed() {
        f.decisions.readValuesToList();
        f.signals.readValuesToList();
    }

    private void beat(String worker, String task) {
        f.heartbeats.pipeInput("r", f.heartbeat("r", worker, task, 1, null));
    }

    private List<String> cancelled() {
        return f.signals.readValuesToList().stream()
                .filter(c -> c.getCancel() != null)
                .map(ListeningWorkerTest::told)
                .toList();
    }

    private static String told(Command c) {
        return c.getWorkerId() + " " + c.getCancel().getTaskId() + "#"
                + c.getCancel().getAttempt();
    }

    private void direct(java.util.function.Consumer<Directive> kind) {
        Directive d = f.directive("r", "olga");
        kind.accept(d);
        f.directives.pipeInput("r", d);
    }

    @Test
    void whoHoldsItsLeaseIsToldNothing() {
        beat("w", "a");
        assertThat(cancelled()).isEmpty();
        assertThat(f.decisions.isEmpty()).isTrue();
    }

    @Test
    void aTaskThatIsCancelledStopsAtOnceAndAtTheLatestWithTheNextHeartbeat() {
        direct(d -> d.setCancelTask(new CancelTask("a")));
        assertThat(cancelled()).as("at once").containsExactly("w a#1");
        missed();
        for (int i = 0; i < 3; i++) {
            beat("w", "a");
            assertThat(cancelled()).as("as long as it goes on").containsExactly("w a#1");
        }
        assertThat(f.decisions.isEmpty()).as("it is no decision").isTrue();
        beat("v", "b");
        assertThat(cancelled()).as("the other one is not meant").isEmpty();
    }

    @Test
    void whoWasLostAndComesBackIsToldThatItsLeaseIsOver() {
        f.advance(Duration.ofSeconds(4));
        missed();
        beat("w", "a");
        List<Decision> decisions = f.decisions.readValuesToList();
        assertThat(decisions).hasSize(1);
        assertThat(decisions.get(0).getFacts()).anyMatch(fact -> fact.getWorkerRecovered() != null);
        assertThat(cancelled()).containsExactly("w a#1");
        beat("w", "a");
        assertThat(cancelled()).containsExactly("w a#1");
    }

    @Test
    void alsoOfARunThatIsOverSinceLong() {
        direct(d -> d.setCancelRun(new CancelRun()));
        assertThat(cancelled()).containsExactlyInAnyOrder("w a#1", "v b#1");
        // Its last date has come and gone: the run has none any more.
        f.advance(Duration.ofHours(1));
        missed();
        beat("w", "a");
        assertThat(cancelled()).containsExactly("w a#1");
        assertThat(f.decisions.isEmpty()).isTrue();
    }

    @Test
    void whatItReportsAllTheSameIsFencedAndAnsweredByTheCancel() {
        direct(d -> d.setCancelTask(new CancelTask("a")));
        missed();
        f.reports.pipeInput("r", f.submitted("r", "w", "a", 1));
        assertThat(f.decisions.readValue().getRejection().getCode()).isEqualTo(RejectionCode.FENCED);
        assertThat(cancelled()).containsExactly("w a#1");
    }
}
