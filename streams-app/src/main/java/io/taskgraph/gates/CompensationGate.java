package io.taskgraph.gates;

import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskRemoved;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskRestored;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Was undone what was given up? Keeps the ids of undoings that are not over: max_compensating_tasks bounds them. */
final class CompensationGate implements Gate {
    private static final Threshold UNDONE = Threshold.atLeast("undone", "tasks undone", 1);
    private static final Threshold FAILED =
            Threshold.atMost("failed", "undoings that failed, or could not be asked for", 0);

    @Override
    public String id() {
        return "compensation";
    }

    @Override
    public String question() {
        return "Is what was done for nothing undone, every time?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(UNDONE, FAILED);
    }

    @Override
    public void listen(Hearing run) {
        new OfRun(run).begin();
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        long bad = t.of("failed") + t.of("left");
        if (bad > s.of(FAILED)) {
            return Finding.fail(Words.count(bad, "undoing") + " failed, was left or could not be asked for, "
                    + s.of(FAILED) + " at most");
        }
        return t.of("undone") < s.of(UNDONE)
                ? Finding.notObserved(Words.tooFew(t.of("undone"), "undone task", s.of(UNDONE)))
                : Finding.pass(
                        Words.count(t.of("undone"), "task") + " undone, of " + t.of("asked_for") + " that were to be");
    }

    private static final class OfRun {
        private final Hearing run;
        private final Set<String> open = new HashSet<>();
        private long asked;
        private long undone;
        private long failed;
        private boolean over;

        OfRun(Hearing run) {
            this.run = run;
        }

        void begin() {
            run.on(TaskAdded.class, (f, at) -> {
                if (f.getTask().getCompensates() != null) {
                    asked++;
                    open.add(f.getTask().getTaskId());
                }
            });
            // What a fork still has to undo it undoes itself; what was undone before was the other run's.
            run.on(TaskRestored.class, (f, at) -> {
                TaskSpec task = f.getRestored().getTask();
                if (task.getCompensates() != null && f.getRestored().getStatus() == TaskStatus.PENDING) {
                    asked++;
                    open.add(task.getTaskId());
                }
            });
            run.on(TaskCompleted.class, (f, at) -> undone += open.remove(f.getTaskId()) ? 1 : 0);
            run.on(TaskFailed.class, (f, at) -> failed += open.remove(f.getTaskId()) ? 1 : 0);
            run.on(TaskResolved.class, (f, at) -> {
                if (open.remove(f.getTaskId())) {
                    undone += f.getStatus() == TaskStatus.DONE ? 1 : 0;
                    failed += f.getStatus() == TaskStatus.DONE ? 0 : 1;
                }
            });
            run.on(TaskRemoved.class, (f, at) -> open.remove(f.getTaskId()));
            // That one failed is counted above; this also says that some could not even be asked for.
            run.on(Escalated.class, (f, at) -> {
                boolean notAsked =
                        f.getAbout().equals("compensation") && f.getReason().contains("caps");
                failed += notAsked ? Math.max(1, f.getTasks().size()) : 0;
            });
            run.on(
                    PhaseChanged.class,
                    (f, at) -> over = switch (f.getTo()) {
                        case COMPLETED, FAILED -> true;
                        default -> false;
                    });
            run.ended(this::end);
        }

        private void end(Tally to) {
            to.add("asked_for", asked);
            to.add("undone", undone);
            to.add("failed", failed);
            to.add("open", open.size());
            if (failed > 0) {
                to.object(new Tally.Objection(
                        run.runId(), 0, Words.count(failed, "undoing") + " failed or could not be asked for"));
            }
            if (over && !open.isEmpty()) {
                to.add("left", open.size());
                to.object(new Tally.Objection(
                        run.runId(), 0, "it ended with " + Words.count(open.size(), "undoing") + " not done"));
            }
        }
    }
}
