package io.taskgraph.client;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so, and has what is due done on its thread. */
final class ManualTiming implements Timing {
    private record Planned(long at, long number, Runnable action) {}

    private final PriorityQueue<Planned> planned =
            new PriorityQueue<>(Comparator.comparingLong(Planned::at).thenComparingLong(Planned::number));
    private long now = 1_000_000_000L;
    private long numbers;

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized void later(Duration delay, Runnable action) {
        planned.add(new Planned(now + delay.toNanos(), numbers++, action));
    }

    void pass(Duration time) {
        long until = nanos() + time.toNanos();
        for (Planned next = due(until); next != null; next = due(until)) {
            next.action().run();
        }
    }

    private synchronized Planned due(long until) {
        Planned next = planned.peek();
        if (next == null || next.at() > until) {
            now = until;
            return null;
        }
        now = Math.max(now, next.at());
        return planned.poll();
    }
}
