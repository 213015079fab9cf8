package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.ExtensionWithdrawn;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.trust.use.TrustRule;
import java.util.ArrayList;
import java.util.List;

/** An extension that the run used and may use no more is taken from its attempts in flight. */
final class Withdrawals {
    private Withdrawals() {}

    /**
     * Takes it away.
     *
     * @param now what is seen of it now
     */
    static void of(Deliberation d, SeenExtension now) {
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

    /** Takes away what grants are over of: a key or statement that they rest on has run out. */
    static void ofEndedGrants(Deliberation d) {
        for (String id : d.run().dates().grants().due(d.now())) {
            SeenExtension before = d.run().tables().seen.get(id);
            SeenExtension now = Toolpacks.look(d, before.ref(), before.agentType());
            if (now.allowed() && !now.allowedAt(d.now())) {
                // Nothing new is known of it but the time.
                d.emit(new ExtensionSeen(
                        now.ref(),
                        now.agentType(),
                        now.digest(),
                        now.state(),
                        now.sequence(),
                        TrustRule.SIGNATURES.key(),
                        "its grant is over",
                        null));
                of(d, d.run().tables().seen.get(id));
            }
        }
    }
}
