package io.taskgraph.engine;

import io.taskgraph.avro.RestoredTask;
import io.taskgraph.avro.RunAssembled;
import io.taskgraph.avro.RunOrigin;
import io.taskgraph.avro.TaskRestored;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;

/** What facts about a run that goes on from another one change in it. */
final class ApplyRestoring {
    private ApplyRestoring() {}

    static void register(Applications to) {
        to.on(TaskRestored.class, (run, f, w) -> restored(run, f.getRestored(), w));
        to.on(RunAssembled.class, (run, f, w) -> run.tables().assembly.remove(Assembly.ID));
    }

    /** The run exists, and lacks the tasks that it begins with. */
    static void begun(Run run, RunOrigin origin) {
        if (origin != null && origin.getTasks() > 0) {
            run.tables().assembly.put(Assembly.ID, new Assembly(origin.getTasks(), RestoredDigest.ZERO));
        }
    }

    private static void restored(Run run, RestoredTask r, Applications.Moment when) {
        TaskSpec spec = r.getTask();
        Task t = ApplyGraph.entered(run, spec, when);
        Status status = Vocabulary.status(r.getStatus());
        Task as =
                switch (status) {
                    case DONE, FAILED, CANCELLED -> t.ended(status, null, r.getOutcome());
                    case DEFERRED -> t.deferred(r.getOutcome());
                    default -> t;
                };
        run.graph().add(r.getArchived() ? as.inArchive() : as);
        if (status == Status.DONE) {
            ApplyGraph.done(run, spec.getTaskId(), when);
        }
        Assembly before = run.tables().assembly.get(Assembly.ID);
        run.tables()
                .assembly
                .put(Assembly.ID, new Assembly(before.missing() - 1, RestoredDigest.plus(before.sum(), r)));
    }
}
