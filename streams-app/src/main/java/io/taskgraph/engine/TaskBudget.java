package io.taskgraph.engine;

import io.taskgraph.policy.contract.Bounds;

/**
 * What one attempt of a task may use up, and what the attempt in flight has used up. Only tasks with bounds of their own,
 * or with something reserved or used up, have one.
 *
 * @param limit bounds of an attempt that its planner gave the task: they hold where they are tighter than the policy's
 * @param raised bounds of an attempt that an operator gave the task: they hold instead
 * @param bound what was reserved for the attempt in flight was bounded so; nothing if none is in flight
 * @param used by the attempt in flight so far
 */
record TaskBudget(String taskId, Bounds limit, Bounds raised, Bounds bound, Usage used) {
    static final Table.Kind<TaskBudget> ENTRY =
            new Table.Kind<>((byte) 'b', "budget of task", TaskBudget::write, TaskBudget::read);

    static TaskBudget none(String taskId) {
        return new TaskBudget(taskId, Bounds.NONE, Bounds.NONE, Bounds.NONE, Usage.NONE);
    }

    TaskBudget withLimit(Bounds to) {
        return new TaskBudget(taskId, to, raised, bound, used);
    }

    TaskBudget raisedTo(Bounds to) {
        return new TaskBudget(taskId, limit, to, bound, used);
    }

    TaskBudget dispatched(Bounds by) {
        return new TaskBudget(taskId, limit, raised, by, Usage.NONE);
    }

    TaskBudget using(Usage total) {
        return new TaskBudget(taskId, limit, raised, bound, total);
    }

    /** No attempt is in flight any more. */
    TaskBudget idle() {
        return new TaskBudget(taskId, limit, raised, Bounds.NONE, Usage.NONE);
    }

    /** Whether it says anything. */
    boolean isEmpty() {
        return limit.equals(Bounds.NONE)
                && raised.equals(Bounds.NONE)
                && bound.equals(Bounds.NONE)
                && used.equals(Usage.NONE);
    }

    /** What was reserved for the attempt in flight: nothing of what is not bounded. */
    Usage reservation() {
        return reservation(bound);
    }

    static Usage reservation(Bounds b) {
        return new Usage(
                b.tokens() == null ? 0 : b.tokens(),
                b.costMicros() == null ? 0 : b.costMicros(),
                b.millis() == null ? 0 : b.millis());
    }

    /** The first resource of which the attempt has used up more than its bound, or null. */
    Usage.Resource overdrawn() {
        for (Usage.Resource r : Usage.Resource.values()) {
            if (r.of(used) > r.of(bound)) {
                return r;
            }
        }
        return null;
    }

    private static void write(EntryWriter out, TaskBudget b) {
        Ledger.writeBounds(out, 1, b.limit);
        Ledger.writeBounds(out, 4, b.raised);
        Ledger.writeBounds(out, 7, b.bound);
        Ledger.writeUsage(out, 10, b.used);
    }

    private static TaskBudget read(String taskId, EntryReader in) {
        long[] n = in.numbersTo(13);
        return new TaskBudget(
                taskId,
                Ledger.readBounds(n, 1),
                Ledger.readBounds(n, 4),
                Ledger.readBounds(n, 7),
                Ledger.readUsage(n, 10));
    }
}
