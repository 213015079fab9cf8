package io.taskgraph.engine;

import io.taskgraph.avro.ApprovalDenied;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.ApprovalGiven;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.ApprovalInvalidated;
import io.taskgraph.avro.ApprovalRequested;

/** What facts about approvals change in a run. */
final class ApplyApprovals {
    private ApplyApprovals() {}

    static void register(Applications to) {
        to.on(ApprovalRequested.class, (run, f, w) -> {});
        to.on(ApprovalGiven.class, (run, f, w) -> {});
        to.on(ApprovalGranted.class, (run, f, w) -> {});
        to.on(ApprovalDenied.class, (run, f, w) -> {});
        to.on(ApprovalExpired.class, (run, f, w) -> {});
        to.on(ApprovalInvalidated.class, (run, f, w) -> {});
    }
}
