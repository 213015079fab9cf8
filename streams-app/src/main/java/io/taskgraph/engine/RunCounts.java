package io.taskgraph.engine;

/**
 * What has happened in a run so far: an immutable value.
 *
 * @param dispatches attempts offered
 * @param retries attempts offered beyond each task's first
 * @param fenced reports refused as fenced
 * @param rejected inputs refused
 * @param actions actions asked for, each request that was judged anew
 * @param actionsAllowed of these, allowed
 * @param actionsDenied of these, denied
 * @param bypasses actions performed without an allow
 * @param escalations matters that an operator was called for
 */
record RunCounts(
        long dispatches,
        long retries,
        long fenced,
        long rejected,
        long actions,
        long actionsAllowed,
        long actionsDenied,
        long bypasses,
        long escalations) {

    static final RunCounts NONE = new RunCounts(0, 0, 0, 0, 0, 0, 0, 0, 0);

    RunCounts dispatched(boolean retry) {
        return new RunCounts(
                dispatches + 1,
                retry ? retries + 1 : retries,
                fenced,
                rejected,
                actions,
                actionsAllowed,
                actionsDenied,
                bypasses,
                escalations);
    }

    RunCounts refused(boolean fence) {
        return new RunCounts(
                dispatches,
                retries,
                fence ? fenced + 1 : fenced,
                rejected + 1,
                actions,
                actionsAllowed,
                actionsDenied,
                bypasses,
                escalations);
    }

    RunCounts actionWanted() {
        return new RunCounts(
                dispatches,
                retries,
                fenced,
                rejected,
                actions + 1,
                actionsAllowed,
                actionsDenied,
                bypasses,
                escalations);
    }

    RunCounts actionAllowed() {
        return new RunCounts(
                dispatches,
                retries,
                fenced,
                rejected,
                actions,
                actionsAllowed + 1,
                actionsDenied,
                bypasses,
                escalations);
    }

    RunCounts actionDenied() {
        return new RunCounts(
                dispatches,
                retries,
                fenced,
                rejected,
                actions,
                actionsAllowed,
                actionsDenied + 1,
                bypasses,
                escalations);
    }

    RunCounts bypassed() {
        return new RunCounts(
                dispatches,
                retries,
                fenced,
                rejected,
                actions,
                actionsAllowed,
                actionsDenied,
                bypasses + 1,
                escalations);
    }

    RunCounts escalated() {
        return new RunCounts(
                dispatches,
                retries,
                fenced,
                rejected,
                actions,
                actionsAllowed,
                actionsDenied,
                bypasses,
                escalations + 1);
    }
}
