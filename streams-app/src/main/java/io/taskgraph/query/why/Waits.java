package io.taskgraph.query.why;

import io.taskgraph.engine.Run;
import io.taskgraph.graph.Task;
import io.taskgraph.query.History;
import io.taskgraph.query.RunView;
import java.util.Optional;

/**
 * What a run or one of its tasks waits for, since when, and what would free it: computed from the state, whatever it is.
 * Whoever has not ended has at least one reason. Reads the run as it stands; ask again when it has changed.
 *
 * <p>A reason may name tasks with reasons of their own ({@link Reason#through}). Following them ends: a task that waits for
 * tasks names those that wait for something else, those name tasks in flight at the most, and those name none.
 */
public final class Waits {
    /** At most so many tasks or approvals are named where there are many; how many there are is always told. */
    public static final int SHOWN = 10;

    private final Run run;
    private final History history;
    private final TaskReasons tasks;
    private final RunReasons whole;

    private Waits(Run run, History history) {
        this.run = run;
        this.history = history;
        this.whole = new RunReasons(run, history);
        this.tasks = new TaskReasons(run, history, whole);
    }

    /** @param view of a run that exists */
    public static Waits of(RunView view) {
        return new Waits(view.state(), view.history());
    }

    /** What the run waits for, or how it ended. O(n log n). */
    public Waiting run() {
        return new Waiting(null, run.phase().name(), history.phase(), whole.all(tasks));
    }

    /** What the task waits for, or how it ended; empty if there is none. O(n log n) at the worst. */
    public Optional<Waiting> task(String id) {
        Task t = run.graph().task(id);
        return t == null ? Optional.empty() : Optional.of(tasks.waiting(t));
    }
}
