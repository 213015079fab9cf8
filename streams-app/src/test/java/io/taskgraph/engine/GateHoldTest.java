package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.GateOutcome;
import io.taskgraph.avro.GateVerdict;
import io.taskgraph.avro.GatesRecorded;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RecordGates;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.PolicyException;
import io.taskgraph.query.why.Waits;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A run whose policy requires gates is completed only when passing reports that saw its work ended are on record. */
class GateHoldTest {
    private static final String POLICY = """
            name: held
            flags: {mutable_graph: true, reconcile: true, regression_gates: true}
            gates: {required: [A, own-set]}
            """;

    private static RecordGates report(String set, long readTo, GateOutcome... outcomes) {
        List<GateVerdict> verdicts = new java.util.ArrayList<>();
        for (int i = 0; i < outcomes.length; i++) {
            verdicts.add(new GateVerdict("gate_" + (char) ('a' + i), outcomes[i], i == 0));
        }
        return new RecordGates(set, Messages.arguments("report"), readTo, verdicts);
    }

    private static Team worked() {
        Team t = Team.under(POLICY);
        t.patch(Messages.add(Messages.spec("a")));
        t.start("w", "a", 1);
        t.finish("w", "a", 1);
        return t;
    }

    @Test
    void workThatIsOverWaitsForEveryRequiredSet() {
        Team t = worked();
        assertThat(t.run.phase()).isEqualTo(Phase.SYNTHESIZING);
        assertThat(GateHold.missing(t.run)).containsExactly("A", "own-set");
        assertThat(Waits.of(WhyTest.view(t)).run().reasons().toString()).contains("missing: A, own-set");

        long over = t.run.sequence();
        RecordGates first = report("A", over, GateOutcome.PASS, GateOutcome.FAIL);
        Team.assertAccepted(
                t.direct(first), new GatesRecorded("A", true, first.getReportDigest(), over, first.getVerdicts()));
        assertThat(GateHold.missing(t.run)).containsExactly("own-set");
        t.reload();
        RecordGates second = report("own-set", over, GateOutcome.PASS);
        Team.assertAccepted(
                t.direct(second),
                new GatesRecorded("own-set", true, second.getReportDigest(), over, second.getVerdicts()),
                new PhaseChanged(Phase.SYNTHESIZING, Phase.COMPLETED, "every task has ended", ""));
        EngineProperties.fold(Run.of("r"), t.log, 0, "from the start");
    }

    @Test
    void aReportThatDoesNotPassOrDidNotSeeTheEndIsRecordedAndFreesNothing() {
        Team t = worked();
        long over = t.run.sequence();
        t.direct(report("own-set", over, GateOutcome.PASS));
        assertThat(t.direct(report("A", over, GateOutcome.NOT_OBSERVED)).getFacts())
                .hasSize(1);
        assertThat(GateHold.missing(t.run)).containsExactly("A");
        assertThat(t.direct(report("A", over - 1, GateOutcome.PASS)).getFacts()).hasSize(1);
        assertThat(GateHold.missing(t.run)).as("it had read to before the end").containsExactly("A");
        t.direct(report("A", over, GateOutcome.PASS));
        assertThat(t.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void aLaterReportThatFailsCountsInsteadOfAnEarlierOneThatPassed() {
        Team t = worked();
        long over = t.run.sequence();
        t.direct(report("A", over, GateOutcome.PASS));
        t.direct(report("A", over, GateOutcome.FAIL));
        t.direct(report("own-set", over, GateOutcome.PASS));
        assertThat(t.run.phase()).isEqualTo(Phase.SYNTHESIZING);
    }

    @Test
    void aRunThatWaitsTakesNoWorkAndCanBeCancelled() {
        Team t = worked();
        Team.assertRefused(
                t.patch(Messages.add(Messages.spec("b"))),
                RejectionCode.ILLEGAL_TRANSITION,
                "from",
                "SYNTHESIZING",
                "to",
                "EXECUTING");
        Team.assertRefused(
                t.direct(new SkipTask("a")),
                RejectionCode.ILLEGAL_TRANSITION,
                "from",
                "SYNTHESIZING",
                "to",
                "EXECUTING");
        t.direct(new CancelRun());
        assertThat(t.run.phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    void anotherPolicyThatRequiresNoneFreesIt() {
        Team t = worked();
        Decision d = t.direct(new ChangePolicy("full"));
        assertThat(d.getRejection()).isNull();
        assertThat(t.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void withoutRequiredGatesARunIsCompletedAndAVerdictIsForTheRecord() {
        Team t = Team.under("name: free\nflags: {regression_gates: true}\n");
        t.patch(Messages.add(Messages.spec("a")));
        t.start("w", "a", 1);
        t.finish("w", "a", 1);
        assertThat(t.run.phase()).isEqualTo(Phase.COMPLETED);
        assertThat(t.direct(report("A", 1, GateOutcome.PASS)).getFacts()).hasSize(1);
        EngineProperties.fold(Run.of("r"), t.log, 0, "from the start");
    }

    @Test
    void whatIsNoReportOfThisRunIsRefused() {
        Team t = worked();
        long n = t.run.sequence();
        Team.assertRefused(t.direct(report("", 1, GateOutcome.PASS)), RejectionCode.INVALID_VALUE, "field", "gate_set");
        Team.assertRefused(t.direct(report("A", 0, GateOutcome.PASS)), RejectionCode.INVALID_VALUE, "field", "read_to");
        Team.assertRefused(
                t.direct(report("A", n + 100, GateOutcome.PASS)), RejectionCode.INVALID_VALUE, "field", "read_to");
        Team.assertRefused(t.direct(report("A", 1)), RejectionCode.INVALID_VALUE, "field", "verdicts");
        Team.assertRefused(
                t.direct(report("A", 1, GateOutcome.UNKNOWN)), RejectionCode.INVALID_VALUE, "field", "verdicts");
        RecordGates free = report("A", 1, GateOutcome.PASS);
        free.getVerdicts().get(0).setBlocking(false);
        Team.assertRefused(t.direct(free), RejectionCode.INVALID_VALUE, "field", "verdicts");
    }

    @Test
    void aPolicyThatRequiresWhatNobodyCouldRecordIsRefused() {
        assertThatThrownBy(() -> Policy.parse("name: p\ngates: {required: [A]}\n"))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("line 2, column 8: gates are required and the flag regression_gates is off");
        assertThatThrownBy(() -> Policy.parse(
                        "name: p\nflags: {regression_gates: true}\ngates: {required: [A, A, \"\"], wanted: 1}\n"))
                .hasMessageContaining("\"A\" is given twice")
                .hasMessageContaining("a set of gates must be")
                .hasMessageContaining("\"wanted\" is not a key of gates");
        Policy p = Policy.parse(POLICY);
        assertThat(p.gates().required()).isEqualTo(new TreeSet<>(Set.of("A", "own-set")));
        assertThat(Policy.parse(p.document())).isEqualTo(p);
        assertThat(Policy.parse("name: p\n").document()).doesNotContain("\ngates:");
    }
}
