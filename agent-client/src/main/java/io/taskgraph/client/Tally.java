package io.taskgraph.client;

import java.util.concurrent.atomic.LongAdder;

/** Counts what becomes {@link WorkerStats}. */
final class Tally {
    final LongAdder delivered = new LongAdder();
    final LongAdder foreign = new LongAdder();
    final LongAdder succeeded = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder cancelled = new LongAdder();
    final LongAdder released = new LongAdder();
    final LongAdder repeated = new LongAdder();
    final LongAdder unreadable = new LongAdder();
    final LongAdder reports = new LongAdder();

    WorkerStats stats() {
        return new WorkerStats(
                delivered.sum(),
                foreign.sum(),
                succeeded.sum(),
                failed.sum(),
                cancelled.sum(),
                released.sum(),
                repeated.sum(),
                unreadable.sum(),
                reports.sum());
    }
}
