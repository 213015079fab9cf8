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
    private final Map<Cap, Long> most = new EnumMap<>(Cap.class);
    private final Map<Cap, Long> exceeded = new EnumMap<>(Cap.class);
    private final List<Tally.Objection> kept = new ArrayList<>();
    private final String runId;

    CapLedger(Hearing run) {
        this.runId = run.runId();
        run.refused((r, at) -> {
            if (r.getCode() == RejectionCode.CAP_EXCEEDED) {
                Cap.ofKey(r.getDetails().getOrDefault("cap", "")).ifPresent(this::hit);
            }
        });
        run.on(CapReached.class, (f, at) -> Cap.ofKey(f.getCap()).ifPresent(this::hit));
        run.ended(this::end);
    }

    /** Something was refused, stopped or put off for the cap's sake. */
    void hit(Cap cap) {
        hits.merge(cap, 1L, Long::sum);
    }

    /** It came to this much under a limit that allows as much: at the limit the cap counts as hit, beyond it as exceeded. */
    void came(Cap cap, long value, long limit, At at) {
        most.merge(cap, value, Math::max);
        if (value == limit) {
            hit(cap);
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
