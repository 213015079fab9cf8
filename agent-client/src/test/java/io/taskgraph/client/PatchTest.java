package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AddDependency;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.ArchiveTask;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RemoveDependency;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.UpdateTask;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatchTest {
    @Test
    void eachKindOfOperationIsOneFieldInOrder() {
        Patch patch = Patch.empty()
                .addTask("a")
                .addTask("b", task -> task.setTitle("Build")
                        .setDependsOn(List.of("a"))
                        .setRisk(Risk.EXEC))
                .updateTask("b", change -> change.setPriority(-3))
                .setStatus("a", TaskStatus.DONE)
                .removeTask("c")
                .addDependency("b", "d")
                .removeDependency("b", "a")
                .archiveTask("a");

        assertThat(patch.operations())
                .containsExactly(
                        Operation.newBuilder()
                                .setAddTask(new AddTask(
                                        TaskSpec.newBuilder().setTaskId("a").build()))
                                .build(),
                        Operation.newBuilder()
                                .setAddTask(new AddTask(TaskSpec.newBuilder()
                                        .setTaskId("b")
                                        .setTitle("Build")
                                        .setDependsOn(List.of("a"))
                                        .setRisk(Risk.EXEC)
                                        .build()))
                                .build(),
                        Operation.newBuilder()
                                .setUpdateTask(UpdateTask.newBuilder()
                                        .setTaskId("b")
                                        .setChanges(TaskChange.newBuilder()
                                                .setPriority(-3)
                                                .build())
                                        .build())
                                .build(),
                        Operation.newBuilder()
                                .setUpdateTask(UpdateTask.newBuilder()
                                        .setTaskId("a")
                                        .setChanges(TaskChange.newBuilder().build())
                                        .setStatus(TaskStatus.DONE)
                                        .build())
                                .build(),
                        Operation.newBuilder()
                                .setRemoveTask(new RemoveTask("c"))
                                .build(),
                        Operation.newBuilder()
                                .setAddDependency(new AddDependency("b", "d"))
                                .build(),
                        Operation.newBuilder()
                                .setRemoveDependency(new RemoveDependency("b", "a"))
                                .build(),
                        Operation.newBuilder()
                                .setArchiveTask(new ArchiveTask("a"))
                                .build());
    }

    @Test
    void aPatchIsAValue() {
        Patch shorter = Patch.empty().addTask("a");
        Patch longer = shorter.archiveTask("a");
        assertThat(shorter.operations()).hasSize(1);
        assertThat(longer.operations()).hasSize(2);
        assertThat(shorter.then(longer).operations()).hasSize(3);
    }
}
