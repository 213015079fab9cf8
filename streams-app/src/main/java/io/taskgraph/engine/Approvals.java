package io.taskgraph.engine;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Risk;
import java.time.Instant;
import java.util.List;

/** What waits for approval: asked for, answered, expired, overtaken by changes. */
final class Approvals {
    private static final long EXPIRES_AFTER = 3_600_000;

    private Approvals() {}

    /** A request yet to be filled in: about nothing in particular, by that requester, because of that rule. */
    static ApprovalRequested draft(ApprovalKind kind, String requester, String rule, String reason) {
        return new ApprovalRequested(
                "",
                kind,
                null,
                0,
                0L,
                "",
                "",
                Risk.UNKNOWN,
                null,
                "",
                requester,
                rule,
                reason,
                1,
                List.of(),
                Instant.EPOCH);
    }

    /**
     * Asks for approval under the terms that the policy has for the risk: emits the request with its id, graph version,
     * terms and expiry filled in. A TASK goes to AWAITING_APPROVAL with it; the caller has taken the run of a PLAN to
     * AWAIT_APPROVAL.
     *
     * <p>When it is answered: an ACTION gets its ActionAllowed or ActionDenied; a TASK goes back to READY, where its
     * next dispatch uses the grant up, or is deferred; for a PLAN {@link Lifecycle} is told.
     *
     * @return the approval's id
     */
    static String request(Deliberation d, ApprovalRequested wanted) {
        String id = Approval.idOf(d.run().sequence() + 1, d.nextApproval());
        wanted.setApprovalId(id);
        wanted.setGraphVersion(d.graphVersion());
        wanted.setExpiresAt(Instant.ofEpochMilli(d.now() + EXPIRES_AFTER));
        d.emit(wanted);
        return id;
    }
}
