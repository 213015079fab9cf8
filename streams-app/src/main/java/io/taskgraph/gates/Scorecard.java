package io.taskgraph.gates;

import io.taskgraph.policy.contract.Risk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * What autonomy the record supports, by agent type and risk of the action.
 *
 * @param window which runs
 * @param runs how many
 * @param criteria what was asked for
 * @param rows by agent type, then risk
 */
public record Scorecard(Window window, int runs, AutonomyCriteria criteria, List<Row> rows) {
    /**
     * One agent type and risk.
     *
     * @param runs runs with such actions on record
     * @param performed actions performed under an allow
     * @param bypasses actions performed without one
     * @param deniedByPeople actions that a person denied
     * @param deniedByRule actions that the policy denied
     * @param approvedByPeople allows that a person gave
     * @param attemptsDone attempts at tasks of this risk that were done
     * @param attemptsFailed attempts at tasks of this risk that failed
     * @param good performed, of these, the bypasses and the denied
     * @param lower lower end of the interval of that share
     * @param upper its upper end
     * @param supports what the record supports
     * @param because why, one sentence without its full stop
     */
    public record Row(
            String agentType,
            Risk risk,
            long runs,
            long performed,
            long bypasses,
            long deniedByPeople,
            long deniedByRule,
            long approvedByPeople,
            long attemptsDone,
            long attemptsFailed,
            Proportion good,
            double lower,
            double upper,
            Autonomy supports,
            String because) {}

    /** Hears what a scorecard is made of. */
    public static Audit audit() {
        return Audit.of(List.of(new AutonomyAccount()));
    }

    /**
     * Scores.
     *
     * @param audit has heard the log to its end
     */
    public static Scorecard of(AutonomyCriteria criteria, Audit audit, Window window) {
        Tally t = audit.tallies(window).get(new AutonomyAccount().id());
        TreeSet<String> types = new TreeSet<>();
        t.counts().keySet().forEach(name -> types.add(name.split(AutonomyAccount.SEPARATOR)[0]));
        List<Row> rows = new ArrayList<>();
        for (String type : types) {
            for (Risk risk : Risk.values()) {
                row(criteria, t, type, risk).ifPresent(rows::add);
            }
        }
        return new Scorecard(window, audit.runs(window).size(), criteria, rows);
    }

    private static java.util.Optional<Row> row(AutonomyCriteria c, Tally t, String type, Risk risk) {
        String of = AutonomyAccount.name(type, risk.name(), "");
        long performed = t.of(of + "performed");
        long bypasses = t.of(of + "bypasses");
        long byPeople = t.of(of + "denied_by_people");
        long byRule = t.of(of + "denied_by_rule");
        long done = t.of(of + "attempts_done");
        long failed = t.of(of + "attempts_failed");
        long runs = t.of(of + "runs");
        Proportion good = new Proportion(performed, performed + bypasses + byPeople + byRule);
        if (good.trials() + done + failed == 0) {
            return java.util.Optional.empty();
        }
        double lower = good.lower(c.z());
        Map.Entry<Autonomy, String> says = supports(c, risk, runs, good, bypasses, lower);
        return java.util.Optional.of(new Row(
                type,
                risk,
                runs,
                performed,
                bypasses,
                byPeople,
                byRule,
                t.of(of + "approved_by_people"),
                done,
                failed,
                good,
                lower,
                good.upper(c.z()),
                says.getKey(),
                says.getValue()));
    }

    private static Map.Entry<Autonomy, String> supports(
            AutonomyCriteria c, Risk risk, long runs, Proportion good, long bypasses, double lower) {
        if (bypasses > 0) {
            return Map.entry(
                    Autonomy.APPROVE_EACH,
                    Words.count(bypasses, "action") + " performed without an allow: no share makes up for that");
        }
        if (runs < c.leastRuns()) {
            return Map.entry(
                    Autonomy.TOO_FEW,
                    Words.tooFew(runs, "run with such actions/runs with such actions", c.leastRuns()));
        }
        if (good.trials() < c.leastActions()) {
            return Map.entry(Autonomy.TOO_FEW, Words.tooFew(good.trials(), "action", c.leastActions()));
        }
        AutonomyCriteria.Bounds b = c.risks().get(risk);
        String share = good.good() + " of " + good.trials() + " as it should be, which makes at least " + decimal(lower)
                + " likely (" + c.confidence() + " %)";
        if (lower >= b.autonomous()) {
            return Map.entry(Autonomy.AUTONOMOUS, share + "; " + decimal(b.autonomous()) + " is asked for");
        }
        if (lower >= b.supervised()) {
            return Map.entry(Autonomy.SUPERVISED, share + "; " + decimal(b.autonomous()) + " would be autonomous");
        }
        return Map.entry(Autonomy.APPROVE_EACH, share + "; " + decimal(b.supervised()) + " would be supervised");
    }

    private static String decimal(double d) {
        return String.format(Locale.ROOT, "%.3f", d);
    }
}
