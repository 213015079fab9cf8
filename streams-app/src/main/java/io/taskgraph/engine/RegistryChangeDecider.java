package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionWithdrawn;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The registry of extensions has changed: what the run uses and may use no more is taken from attempts in flight, and what
 * waited and may go on does. Costs what the run has seen of the registry, and its attempts in flight only if something is
 * taken.
 */
final class RegistryChangeDecider implements Decider<Input.OfRegistryChange> {
    @Override
    public Rejection decide(Deliberation d, Input.OfRegistryChange input) {
        Map<SeenExtension, SeenExtension> withdrawn = new LinkedHashMap<>();
        for (SeenExtension before : List.copyOf(d.run().tables().seen.values())) {
            SeenExtension now = Toolpacks.look(d, before.ref(), before.agentType());
            if (before.allowed() && !now.allowedAt(d.now())) {
                withdrawn.put(before, now);
            }
        }
        withdrawn.values().forEach(now -> withdraw(d, now));
        for (AwaitedToolpack a : List.copyOf(d.run().tables().awaited.values())) {
            Task t = d.run().graph().task(a.taskId());
            if (t != null && t.status() == Status.DEFERRED && mayUseAll(d, t)) {
                d.emit(new TaskRequeued(t.id(), "it may use what it needs"));
            }
        }
        Lifecycle.proceed(d);
        return null;
    }

    private static boolean mayUseAll(Deliberation d, Task t) {
        return Toolpacks.of(d.run(), t.id()).stream()
                .allMatch(ref -> Toolpacks.look(d, ref, t.agentType()).allowedAt(d.now()));
    }

    private static void withdraw(Deliberation d, SeenExtension now) {
        List<Task> stopped = new ArrayList<>();
        for (String id : d.run().leases().all()) {
            Task t = d.run().graph().task(id);
            TaskToolpacks needed = d.run().tables().toolpacks.get(id);
            if (needed != null
                    && t.agentType().equals(now.agentType())
                    && needed.toolpacks().contains(now.toolpack())) {
                stopped.add(t);
            }
        }
        d.emit(new ExtensionWithdrawn(
                now.ref(),
                now.agentType(),
                now.state(),
                now.reason(),
                stopped.stream().map(Task::id).toList()));
        for (Task t : stopped) {
            d.emit(new LeaseRevoked(
                    t.id(),
                    t.attempt(),
                    Workers.orNone(t.workerId()),
                    Texts.cut("it may not use " + now.toolpack() + " any more: " + now.reason(), Texts.LONG_TEXT),
                    null));
        }
    }
}
