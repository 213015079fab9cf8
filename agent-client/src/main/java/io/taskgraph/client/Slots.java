package io.taskgraph.client;

import java.util.concurrent.TimeUnit;

/** How many handlers may run at once, and how many more can begin now. */
final class Slots {
    private final int total;
    // Guarded by this.
    private int free;
    private boolean open = true;

    Slots(int total) {
        this.total = total;
        this.free = total;
    }

    /**
     * Takes one, waiting for it.
     *
     * @param millis how long to wait at most
     * @return false if there was none in time, or no more are given out
     */
    synchronized boolean awaitOne(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (open && free == 0) {
            // The difference is right also where the deadline overflowed: for ever is a while ahead of now.
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        if (!open) {
            return false;
        }
        free--;
        return true;
    }

    /** Takes as many as are free, at most that many, without waiting. */
    synchronized int take(int most) {
        int taken = Math.min(most, free);
        free -= taken;
        return taken;
    }

    synchronized boolean noneFree() {
        return free == 0;
    }

    synchronized void giveBack(int count) {
        free += count;
        notifyAll();
    }

    /** Lets nobody wait for one any more. */
    synchronized void shut() {
        open = false;
        notifyAll();
    }

    /** Waits until all are free: no handler runs. False if some still does in the end. */
    synchronized boolean awaitAll(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (free < total) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
