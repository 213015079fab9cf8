package io.taskgraph.engine;

import io.taskgraph.policy.contract.Bounds;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run may use up, has used up, and has promised to the attempts in flight.
 *
 * @param limit the run's bounds
 * @param spent by all attempts, those in flight included
 * @param reserved for the attempts in flight, beyond what they have used up
 */
public record Ledger(Bounds limit, Usage spent, Usage reserved) {
    static final Ledger NONE = new Ledger(Bounds.NONE, Usage.NONE, Usage.NONE);

    Ledger withLimit(Bounds to) {
        return new Ledger(to, spent, reserved);
    }

    Ledger reserving(Usage more) {
        return new Ledger(limit, spent, reserved.plus(more));
    }

    /** An attempt used up {@code used} in all where {@code before} was known, out of what was reserved for it. */
    Ledger spending(Usage before, Usage used, Usage reservedForIt) {
        Usage open = reservedForIt.minus(before);
        Usage stillOpen = reservedForIt.minus(used);
        return new Ledger(limit, spent.plus(used.minus(before)), reserved.minus(open.minus(stillOpen)));
    }

    /** What is left of a reservation is given back. */
    Ledger returning(Usage rest) {
        return new Ledger(limit, spent, reserved.minus(rest));
    }

    /** What is spent and promised of a resource. */
    long committed(Usage.Resource r) {
        return r.of(spent.plus(reserved));
    }

    static void writeBounds(EntryWriter out, int field, Bounds b) {
        // A bound of 0 is one, and a number of 0 is left out: so each is written one higher.
        out.number(field, b.tokens() == null ? 0 : b.tokens() + 1)
                .number(field + 1, b.costMicros() == null ? 0 : b.costMicros() + 1)
                .number(field + 2, b.millis() == null ? 0 : b.millis() + 1);
    }

    static Bounds readBounds(long[] n, int field) {
        return new Bounds(
                n[field] == 0 ? null : Long.valueOf(n[field] - 1),
                n[field + 1] == 0 ? null : Long.valueOf(n[field + 1] - 1),
                n[field + 2] == 0 ? null : Long.valueOf(n[field + 2] - 1));
    }

    static void writeUsage(EntryWriter out, int field, Usage u) {
        out.number(field, u.tokens()).number(field + 1, u.costMicros()).number(field + 2, u.millis());
    }

    static Usage readUsage(long[] n, int field) {
        return new Usage(n[field], n[field + 1], n[field + 2]);
    }

    /** Nine numbers, from that field on. */
    static void write(EntryWriter out, int field, Ledger l) {
        writeBounds(out, field, l.limit);
        writeUsage(out, field + 3, l.spent);
        writeUsage(out, field + 6, l.reserved);
    }

    static Ledger read(long[] n, int field) {
        return new Ledger(readBounds(n, field), readUsage(n, field + 3), readUsage(n, field + 6));
    }

    /** Resources of which more is committed than the limit, in their order. */
    List<Usage.Resource> overdrawn() {
        List<Usage.Resource> over = new ArrayList<>();
        for (Usage.Resource r : Usage.Resource.values()) {
            if (r.of(spent) > r.of(limit)) {
                over.add(r);
            }
        }
        return over;
    }
}
