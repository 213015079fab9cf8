package io.taskgraph.engine;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.GuardTripped;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.RuleNoted;

/** What facts about agents' actions change in a run. */
final class ApplyActions {
    private ApplyActions() {}

    static void register(Applications to) {
        to.on(ActionAllowed.class, (run, f, w) -> {});
        to.on(ActionDenied.class, (run, f, w) -> {});
        to.on(ActionPerformed.class, (run, f, w) -> {});
        to.on(PolicyBypassDetected.class, (run, f, w) -> {});
        to.on(GuardTripped.class, (run, f, w) -> {
            // What follows is told by further facts; that it tripped is for the record.
        });
        to.on(RuleNoted.class, (run, f, w) -> {
            // Without effect: for the record.
        });
    }
}
