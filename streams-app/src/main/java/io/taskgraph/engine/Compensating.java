package io.taskgraph.engine;

import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Undoes what was done for a branch that is given up (Garcia-Molina and Salem, "Sagas", SIGMOD 1987): in reverse order of
 * completion, each by an ordinary task. A task is given up when everything that depends on it has failed, was cancelled or
 * is given up: what still serves another branch stays.
 */
final class Compensating {
    /** What the ids of tasks that undo others begin with. */
    static final String PREFIX = "undo/";

    private static final int LISTED = 100;

    private Compensating() {}

    /** A task has failed for good. Costs the branch, and nothing in runs whose tasks do not say how they are undone. */
    static void branchGivenUp(Deliberation d, String taskId) {
        Run run = d.run();
        Compensation failedUndo = run.tables().compensations.get(taskId);
        if (failedUndo != null) {
            Attempts.escalate(
                    d,
                    "compensation",
                    taskId,
                    "task " + Texts.quoted(failedUndo.undoes()) + " could not be undone",
                    List.of(failedUndo.undoes()));
            return;
        }
        Task failed = run.graph().task(taskId);
        if (run.tables().compensables.isEmpty() || !failed.blocksDependentsForGood()) {
            return;
        }
        List<Compensable> undone = toUndo(run, taskId);
        if (undone.isEmpty()) {
            return;
        }
        int room = room(d, taskId, undone);
        List<String> left = new ArrayList<>();
        String before = null;
        for (Compensable c : undone) {
            String id = PREFIX + c.taskId();
            if (room <= 0 || !canBeAdded(c)) {
                left.add(c.taskId());
                continue;
            }
            add(d, id, c, before);
            before = id;
            room--;
        }
        if (!left.isEmpty()) {
            Attempts.escalate(
                    d,
                    "compensation",
                    taskId,
                    left.size() + " of " + undone.size()
                            + " tasks that were done for it cannot be undone under the policy's caps",
                    left.subList(0, Math.min(LISTED, left.size())));
        }
    }

    private static boolean canBeAdded(Compensable c) {
        return Texts.problemOfId(PREFIX + c.taskId(), Texts.ID) == null;
    }

    /** How many tasks may be added to undo others. A cap that leaves too little room for these is recorded. */
    private static int room(Deliberation d, String taskId, List<Compensable> undone) {
        int undoing = d.run().tables().compensations.size();
        int live = d.run().graph().liveSize();
        long wanted = undone.stream().filter(Compensating::canBeAdded).count();
        if (undoing + wanted > d.caps().maxCompensatingTasks()) {
            d.emit(Reached.byTask(d, Cap.MAX_COMPENSATING_TASKS, undoing + wanted, taskId));
        }
        if (live + wanted > d.caps().maxTasks()) {
            d.emit(Reached.byTask(d, Cap.MAX_TASKS, live + wanted, taskId));
        }
        return Math.min(d.caps().maxCompensatingTasks() - undoing, d.caps().maxTasks() - live);
    }

    /** Whether somebody could be asked to undo the task already. */
    private static boolean isUndone(Run run, String taskId) {
        if (run.graph().task(PREFIX + taskId) != null) {
            return true;
        }
        for (Compensation c : run.tables().compensations.values()) {
            Status s = run.graph().task(c.taskId()).status();
            if (c.undoes().equals(taskId) && s != Status.FAILED && s != Status.CANCELLED) {
                return true;
            }
        }
        return false;
    }

    private static List<Compensable> toUndo(Run run, String failed) {
        Set<String> givenUp = new HashSet<>();
        LinkedHashSet<String> seen = new LinkedHashSet<>(List.of(failed));
        ArrayDeque<String> todo = new ArrayDeque<>(seen);
        // What ended with it is given up, too, and with it what was done for that.
        while (!todo.isEmpty()) {
            for (String id : run.graph().dependents(todo.remove())) {
                Task t = run.graph().task(id);
                if ((t.status() == Status.FAILED || t.status() == Status.CANCELLED) && seen.add(id)) {
                    todo.add(id);
                }
            }
        }
        List<Compensable> undone = new ArrayList<>();
        todo.addAll(seen);
        while (!todo.isEmpty()) {
            for (String id : run.graph().task(todo.remove()).dependsOn()) {
                Task t = run.graph().task(id);
                if (t.status() == Status.DONE && !givenUp.contains(id) && servesNothing(run, t, givenUp)) {
                    givenUp.add(id);
                    todo.add(id);
                    Compensable c = run.tables().compensables.get(id);
                    if (c != null && c.doneAt() > 0 && !isUndone(run, id)) {
                        undone.add(c);
                    }
                }
            }
        }
        undone.sort(Comparator.comparingLong(Compensable::doneAt)
                .reversed()
                .thenComparing(c -> -run.graph().task(c.taskId()).ordinal()));
        return undone;
    }

    private static boolean servesNothing(Run run, Task done, Set<String> givenUp) {
        for (String id : run.graph().dependents(done.id())) {
            Status s = run.graph().task(id).status();
            if (s != Status.FAILED && s != Status.CANCELLED && !givenUp.contains(id) && !isUndone(run, id)) {
                return false;
            }
        }
        return true;
    }

    private static void add(Deliberation d, String id, Compensable c, String after) {
        TaskSpec s = new TaskSpec();
        s.setToolpacks(List.of());
        s.setTaskId(id);
        s.setTitle(c.title());
        s.setDependsOn(after == null ? List.of() : List.of(after));
        s.setRisk(Vocabulary.risk(c.risk()));
        s.setAgentType(c.agentType());
        s.setPayload(c.payload());
        s.setExpectedMillis(c.expectedMillis());
        // One that cannot be undone is no reason not to undo the others.
        s.setFailureMode(io.taskgraph.avro.FailureMode.CONTINUE);
        s.setCompensates(c.taskId());
        d.emit(new TaskAdded(s));
    }
}
