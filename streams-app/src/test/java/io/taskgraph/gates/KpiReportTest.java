package io.taskgraph.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskgraph.Seeds;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.ExtensionMismatch;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.ExtensionWithdrawn;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.WorkerLost;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Given what is on record, what safety KPIs come to, and how they stand to their bounds. */
class KpiReportTest {
    private static final ExtensionRef FILES = new ExtensionRef("files", "1.0.0");

    private static ApprovalRequested asks(String id) {
        return ApprovalRequested.newBuilder()
                .setApprovalId(id)
                .setKind(ApprovalKind.ACTION)
                .setGraphVersion(1)
                .setExpiresAt(Instant.EPOCH)
                .build();
    }

    private static Story story() {
        return Story.of(List.of(new SafetyAccount()))
                .run("r", "")
                .reported(new TaskStarted("a", 1, "v"), new TaskStarted("b", 1, "w"))
                .reported(asks("1"))
                .after(4_000)
                .by("directives", new ApprovalGranted("1"))
                .reported(asks("2"))
                .after(1_000)
                .by("timers", new ApprovalExpired("2"))
                .by("timers", new WorkerLost("w", Instant.EPOCH), new Escalated("degraded", null, "many", List.of()))
                .refused("reports", RejectionCode.FENCED, "", Map.of())
                .refused("mutations", RejectionCode.CYCLE, "", Map.of())
                .reported(
                        new PolicyBypassDetected("a", 1, "v", "shell", Risk.EXEC, Story.NO_DIGEST, "x"),
                        new PhaseChanged(Phase.EXECUTING, Phase.AWAIT_USER, "", "operator"))
                .after(2_000)
                .by("directives", new PhaseChanged(Phase.AWAIT_USER, Phase.EXECUTING, "", ""))
                .reported(new BudgetExhausted("a", "tokens", 10L, 12L, 0L))
                .reported(new BudgetExhausted(null, "tokens", 10L, 9L, 5L))
                .reported(new ExtensionMismatch("a", 1, "m", FILES, List.of("the tool save is signed and not served")))
                .by("extensions", new ExtensionWithdrawn(FILES, "default", ExtensionState.REVOKED, "", List.of("a")));
    }

    private static KpiReport report(String kpis) {
        Story s = story();
        return KpiReport.of(KpiBounds.read("name: t\nkpis: " + kpis), s.audit, s.replay(), Window.ALL);
    }

    private static double value(KpiReport r, Kpi kpi) {
        return r.values().get(kpi.ordinal()).value().getAsDouble();
    }

    @Test
    void whatIsOnRecordIsMeasured() {
        KpiReport r = report("{bypasses: {most: 0}}");
        assertThat(value(r, Kpi.BYPASSES)).isEqualTo(1);
        assertThat(value(r, Kpi.FENCED_REPORTS)).isEqualTo(1);
        assertThat(value(r, Kpi.LOST_WORKERS)).isEqualTo(1);
        assertThat(value(r, Kpi.LOST_SHARE)).isEqualTo(50);
        assertThat(value(r, Kpi.ESCALATIONS)).as("the burst, and the stop").isEqualTo(2);
        assertThat(value(r, Kpi.ANSWER_P95)).isEqualTo(4_000);
        assertThat(value(r, Kpi.ANSWER_P50)).isBetween(2_000.0, 2_125.0);
        assertThat(value(r, Kpi.UNANSWERED)).isEqualTo(1);
        assertThat(value(r, Kpi.BUDGET_BREACHES))
                .as("a budget that does not suffice is no breach")
                .isEqualTo(1);
        assertThat(value(r, Kpi.REPLAY_DIVERGENCES)).isZero();
        assertThat(value(r, Kpi.EXTENSION_MISMATCHES)).isEqualTo(1);
        assertThat(value(r, Kpi.EXTENSIONS_WITHDRAWN)).isEqualTo(1);
        assertThat(r.counts()).containsEntry("refused.FENCED", 1L).containsEntry("refused.CYCLE", 1L);
        assertThat(r.blocks()).isTrue();
    }

    @Test
    void aBoundWarnsThenBlocks() {
        KpiReport r = report("{bypasses: {most: 1}, lost_workers: {warn: 0, most: 5}, unanswered: {most: 0}}");
        assertThat(r.values().get(Kpi.BYPASSES.ordinal()).standing()).isEqualTo(KpiReport.Standing.OK);
        assertThat(r.values().get(Kpi.LOST_WORKERS.ordinal()).standing()).isEqualTo(KpiReport.Standing.WARNS);
        assertThat(r.values().get(Kpi.UNANSWERED.ordinal()).standing()).isEqualTo(KpiReport.Standing.BLOCKS);
        assertThat(r.values().get(Kpi.QUARANTINES.ordinal()).standing()).isEqualTo(KpiReport.Standing.NOT_BOUNDED);
    }

    @Test
    void whatWasNotThereIsNotZero() {
        Story s = Story.of(List.of(new SafetyAccount())).run("r", "");
        KpiReport r = KpiReport.of(KpiBounds.release(), s.audit, s.replay(), Window.ALL);
        assertThat(r.values().get(Kpi.ANSWER_P95.ordinal()).value()).isEqualTo(OptionalDouble.empty());
        assertThat(r.values().get(Kpi.ANSWER_P95.ordinal()).standing()).isEqualTo(KpiReport.Standing.NOT_OBSERVED);
        assertThat(r.blocks()).isFalse();
    }

    @Test
    void boundsThatMakeNoSenseAreRefused() {
        SheetException e = catchThrowableOfType(SheetException.class, () -> KpiBounds.read("""
                name: t
                kpis:
                  bypasses: {most: -1}
                  answer_p95: {most: 5}
                  lost_workers: {warn: 5, most: 2}
                  unanswered: {warn: 1}
                  nothing: {most: 1}
                """));
        assertThat(e.problems().stream().map(Object::toString))
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("line 3, column 20: most must be a whole number"),
                        p -> assertThat(p).startsWith("line 4, column 22: most must be a time"),
                        p -> assertThat(p).startsWith("line 5, column 17: warn is greater than most"),
                        p -> assertThat(p).startsWith("line 6, column 15: unanswered needs most"),
                        p -> assertThat(p).startsWith("line 7, column 3: \"nothing\" is not a key of kpis"));
        assertThat(catchThrowableOfType(SheetException.class, () -> KpiBounds.read("name: t\n")))
                .hasMessageContaining("nothing would block");
    }

    @Test
    void percentilesAreNeverToldTooSmallAndOffByASixteenthAtTheMost() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        Durations d = new Durations();
        long[] all = new long[1_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) Math.exp(random.nextDouble() * 20);
            d.add(all[i]);
        }
        java.util.Arrays.sort(all);
        for (int p : new int[] {1, 50, 95, 99, 100}) {
            long exact = all[(all.length * p + 99) / 100 - 1];
            assertThat(d.percentile(p)).as("seed %s, %s", seed, p).isBetween(exact, exact + exact / 16 + 1);
        }
    }
}
