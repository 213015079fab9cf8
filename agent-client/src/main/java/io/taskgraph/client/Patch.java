package io.taskgraph.client;

import io.taskgraph.avro.AddDependency;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.ArchiveTask;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RemoveDependency;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.UpdateTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * An atomic list of operations on a task graph: all of them happen in one decision, or none. They are tried in order and
 * judged as a whole, so that dependencies may be on tasks that only a later operation adds. A value: each method gives a
 * longer patch and leaves this one as it is, at the cost of a copy; for thousands of operations use {@link #of}.
 */
public final class Patch {
    private static final Patch EMPTY = new Patch(List.of());

    private final List<Operation> operations;

    private Patch(List<Operation> operations) {
        this.operations = operations;
    }

    /** A patch of nothing. By itself it is refused; a run may be created with it. */
    public static Patch empty() {
        return EMPTY;
    }

    /** A patch of those operations, in that order. */
    public static Patch of(List<Operation> operations) {
        return new Patch(List.copyOf(operations));
    }

    /** Its operations, unmodifiable. */
    public List<Operation> operations() {
        return operations;
    }

    /** Adds a task. */
    public Patch addTask(TaskSpec task) {
        Objects.requireNonNull(task, "task");
        return and(Operation.newBuilder().setAddTask(new AddTask(task)));
    }

    /** Adds a task with defaults, on which others may wait. */
    public Patch addTask(String taskId) {
        return addTask(taskId, task -> task);
    }

    /** Adds a task: {@code patch.addTask("b", task -> task.setTitle("Build").setDependsOn(List.of("a")))}. */
    public Patch addTask(String taskId, UnaryOperator<TaskSpec.Builder> with) {
        return addTask(with.apply(TaskSpec.newBuilder().setTaskId(taskId)).build());
    }

    /** Changes fields of a task: {@code patch.updateTask("b", change -> change.setPriority(-1))}. */
    public Patch updateTask(String taskId, UnaryOperator<TaskChange.Builder> with) {
        return update(taskId, with.apply(TaskChange.newBuilder()).build(), null);
    }

    /**
     * Resolves a task, or sets it aside, or takes it up again.
     *
     * @param status PENDING, DEFERRED, DONE, FAILED or CANCELLED
     */
    public Patch setStatus(String taskId, TaskStatus status) {
        return update(taskId, TaskChange.newBuilder().build(), Objects.requireNonNull(status, "status"));
    }

    /** Removes a task that is not terminal, not in flight, and on which nothing depends when the patch ends. */
    public Patch removeTask(String taskId) {
        return and(Operation.newBuilder().setRemoveTask(new RemoveTask(taskId)));
    }

    /** Makes a task wait for another. Said again, it changes nothing. */
    public Patch addDependency(String taskId, String dependsOn) {
        return and(Operation.newBuilder().setAddDependency(new AddDependency(taskId, dependsOn)));
    }

    /** Takes back a dependency, which must exist. */
    public Patch removeDependency(String taskId, String dependsOn) {
        return and(Operation.newBuilder().setRemoveDependency(new RemoveDependency(taskId, dependsOn)));
    }

    /** Takes a terminal task out of the live graph. Its dependents keep seeing it as it ended. */
    public Patch archiveTask(String taskId) {
        return and(Operation.newBuilder().setArchiveTask(new ArchiveTask(taskId)));
    }

    /** The operations of this patch, then those of the other. */
    public Patch then(Patch other) {
        List<Operation> all = new ArrayList<>(operations);
        all.addAll(other.operations);
        return of(all);
    }

    private Patch update(String taskId, TaskChange changes, TaskStatus status) {
        return and(Operation.newBuilder()
                .setUpdateTask(UpdateTask.newBuilder()
                        .setTaskId(taskId)
                        .setChanges(changes)
                        .setStatus(status)
                        .build()));
    }

    private Patch and(Operation.Builder operation) {
        List<Operation> longer = new ArrayList<>(operations.size() + 1);
        longer.addAll(operations);
        longer.add(operation.build());
        return of(longer);
    }

    @Override
    public String toString() {
        return "Patch" + operations;
    }
}
