package io.taskgraph.graph;

import java.util.List;
import java.util.Objects;

/**
 * A node of the graph with its lease: an immutable value.
 *
 * @param id unique in its run
 * @param spec what planners say of it
 * @param dependsOn ids it waits for, sorted, without duplicates
 * @param status where it is; READY exactly if it is pending and every dependency is satisfied
 * @param ordinal its place in the order of creation within the run, from 1: the smaller is the older
 * @param changedAtVersion the graph version that last changed it
 * @param attempt number of attempts offered so far: the fencing token of the current lease while in flight
 * @param failures attempts that failed
 * @param workerId who holds or last held the lease, or null
 * @param leasedAt when the current lease was offered or taken up, in milliseconds since the epoch; 0 if none is out
 * @param outcome the result if DONE, the reason if FAILED, CANCELLED or DEFERRED, or null
 * @param archived whether it was taken out of the live graph
 * @param notBefore when it may be tried again, in milliseconds since the epoch; 0: at once
 */
public record Task(
        String id,
        TaskFields spec,
        List<String> dependsOn,
        Status status,
        long ordinal,
        long changedAtVersion,
        int attempt,
        int failures,
        String workerId,
        long leasedAt,
        String outcome,
        boolean archived,
        long notBefore) {

    public Task {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(status, "status");
    }

    /** A task that was just added: never attempted, not ended. */
    public static Task added(String id, TaskFields spec, List<String> dependsOn, long ordinal, long version) {
        return new Task(id, spec, inOrder(dependsOn), Status.PENDING, ordinal, version, 0, 0, null, 0, null, false, 0);
    }

    private static List<String> inOrder(List<String> ids) {
        return ids.size() < 2
                ? List.copyOf(ids)
                : ids.stream().distinct().sorted().toList();
    }

    /** The same, whose next attempt has the number after that one. */
    public Task countingFrom(int lastAttempt) {
        return new Task(
                id,
                spec,
                dependsOn,
                status,
                ordinal,
                changedAtVersion,
                lastAttempt,
                failures,
                workerId,
                leasedAt,
                outcome,
                archived,
                notBefore);
    }

    public String title() {
        return spec.title();
    }

    public int priority() {
        return spec.priority();
    }

    public String assignee() {
        return spec.assignee();
    }

    public String agentType() {
        return spec.agentType();
    }

    /** Whether dependents may go on as far as this task is concerned. */
    public boolean satisfiesDependents() {
        return status == Status.DONE || status == Status.FAILED && spec.failureMode() == FailureMode.CONTINUE;
    }

    /** Whether dependents can never go on because of this task. */
    public boolean blocksDependentsForGood() {
        return status == Status.CANCELLED || status == Status.FAILED && spec.failureMode() == FailureMode.FAIL_FAST;
    }

    /** Whether it could be dispatched if its dependencies were satisfied. */
    boolean waitsOnDependenciesOnly() {
        return (status == Status.PENDING || status == Status.READY) && notBefore == 0;
    }

    /** Waiting, and not to be tried before a time in milliseconds since the epoch; 0: its time has come. */
    public Task notBefore(long at) {
        return new Task(
                id,
                spec,
                dependsOn,
                Status.PENDING,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                workerId,
                leasedAt,
                outcome,
                archived,
                at);
    }

    /** Handed in, and waiting for a reviewer; {@code result} may be null. */
    public Task submitted(String worker, String result) {
        return new Task(
                id,
                spec,
                dependsOn,
                Status.SUBMITTED,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                worker,
                leasedAt,
                result,
                archived,
                0);
    }

    /** Waiting again after it had ended, as if it had not failed yet. */
    public Task reopened() {
        return new Task(
                id,
                spec,
                dependsOn,
                Status.PENDING,
                ordinal,
                changedAtVersion,
                attempt,
                0,
                workerId,
                0,
                null,
                archived,
                0);
    }

    Task withStatus(Status s) {
        return new Task(
                id,
                spec,
                dependsOn,
                s,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                workerId,
                leasedAt,
                outcome,
                archived,
                notBefore);
    }

    Task withDependsOn(List<String> deps) {
        return new Task(
                id,
                spec,
                deps,
                status,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                workerId,
                leasedAt,
                outcome,
                archived,
                notBefore);
    }

    /** The same task as changed by the given graph version. */
    public Task changedAt(long version) {
        return new Task(
                id, spec, dependsOn, status, ordinal, version, attempt, failures, workerId, leasedAt, outcome, archived,
                notBefore);
    }

    /** The same task with other fields. */
    public Task withSpec(TaskFields s) {
        return new Task(
                id,
                s,
                dependsOn,
                status,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                workerId,
                leasedAt,
                outcome,
                archived,
                notBefore);
    }

    /** Offered as attempt {@code n} at a time in milliseconds since the epoch. */
    public Task dispatched(int n, long at) {
        return new Task(
                id,
                spec,
                dependsOn,
                Status.DISPATCHED,
                ordinal,
                changedAtVersion,
                n,
                failures,
                null,
                at,
                null,
                archived,
                0);
    }

    /** Taken up by a worker at a time in milliseconds since the epoch. */
    public Task started(String worker, long at) {
        return new Task(
                id,
                spec,
                dependsOn,
                Status.RUNNING,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                worker,
                at,
                null,
                archived,
                0);
    }

    /** Without a lease, waiting again; {@code failed} counts the attempt as failed. */
    public Task leaseEnded(boolean failed) {
        return new Task(
                id,
                spec,
                dependsOn,
                Status.PENDING,
                ordinal,
                changedAtVersion,
                attempt,
                failed ? failures + 1 : failures,
                workerId,
                0,
                null,
                archived,
                0);
    }

    /** Set aside, with the reason. */
    public Task deferred(String reason) {
        return new Task(
                id,
                spec,
                dependsOn,
                Status.DEFERRED,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                workerId,
                0,
                reason,
                archived,
                0);
    }

    /** Ready, but for an approval. */
    public Task awaitingApproval() {
        return new Task(
                id,
                spec,
                dependsOn,
                Status.AWAITING_APPROVAL,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                workerId,
                0,
                null,
                archived,
                0);
    }

    /** Waiting again after a deferral, or after an approval was answered. */
    public Task requeued() {
        return new Task(
                id,
                spec,
                dependsOn,
                Status.PENDING,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                workerId,
                0,
                null,
                archived,
                0);
    }

    /** Ended: {@code end} is terminal; {@code why} is its result or reason, or null; {@code worker} who did it, or null. */
    public Task ended(Status end, String worker, String why) {
        return new Task(
                id,
                spec,
                dependsOn,
                end,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                worker == null ? workerId : worker,
                0,
                why,
                archived,
                0);
    }

    /** Out of the live graph. */
    public Task inArchive() {
        return new Task(
                id,
                spec,
                dependsOn,
                status,
                ordinal,
                changedAtVersion,
                attempt,
                failures,
                workerId,
                leasedAt,
                outcome,
                true,
                notBefore);
    }
}
