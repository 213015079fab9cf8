package io.taskgraph.engine;

import io.taskgraph.avro.CompensationSpec;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.RestoredTask;
import io.taskgraph.avro.RunOrigin;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TimeLimits;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a run that goes on from another one begins with: its tasks as they stood, each after those it depends on, begun
 * work before what had not begun. A pure function of the run: told twice, it is the same.
 *
 * @param tasks in the order in which they are to be sent
 */
public record Restoration(List<RestoredTask> tasks) {
    /** What had begun goes first, what was given up last. */
    private enum Turn {
        ENDED,
        BEGUN,
        WAITING,
        REOPENED
    }

    private record Place(Turn turn, long ordinal, String id) {}

    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::turn).thenComparingLong(Place::ordinal);

    /**
     * Of the run as it stands.
     *
     * @param reopen whether tasks that failed or were cancelled, and what was set aside because of them, are to be done
     *     again
     */
    public static Restoration of(Run run, boolean reopen) {
        Map<String, Integer> unmet = new HashMap<>();
        TreeSet<Place> free = new TreeSet<>(ORDER);
        Map<String, Place> places = new HashMap<>();
        for (Task t : run.graph().tasks()) {
            Place place = new Place(turn(t, reopen), t.ordinal(), t.id());
            places.put(t.id(), place);
            unmet.put(t.id(), t.dependsOn().size());
            if (t.dependsOn().isEmpty()) {
                free.add(place);
            }
        }
        List<RestoredTask> tasks = new ArrayList<>(places.size());
        while (!free.isEmpty()) {
            String id = free.pollFirst().id();
            tasks.add(restored(run, run.graph().task(id), reopen));
            for (String dependent : run.graph().dependents(id)) {
                if (unmet.merge(dependent, -1, Integer::sum) == 0) {
                    free.add(places.get(dependent));
                }
            }
        }
        return new Restoration(List.copyOf(tasks));
    }

    /**
     * Where the new run begins.
     *
     * @param run the other run, as it stood
     * @param checkpoint the one that named the point, or empty
     */
    public RunOrigin origin(Run run, String checkpoint) {
        return new RunOrigin(
                run.runId(),
                run.sequence(),
                new Digest(run.stateDigest()),
                new Digest(run.lastHash()),
                checkpoint,
                tasks.size(),
                Texts.digest(RestoredDigest.of(tasks)));
    }

    /** How many of them have not ended. */
    public long unfinished() {
        return tasks.stream()
                .filter(t -> t.getStatus() == TaskStatus.PENDING || t.getStatus() == TaskStatus.DEFERRED)
                .count();
    }

    private static boolean reopened(Task t, boolean reopen) {
        boolean givenUp = t.status() == Status.FAILED || t.status() == Status.CANCELLED;
        boolean because = t.status() == Status.DEFERRED
                && t.dependsOn().stream().anyMatch(id -> Failures.because(id).equals(t.outcome()));
        return reopen && !t.archived() && (givenUp || because);
    }

    private static Turn turn(Task t, boolean reopen) {
        if (reopened(t, reopen)) {
            return Turn.REOPENED;
        }
        return t.status().isTerminal() ? Turn.ENDED : t.status().isInFlight() ? Turn.BEGUN : Turn.WAITING;
    }

    private static RestoredTask restored(Run run, Task t, boolean reopen) {
        TaskStatus status = Vocabulary.status(t.status());
        boolean open = reopened(t, reopen) || !t.status().isTerminal() && t.status() != Status.DEFERRED;
        return new RestoredTask(
                spec(run, t), open ? TaskStatus.PENDING : status, open ? null : t.outcome(), !open && t.archived());
    }

    private static TaskSpec spec(Run run, Task t) {
        TaskSpec s = new TaskSpec();
        s.setTaskId(t.id());
        s.setTitle(t.title());
        s.setDependsOn(t.dependsOn());
        s.setPriority(t.priority());
        s.setRisk(Vocabulary.risk(t.spec().risk()));
        s.setAgentType(t.agentType());
        s.setAssignee(t.assignee());
        s.setFailureMode(FailureMode.valueOf(t.spec().failureMode().name()));
        s.setPayload(t.spec().payload());
        s.setExpectedMillis(t.spec().expectedMillis());
        TaskBudget budget = run.tables().budgets.get(t.id());
        s.setBudget(budget == null ? null : Usage.budget(budget.limit()));
        Compensation undoes = run.tables().compensations.get(t.id());
        s.setCompensates(undoes == null ? null : undoes.undoes());
        TaskLimits limits = run.tables().limits.get(t.id());
        s.setLimits(
                limits == null
                        ? null
                        : new TimeLimits(orNull(limits.start()), orNull(limits.end()), orNull(limits.heartbeat())));
        Compensable undone = run.tables().compensables.get(t.id());
        s.setCompensation(
                undone == null
                        ? null
                        : new CompensationSpec(
                                undone.title(),
                                Vocabulary.risk(undone.risk()),
                                undone.agentType(),
                                undone.payload(),
                                undone.expectedMillis()));
        TaskToolpacks toolpacks = run.tables().toolpacks.get(t.id());
        s.setToolpacks(toolpacks == null ? List.of() : toolpacks.refs());
        return s;
    }

    private static Long orNull(long millis) {
        return millis == 0 ? null : millis;
    }
}
