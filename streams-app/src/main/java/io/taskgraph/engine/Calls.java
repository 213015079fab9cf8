package io.taskgraph.engine;

import io.taskgraph.avro.Escalated;
import io.taskgraph.engine.Situation.Trigger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Calls for an operator by strategies. About one failure at once; what a timer found is told in one call a trigger. */
final class Calls {
    private static final int LISTED = 100;

    private record Call(String reason, List<String> tasks) {}

    private final Deliberation d;
    private final Map<Trigger, Call> gathered = new EnumMap<>(Trigger.class);

    Calls(Deliberation d) {
        this.d = d;
    }

    void call(Trigger trigger, String taskId, String reason) {
        if (trigger.isFailure()) {
            Attempts.escalate(d, "retry", taskId, reason, List.of());
        } else {
            gathered.computeIfAbsent(trigger, t -> new Call(reason, new ArrayList<>()))
                    .tasks
                    .add(taskId);
        }
    }

    /** Makes the calls that were gathered. */
    void make() {
        gathered.forEach((trigger, call) -> {
            int n = call.tasks.size();
            d.emit(new Escalated(
                    trigger.name().toLowerCase(Locale.ROOT),
                    n == 1 ? call.tasks.get(0) : null,
                    Texts.cut((n == 1 ? "" : n + " tasks, the first: ") + call.reason, Texts.LONG_TEXT),
                    n == 1 ? List.of() : List.copyOf(call.tasks.subList(0, Math.min(LISTED, n)))));
        });
        gathered.clear();
    }
}
