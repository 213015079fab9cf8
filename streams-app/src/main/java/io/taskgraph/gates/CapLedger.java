package io.taskgraph.gates;

import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.policy.contract.Cap;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What one run's caps came to, recomputed: how often each was hit, the most it came to, and where it was exceeded. */
final class CapLedger {
    private final Map<Cap, Long> hits = new EnumMap<>(Cap.class);
    /** By cap the last decision that hit it: what several facts tell of one decision is one hit. */
    private final Map<Cap, Long> hitIn = new EnumMap<>(Cap.class);

    private final Map<Cap, Long> most = new EnumMap<>(Cap.class);
    private final Map<Cap, Long> exceeded = new EnumMap<>(Cap.class);
    private final List<Tally.Objection> kept = new ArrayList<>();
    private final String runId;

    CapLedger(Hearing run) {
        this.runId = run.runId();
        run.refused((r, at) -> {
            if (r.getCode() == RejectionCode.CAP_EXCEEDED) {
                Cap.ofKey(r.getDetails().getOrDefault("cap", "")).ifPresent(cap -> hit(cap, at));
            }
        });
        run.on(CapReached.class, (f, at) -> Cap.ofKey(f.getCap()).ifPresent(cap -> reached(cap, f, at)));
        run.ended(this::end);
    }

    /** Something was refused, stopped or put off for the cap's sake. */
    private void hit(Cap cap, At at) {
        long decision = at.decision().getSequence();
        if (!Long.valueOf(decision).equals(hitIn.put(cap, decision))) {
            hits.merge(cap, 1L, Long::sum);
        }
    }

    private void reached(Cap cap, CapReached f, At at) {
        hit(cap, at);
        if (!isReason(cap, f)) {
            exceed(cap, "it counts as reached at " + cap.write(f.getValue()) + " of " + cap.write(f.getLimit()), at);
        }
    }

    /** Whether the numbers are such that the cap has to act: counts beyond the limit, times at it. */
    private static boolean isReason(Cap cap, CapReached f) {
        return switch (cap) {
            // A pass that would come too early.
            case RECONCILE_COOLDOWN -> f.getValue() < f.getLimit();
            case MAX_RUNTIME, HEARTBEAT_STALENESS, WORKER_TIMEOUT, START_TIMEOUT -> f.getValue() >= f.getLimit();
            default -> f.getValue() > f.getLimit();
        };
    }

    /** It came to this much under a limit that allows as much: at the limit the cap counts as hit, beyond it as exceeded. */
    void came(Cap cap, long value, long limit, At at) {
        most.merge(cap, value, Math::max);
        if (value == limit) {
            hit(cap, at);
        } else if (value > limit) {
            exceed(cap, "it came to " + cap.write(value) + ", more than the " + cap.write(limit) + " allowed", at);
        }
    }

    /** What a cap says has not been kept. */
    void exceed(Cap cap, String how, At at) {
        exceeded.merge(cap, 1L, Long::sum);
        if (kept.size() < Tally.KEPT) {
            kept.add(new Tally.Objection(runId, at.decision().getSequence(), cap.key() + ": " + how));
        }
    }

    private void end(Tally to) {
        hits.forEach((cap, n) -> to.add(cap.key() + ".hits", n));
        most.forEach((cap, n) -> to.most(cap.key() + ".most", n));
        exceeded.forEach((cap, n) -> to.add(cap.key() + ".exceeded", n));
        kept.forEach(to::object);
    }
}
