package io.taskgraph.engine;

import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.List;

/**
 * The registry of extensions has changed: what the run uses and may use no more is taken from attempts in flight, and what
 * waited and may go on does. Costs what the run has seen of the registry, and its attempts in flight only if something is
 * taken.
 */
final class RegistryChangeDecider implements Decider<Input.OfRegistryChange> {
    @Override
    public Rejection decide(Deliberation d, Input.OfRegistryChange input) {
        if (Lifecycle.hasEnded(d.run())) {
            // It uses nothing any more; if it is taken up again, it looks before it dispatches.
            return null;
        }
        for (SeenExtension before : List.copyOf(d.run().tables().seen.values())) {
            Toolpacks.look(d, before.ref(), before.agentType());
        }
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
}
