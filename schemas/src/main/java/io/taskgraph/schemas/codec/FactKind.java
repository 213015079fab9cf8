package io.taskgraph.schemas.codec;

import io.taskgraph.avro.Fact;

/**
 * Which kind a fact is of, by its getters: each is a read of a field. To ask a record for some forty fields by their number
 * is as many calls through a table of classes, and that for each fact when it is applied and when it is written.
 */
public final class FactKind {
    /** No kind is set: one that this version does not know. */
    public static final int NONE = -1;
    /** More than one kind is set. */
    public static final int SEVERAL = -2;

    private FactKind() {}

    /** The position of the one field that is set, or {@link #NONE} or {@link #SEVERAL}. */
    public static int of(Fact f) {
        int at = NONE;
        at = f.getRunCreated() == null ? at : and(at, 0);
        at = f.getPhaseChanged() == null ? at : and(at, 1);
        at = f.getTaskAdded() == null ? at : and(at, 2);
        at = f.getTaskUpdated() == null ? at : and(at, 3);
        at = f.getTaskRemoved() == null ? at : and(at, 4);
        at = f.getTaskArchived() == null ? at : and(at, 5);
        at = f.getDependencyAdded() == null ? at : and(at, 6);
        at = f.getDependencyRemoved() == null ? at : and(at, 7);
        at = f.getTaskDeferred() == null ? at : and(at, 8);
        at = f.getTaskRequeued() == null ? at : and(at, 9);
        at = f.getTaskResolved() == null ? at : and(at, 10);
        at = f.getTaskDispatched() == null ? at : and(at, 11);
        at = f.getTaskStarted() == null ? at : and(at, 12);
        at = f.getTaskCompleted() == null ? at : and(at, 13);
        at = f.getAttemptFailed() == null ? at : and(at, 14);
        at = f.getLeaseRevoked() == null ? at : and(at, 15);
        at = f.getTaskFailed() == null ? at : and(at, 16);
        at = f.getWorkerLost() == null ? at : and(at, 17);
        at = f.getRetryScheduled() == null ? at : and(at, 18);
        at = f.getRetryDue() == null ? at : and(at, 19);
        at = f.getTaskSubmitted() == null ? at : and(at, 20);
        at = f.getTaskReopened() == null ? at : and(at, 21);
        at = f.getEscalated() == null ? at : and(at, 22);
        at = f.getProposalRefused() == null ? at : and(at, 23);
        at = f.getWorkerRecovered() == null ? at : and(at, 24);
        at = f.getWorkerLeft() == null ? at : and(at, 25);
        at = f.getRunDegraded() == null ? at : and(at, 26);
        at = f.getRunStabilized() == null ? at : and(at, 27);
        at = f.getRunCancelled() == null ? at : and(at, 28);
        at = f.getRunQuarantined() == null ? at : and(at, 29);
        at = f.getRunReleased() == null ? at : and(at, 30);
        at = f.getPolicyChanged() == null ? at : and(at, 31);
        at = f.getCapReached() == null ? at : and(at, 32);
        at = f.getApprovalRequested() == null ? at : and(at, 33);
        at = f.getApprovalGiven() == null ? at : and(at, 34);
        at = f.getApprovalGranted() == null ? at : and(at, 35);
        at = f.getApprovalDenied() == null ? at : and(at, 36);
        at = f.getApprovalExpired() == null ? at : and(at, 37);
        at = f.getApprovalInvalidated() == null ? at : and(at, 38);
        at = f.getActionAllowed() == null ? at : and(at, 39);
        at = f.getActionDenied() == null ? at : and(at, 40);
        at = f.getActionPerformed() == null ? at : and(at, 41);
        at = f.getPolicyBypassDetected() == null ? at : and(at, 42);
        at = f.getGuardTripped() == null ? at : and(at, 43);
        at = f.getRuleNoted() == null ? at : and(at, 44);
        at = f.getUsageRecorded() == null ? at : and(at, 45);
        at = f.getBudgetExhausted() == null ? at : and(at, 46);
        at = f.getBudgetRaised() == null ? at : and(at, 47);
        at = f.getMessageQueued() == null ? at : and(at, 48);
        at = f.getMailDelivered() == null ? at : and(at, 49);
        at = f.getMailAcknowledged() == null ? at : and(at, 50);
        at = f.getMessageExpired() == null ? at : and(at, 51);
        at = f.getMessageUndeliverable() == null ? at : and(at, 52);
        at = f.getMessageDisplaced() == null ? at : and(at, 53);
        at = f.getContextRequested() == null ? at : and(at, 54);
        at = f.getContextProvided() == null ? at : and(at, 55);
        at = f.getCheckpointTaken() == null ? at : and(at, 56);
        at = f.getTaskRestored() == null ? at : and(at, 57);
        at = f.getRunAssembled() == null ? at : and(at, 58);
        at = f.getLeaveAnnounced() == null ? at : and(at, 59);
        at = f.getWatchBegun() == null ? at : and(at, 60);
        at = f.getPassMade() == null ? at : and(at, 61);
        at = f.getRunSlowed() == null ? at : and(at, 62);
        at = f.getSlowdownEnded() == null ? at : and(at, 63);
        at = f.getTaskBriefed() == null ? at : and(at, 64);
        at = f.getSnapshotRequested() == null ? at : and(at, 65);
        at = f.getRunForgotten() == null ? at : and(at, 66);
        at = f.getGatesRecorded() == null ? at : and(at, 67);
        at = f.getExtensionProposed() == null ? at : and(at, 68);
        at = f.getExtensionEndorsed() == null ? at : and(at, 69);
        at = f.getExtensionStateChanged() == null ? at : and(at, 70);
        at = f.getTrustRevoked() == null ? at : and(at, 71);
        at = f.getExtensionSeen() == null ? at : and(at, 72);
        at = f.getExtensionWithdrawn() == null ? at : and(at, 73);
        at = f.getToolpackAwaited() == null ? at : and(at, 74);
        at = f.getExtensionMismatch() == null ? at : and(at, 75);
        return at;
    }

    private static int and(int before, int position) {
        return before == NONE ? position : SEVERAL;
    }
}
