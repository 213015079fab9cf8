package io.taskgraph.engine;

import io.taskgraph.avro.TimeLimits;
import io.taskgraph.policy.contract.Caps;

/**
 * Limits on time that a task has of its own, in milliseconds; 0: the policy's. They can only be tighter than that.
 *
 * @param start from the dispatch until a worker takes it up
 * @param end from then until it ends
 * @param heartbeat from one sign of life of its worker to the next
 */
record TaskLimits(String taskId, long start, long end, long heartbeat) {
    static final Table.Kind<TaskLimits> ENTRY = new Table.Kind<>(
            (byte) 'o',
            "limits on time of task",
            (out, l) -> out.number(1, l.start).number(2, l.end).number(3, l.heartbeat),
            (id, in) -> {
                long[] n = in.numbersTo(4);
                return new TaskLimits(id, n[1], n[2], n[3]);
            });

    static TaskLimits none(String taskId) {
        return new TaskLimits(taskId, 0, 0, 0);
    }

    TaskLimits with(TimeLimits t) {
        return new TaskLimits(
                taskId,
                t.getStartMillis() == null ? start : t.getStartMillis(),
                t.getEndMillis() == null ? end : t.getEndMillis(),
                t.getHeartbeatMillis() == null ? heartbeat : t.getHeartbeatMillis());
    }

    boolean isEmpty() {
        return start == 0 && end == 0 && heartbeat == 0;
    }

    /** How long a dispatch may lie untaken. */
    long startMillis(Caps caps) {
        return tighter(start, caps.startTimeoutMillis());
    }

    /** How long an attempt may take; 0: as long as it wants. */
    long endMillis(Caps caps) {
        return tighter(end, caps.workerTimeoutMillis());
    }

    /** How long a worker may be silent. */
    long heartbeatMillis(Caps caps) {
        return tighter(heartbeat, caps.heartbeatStalenessMillis());
    }

    private static long tighter(long own, long cap) {
        return own == 0 ? cap : cap == 0 ? own : Math.min(own, cap);
    }
}
