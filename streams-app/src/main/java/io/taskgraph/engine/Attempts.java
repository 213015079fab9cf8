package io.taskgraph.engine;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.graph.Task;

/** What follows when an attempt fails: another one, up to the cap, or the task's failure. */
final class Attempts {
    private Attempts() {}

    static void failed(Deliberation d, Task t, String worker, String error, boolean retryable) {
        d.emit(new AttemptFailed(t.id(), t.attempt(), worker, error, retryable, null));
        int failures = d.run().graph().task(t.id()).failures();
        if (!retryable || failures > d.caps().maxRetries()) {
            String why = retryable ? "failed " + failures + " times, the last time: " + error : error;
            d.emit(new TaskFailed(
                    t.id(), Texts.cut(why, Texts.LONG_TEXT), d.run().graph().unfinishedDependents(t.id())));
        }
    }
}
