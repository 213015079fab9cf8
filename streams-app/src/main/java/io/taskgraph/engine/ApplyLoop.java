package io.taskgraph.engine;

import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.PassMade;
import io.taskgraph.avro.ProposalRefused;
import io.taskgraph.avro.RunSlowed;
import io.taskgraph.avro.SlowdownEnded;
import io.taskgraph.avro.TaskBriefed;
import io.taskgraph.avro.WatchBegun;

/** What facts about the loop and what its strategy proposed change in a run. */
final class ApplyLoop {
    private ApplyLoop() {}

    static void register(Applications to) {
        to.on(
                Escalated.class,
                (run, f, w) ->
                        run.header(run.header().with(run.header().counts().escalated())));
        to.on(ProposalRefused.class, (run, f, w) -> {
            // An operator is called for by a fact of its own; that it was refused is for the record.
        });
        to.on(
                WatchBegun.class,
                (run, f, w) -> run.tables().watched.put(f.getTaskId(), new Watched(f.getTaskId(), w.at())));
        to.on(PassMade.class, (run, f, w) -> run.tables()
                .pass
                .put(Pass.ID, new Pass(w.at(), run.lastPass().number() + 1)));
        to.on(RunSlowed.class, (run, f, w) -> run.tables()
                .slowdown
                .put(Slowdown.ID, new Slowdown(f.getWorkers(), f.getUntil().toEpochMilli())));
        to.on(SlowdownEnded.class, (run, f, w) -> run.tables().slowdown.remove(Slowdown.ID));
        to.on(
                TaskBriefed.class,
                (run, f, w) -> run.tables().progress.put(f.getTaskId(), new Progress(f.getTaskId(), f.getBrief())));
    }

    /** The task stands elsewhere now: what was kept because it was set aside, or to be repaired, is forgotten. */
    static void over(Run run, String taskId) {
        run.tables().watched.remove(taskId);
        ContextWait asked = run.tables().contextWaits.get(taskId);
        if (asked != null && asked.isOfControlPlane()) {
            run.tables().contextWaits.remove(taskId);
        }
    }
}
