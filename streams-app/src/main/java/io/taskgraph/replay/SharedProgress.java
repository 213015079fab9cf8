package io.taskgraph.replay;

import java.util.function.LongConsumer;

/** One progress of parts that are worked on at the same time. Thread-safe. */
final class SharedProgress {
    private final Replay.Progress progress;
    private final long total;
    private long done;

    SharedProgress(Replay.Progress progress, long total) {
        this.progress = progress;
        this.total = total;
    }

    /** Hears how much of one part is behind, in growing numbers, from one thread. */
    LongConsumer part() {
        long[] heard = {0};
        return behind -> {
            add(behind - heard[0]);
            heard[0] = behind;
        };
    }

    private synchronized void add(long more) {
        done += more;
        progress.at(done, total);
    }
}
