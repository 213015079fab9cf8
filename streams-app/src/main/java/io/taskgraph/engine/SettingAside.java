package io.taskgraph.engine;

import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.WatchBegun;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Flag;

/** Tasks that the loop sets aside, and those that failed and can be repaired: passes look at them again. */
final class SettingAside {
    private SettingAside() {}

    static void defer(Deliberation d, Task t, String reason) {
        d.emit(new TaskDeferred(t.id(), Texts.cut(reason, Texts.LONG_TEXT)));
        watch(d, t.id());
    }

    /** Has passes look at the task, where the policy has any. */
    static void watch(Deliberation d, String taskId) {
        if (Passes.has(d.policy()) && d.policy().on(Flag.RECONCILE)) {
            d.emit(new WatchBegun(taskId));
        }
    }
}
