package io.taskgraph.policy.contract;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Which phases may follow which: the contract's transitions, or fewer. Immutable. */
final class Transitions {
    /** The contract's own. */
    static final Transitions CONTRACT = new Transitions(contract());

    private final Map<Phase, Set<Phase>> next;

    private Transitions(Map<Phase, Set<Phase>> next) {
        this.next = next;
    }

    private static Map<Phase, Set<Phase>> contract() {
        Map<Phase, Set<Phase>> next = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            next.put(phase, phase.next());
        }
        return next;
    }

    Set<Phase> after(Phase phase) {
        return next.get(phase);
    }

    boolean allow(Phase from, Phase to) {
        return next.get(from).contains(to);
    }

    /** The same with other phases after one; the caller has checked that they are among the contract's. */
    Transitions with(Phase from, Set<Phase> after) {
        Map<Phase, Set<Phase>> changed = new EnumMap<>(next);
        EnumSet<Phase> copy = EnumSet.noneOf(Phase.class);
        copy.addAll(after);
        changed.put(from, Collections.unmodifiableSet(copy));
        return new Transitions(changed);
    }

    /** Whether a run can be completed at all. */
    boolean reachCompletion() {
        Set<Phase> reached = EnumSet.of(Phase.IDLE);
        Deque<Phase> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            for (Phase phase : next.get(open.remove())) {
                if (reached.add(phase)) {
                    open.add(phase);
                }
            }
        }
        return reached.contains(Phase.COMPLETED);
    }
}
