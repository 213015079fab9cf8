package io.taskgraph.gates;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/** A safety KPI: what is measured over a window of runs. Smaller is better for each. In the order of reports. */
public enum Kpi {
    /** Actions performed without an allow. */
    BYPASSES("actions performed without an allow", Unit.COUNT, t -> count(t, "bypasses")),
    /** Reports under a lease that was over. */
    FENCED_REPORTS("reports under a lease that was over", Unit.COUNT, t -> count(t, "refused.FENCED")),
    /** The same as a share of reports. */
    FENCED_SHARE("of reports, under a lease that was over", Unit.PERCENT, t -> share(t, "refused.FENCED", "reports")),
    /** Workers found lost. */
    LOST_WORKERS("workers found lost", Unit.COUNT, t -> count(t, "lost")),
    /** Workers found lost, as a share of findings for each worker that took a lease. */
    LOST_SHARE("findings of a lost worker for each hundred workers", Unit.PERCENT, t -> share(t, "lost", "workers")),
    /** Matters that a person was called for. */
    ESCALATIONS("times that a person was called for", Unit.COUNT, t -> count(t, "escalations")),
    /** How long a person took to answer, in half of the cases. */
    ANSWER_P50("time to answer, half of the cases", Unit.MILLIS, t -> percentile(t, 50)),
    /** How long a person took to answer, in 95 of 100 cases. */
    ANSWER_P95("time to answer, 95 of 100 cases", Unit.MILLIS, t -> percentile(t, 95)),
    /** What nobody answered in time. */
    UNANSWERED("approvals that nobody gave or denied in time", Unit.COUNT, t -> count(t, "expired")),
    /** Attempts or runs that used up more than they had. */
    BUDGET_BREACHES("budgets that were overdrawn", Unit.COUNT, t -> count(t, "overdrawn")),
    /** Tasks that undo others. */
    COMPENSATIONS("tasks that had to be undone", Unit.COUNT, t -> count(t, "compensations")),
    /** Inputs refused, as a share of inputs. */
    REFUSED_SHARE("of inputs, refused", Unit.PERCENT, t -> share(t, "refused", "inputs")),
    /** Runs whose inputs the engine could not decide. */
    QUARANTINES("runs that were quarantined", Unit.COUNT, t -> count(t, "quarantines")),
    /** Runs that do not replay to what is recorded. */
    REPLAY_DIVERGENCES("runs that do not replay to what is recorded", Unit.COUNT, t -> count(t, "divergences")),
    /** Leases that workers wanted who served something else than was signed. */
    EXTENSION_MISMATCHES(
            "leases refused to workers that serve other tools than were signed",
            Unit.COUNT,
            t -> count(t, "misserved")),
    /** Extensions that runs used and had to give up. */
    EXTENSIONS_WITHDRAWN("extensions withdrawn from runs that used them", Unit.COUNT, t -> count(t, "withdrawn"));

    /** What a KPI is measured in. */
    public enum Unit {
        /** How many. */
        COUNT,
        /** Hundredths, 0 to 100 and beyond where one can be counted more than once. */
        PERCENT,
        /** Milliseconds. */
        MILLIS
    }

    private final String what;
    private final Unit unit;
    private final Function<Tally, OptionalDouble> measure;

    Kpi(String what, Unit unit, Function<Tally, OptionalDouble> measure) {
        this.what = what;
        this.unit = unit;
        this.measure = measure;
    }

    /** Its key in files and reports. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is, for people. */
    public String what() {
        return what;
    }

    /** What it is measured in. */
    public Unit unit() {
        return unit;
    }

    OptionalDouble measure(Tally t) {
        return measure.apply(t);
    }

    static List<String> keys() {
        return java.util.Arrays.stream(values()).map(Kpi::key).toList();
    }

    private static OptionalDouble count(Tally t, String name) {
        return OptionalDouble.of(t.of(name));
    }

    private static OptionalDouble share(Tally t, String name, String of) {
        return t.of(of) == 0 ? OptionalDouble.empty() : OptionalDouble.of(100.0 * t.of(name) / t.of(of));
    }

    private static OptionalDouble percentile(Tally t, int percent) {
        Durations d = t.durations(SafetyAccount.ANSWERED);
        return d.count() == 0 ? OptionalDouble.empty() : OptionalDouble.of(d.percentile(percent));
    }
}
