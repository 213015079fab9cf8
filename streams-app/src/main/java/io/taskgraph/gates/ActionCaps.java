package io.taskgraph.gates;

import io.taskgraph.avro.Digest;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskRemoved;
import io.taskgraph.policy.contract.Cap;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** How much agents may do. */
final class ActionCaps implements CapWatch {
    private static final long MINUTE = 60_000;

    private record Action(String tool, Digest arguments) {}

    @Override
    public Set<Cap> caps() {
        return EnumSet.of(Cap.MAX_ACTIONS, Cap.MAX_ACTIONS_PER_MINUTE, Cap.MAX_IDENTICAL_ACTIONS);
    }

    @Override
    public void listen(Hearing run, CapLedger ledger) {
        new OfRun(run, ledger);
    }

    private static final class OfRun {
        private final CapLedger ledger;
        private final ArrayDeque<Long> lately = new ArrayDeque<>();
        private final Map<String, Map<Action, Long>> identical = new HashMap<>();
        private long actions;

        OfRun(Hearing run, CapLedger ledger) {
            this.ledger = ledger;
            new Allows().whenAsked(this::asked).listen(run);
            run.on(RunCreated.class, (f, at) -> {
                actions = 0;
                identical.clear();
            });
            run.on(TaskCompleted.class, (f, at) -> identical.remove(f.getTaskId()));
            run.on(TaskRemoved.class, (f, at) -> identical.remove(f.getTaskId()));
        }

        private void asked(String task, String tool, Digest arguments, At at) {
            actions++;
            ledger.came(Cap.MAX_ACTIONS, actions, at.policy().caps().get(Cap.MAX_ACTIONS), at);
            while (!lately.isEmpty() && lately.peekFirst() <= at.millis() - MINUTE) {
                lately.removeFirst();
            }
            lately.addLast(at.millis());
            ledger.came(
                    Cap.MAX_ACTIONS_PER_MINUTE,
                    lately.size(),
                    at.policy().caps().get(Cap.MAX_ACTIONS_PER_MINUTE),
                    at);
            long same = identical
                    .computeIfAbsent(task, t -> new HashMap<>())
                    .merge(new Action(tool, arguments), 1L, Long::sum);
            ledger.came(Cap.MAX_IDENTICAL_ACTIONS, same, at.policy().caps().get(Cap.MAX_IDENTICAL_ACTIONS), at);
        }
    }
}
