package io.taskgraph.gates;

import io.taskgraph.policy.contract.Cap;
import java.util.ArrayList;
import java.util.List;

/** Do caps hold? Recomputed from the facts: a cap counts as kept only if it was hit, and was then not exceeded. */
final class CapsGate implements Gate {
    private static final Threshold HIT = Threshold.atLeast("caps_hit", "different caps that were hit", 1);

    /** Between them they recompute every cap. */
    static final List<CapWatch> WATCHES = List.of(new GraphCaps(), new WorkCaps(), new TimeCaps(), new ActionCaps());

    @Override
    public String id() {
        return "caps";
    }

    @Override
    public String question() {
        return "Do caps hold when they are hit?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(HIT);
    }

    @Override
    public void listen(Hearing run) {
        CapLedger ledger = new CapLedger(run);
        WATCHES.forEach(w -> w.listen(run, ledger));
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        List<String> hit = new ArrayList<>();
        List<String> exceeded = new ArrayList<>();
        for (Cap cap : Cap.values()) {
            if (t.of(cap.key() + ".hits") > 0) {
                hit.add(cap.key());
            }
            if (t.of(cap.key() + ".exceeded") > 0) {
                exceeded.add(cap.key());
            }
        }
        t.add("caps_hit", hit.size());
        if (!exceeded.isEmpty()) {
            return Finding.fail("exceeded: " + String.join(", ", exceeded));
        }
        return hit.size() < s.of(HIT)
                ? Finding.notObserved(Words.tooFew(hit.size(), "cap that was hit/caps that were hit", s.of(HIT)))
                : Finding.pass(hit.size() + " of " + Cap.values().length + " caps were hit, and none was exceeded: "
                        + String.join(", ", hit));
    }
}
