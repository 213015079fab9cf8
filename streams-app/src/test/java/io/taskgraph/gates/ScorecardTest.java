package io.taskgraph.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.Risk;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What autonomy a record supports: never more than its counts make likely, and nothing from too few runs. */
class ScorecardTest {
    private static final AutonomyCriteria STANDARD = AutonomyCriteria.standard();

    /** So many runs with so many actions each, and so many of them denied by a person. */
    private static Story runs(int runs, int performed, int denied, Risk risk) {
        Story s = Story.of(List.of(new AutonomyAccount()));
        for (int r = 0; r < runs; r++) {
            s.run("r" + r, "");
            for (int i = 0; i < performed; i++) {
                s.reported(new ActionPerformed("a", 1, "w", "q", "shell", risk, Story.NO_DIGEST));
            }
            for (int i = 0; i < denied; i++) {
                s.by("directives", new ActionDenied("a", 1, "w", "q", "shell", risk, Story.NO_DIGEST, "", "", ""));
            }
        }
        return s;
    }

    private static Scorecard.Row row(Story s) {
        List<Scorecard.Row> rows = Scorecard.of(STANDARD, s.audit, Window.ALL).rows();
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    @Test
    void theIntervalIsWilsons() {
        // Checked against the values in R. G. Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263.
        Proportion p = new Proportion(81, 263);
        assertThat(p.lower(1.959964)).isCloseTo(0.2553, within(0.00005));
        assertThat(p.upper(1.959964)).isCloseTo(0.3662, within(0.00005));
        assertThat(new Proportion(0, 20).lower(1.959964)).isZero();
        assertThat(new Proportion(0, 20).upper(1.959964)).isCloseTo(0.1611, within(0.00005));
        assertThat(new Proportion(0, 0).lower(2)).isZero();
        assertThat(new Proportion(0, 0).upper(2)).isEqualTo(1);
    }

    @Test
    void tooFewRunsSupportNothingHoweverManyActions() {
        Scorecard.Row row = row(runs(4, 1_000, 0, Risk.READ));
        assertThat(row.supports()).isEqualTo(Autonomy.TOO_FEW);
        assertThat(row.because()).isEqualTo("only 4 runs with such actions on record, and 5 are asked for");
        assertThat(row(runs(5, 5, 0, Risk.READ)).supports()).as("25 actions").isEqualTo(Autonomy.TOO_FEW);
    }

    @Test
    void theSameShareSupportsMoreOnALongerRecord() {
        assertThat(row(runs(5, 6, 0, Risk.WRITE)).supports()).isEqualTo(Autonomy.SUPERVISED);
        assertThat(row(runs(5, 20, 0, Risk.WRITE)).supports()).isEqualTo(Autonomy.AUTONOMOUS);
        assertThat(row(runs(5, 20, 0, Risk.DESTRUCTIVE)).supports()).isEqualTo(Autonomy.SUPERVISED);
        assertThat(row(runs(5, 10, 10, Risk.WRITE)).supports()).isEqualTo(Autonomy.APPROVE_EACH);
    }

    @Test
    void whatIsNotKnownCountsAsDestructive() {
        assertThat(row(runs(5, 20, 0, Risk.UNKNOWN)).risk()).isEqualTo(io.taskgraph.policy.contract.Risk.DESTRUCTIVE);
    }

    @Test
    void noShareMakesUpForABypass() {
        Story s = runs(50, 100, 0, Risk.READ);
        s.reported(new PolicyBypassDetected("a", 1, "w", "shell", Risk.READ, Story.NO_DIGEST, "not asked"));
        Scorecard.Row row = row(s);
        assertThat(row.supports()).isEqualTo(Autonomy.APPROVE_EACH);
        assertThat(row.bypasses()).isEqualTo(1);
        assertThat(row.performed()).isEqualTo(5_000);
    }

    @Test
    void criteriaThatMakeNoSenseAreRefused() {
        SheetException e = catchThrowableOfType(SheetException.class, () -> AutonomyCriteria.read("""
                least_runs: 1
                least_actions: 3
                confidence: 50
                risks:
                  read: {supervised: 0.9, autonomous: 0.8}
                  write: {supervised: 0.4, autonomous: 1.5}
                  exec: {supervised: 0.9}
                """));
        assertThat(e.problems().stream().map(Object::toString))
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("line 1, column 1: nothing is said of the risk destructive"),
                        p -> assertThat(p).startsWith("line 1, column 13: least_runs must be a whole number from 2"),
                        p -> assertThat(p)
                                .startsWith("line 2, column 16: least_actions must be a whole number from 10"),
                        p -> assertThat(p).startsWith("line 3, column 13: confidence must be 90, 95 or 99"),
                        p -> assertThat(p).startsWith("line 5, column 9: supervised asks for more than autonomous"),
                        p -> assertThat(p).startsWith("line 6, column 23: supervised must be a number from 0.5 to 1"),
                        p -> assertThat(p).startsWith("line 6, column 40: autonomous must be a number from 0.5 to 1"),
                        p -> assertThat(p).startsWith("line 7, column 9: exec needs supervised and autonomous"));
    }
}
