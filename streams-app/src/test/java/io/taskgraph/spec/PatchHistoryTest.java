package io.taskgraph.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AddDependency;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.ArchiveTask;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RemoveDependency;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TextChange;
import io.taskgraph.avro.UpdateTask;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatchHistoryTest {
    private static PatchHistory read(String text) throws UnreadableFile {
        return PatchHistory.read(SourceText.of("h.jsonl", text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aLineBecomesAPatch() throws UnreadableFile {
        // given
        String line =
                "{\"seq\":7,\"at\":\"2025-10-12T11:25:29-07:00\",\"commit\":\"19cd\",\"expected_version\":3,\"operations\":["
                        + "{\"op\":\"add_task\",\"id\":\"a\",\"title\":\"A\",\"priority\":2,\"depends_on\":[\"b\"]},"
                        + "{\"op\":\"update_task\",\"id\":\"b\",\"status\":\"done\",\"assignee\":null},"
                        + "{\"op\":\"add_dependency\",\"id\":\"c\",\"depends_on\":\"d\"},"
                        + "{\"op\":\"remove_dependency\",\"id\":\"c\",\"depends_on\":\"d\"},"
                        + "{\"op\":\"remove_task\",\"id\":\"e\"},{\"op\":\"archive_task\",\"id\":\"f\"}]}";
        // when
        PatchHistory history = read("\n" + line + "\n\n");
        // then
        assertThat(history.patches())
                .containsExactly(new PatchHistory.Patch(
                        7,
                        2,
                        Instant.parse("2025-10-12T18:25:29Z"),
                        "",
                        3L,
                        List.of(
                                Operation.newBuilder()
                                        .setAddTask(new AddTask(TaskSpec.newBuilder()
                                                .setTaskId("a")
                                                .setTitle("A")
                                                .setPriority(2)
                                                .setDependsOn(List.of("b"))
                                                .build()))
                                        .build(),
                                Operation.newBuilder()
                                        .setUpdateTask(new UpdateTask(
                                                "b",
                                                TaskChange.newBuilder()
                                                        .setAssignee(new TextChange(null))
                                                        .build(),
                                                TaskStatus.DONE))
                                        .build(),
                                Operation.newBuilder()
                                        .setAddDependency(new AddDependency("c", "d"))
                                        .build(),
                                Operation.newBuilder()
                                        .setRemoveDependency(new RemoveDependency("c", "d"))
                                        .build(),
                                Operation.newBuilder()
                                        .setRemoveTask(new RemoveTask("e"))
                                        .build(),
                                Operation.newBuilder()
                                        .setArchiveTask(new ArchiveTask("f"))
                                        .build())));
    }

    @Test
    void runningIsAClaimThatOnlySetsTheAssignee() throws UnreadableFile {
        PatchHistory history = read(
                "{\"seq\":0,\"operations\":[{\"op\":\"update_task\",\"id\":\"a\",\"status\":\"running\",\"assignee\":\"ada\"}]}");
        assertThat(history.patches().get(0).operations())
                .containsExactly(Operation.newBuilder()
                        .setUpdateTask(new UpdateTask(
                                "a",
                                TaskChange.newBuilder()
                                        .setAssignee(new TextChange("ada"))
                                        .build(),
                                null))
                        .build());
    }

    @Test
    void aPatchOfTenThousandOperationsIsRead() throws UnreadableFile {
        StringBuilder line = new StringBuilder("{\"seq\":0,\"operations\":[{\"op\":\"add_task\",\"id\":\"t0\"}");
        for (int i = 1; i < 10_000; i++) {
            line.append(",{\"op\":\"add_task\",\"id\":\"t").append(i).append("\"}");
        }
        assertThat(read(line + "]}").patches().get(0).operations()).hasSize(10_000);
    }
}
