package io.taskgraph.graph;

import java.util.ArrayDeque;

/**
 * Undoes what was changed since a mark. The graph and the run change in place, at a cost proportional to the change; a
 * decision is tried on them and taken back, so that deciding leaves nothing behind. While no mark is open nothing is
 * kept.
 */
public final class Journal {
    private final ArrayDeque<Runnable> undo = new ArrayDeque<>();
    private boolean open;

    /**
     * Opens a mark.
     *
     * @throws IllegalStateException if one is open: marks do not nest
     */
    public void begin() {
        if (open) {
            throw new IllegalStateException("a mark is open already");
        }
        open = true;
    }

    /** Keeps an inverse, if a mark is open. */
    public void record(Runnable inverse) {
        if (open) {
            undo.push(inverse);
        }
    }

    /** Whether a mark is open. */
    public boolean isOpen() {
        return open;
    }

    /** Closes the mark and keeps what was changed. */
    public void commit() {
        undo.clear();
        open = false;
    }

    /** Closes the mark and undoes what was changed since, last first. */
    public void rollback() {
        open = false;
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }
}
