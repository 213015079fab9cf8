package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.depend;
import static io.taskgraph.engine.Messages.op;
import static io.taskgraph.engine.Messages.remove;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.update;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TextChange;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Caps;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Patches, and decisions on them, that are too large; and those that are just not. */
class PatchSizeTest {
    /** Nothing is dispatched, and the first patch has started the run: only the patch's own facts follow. */
    private final Team team = Team.with(Team.workers(0));

    {
        team.patch(add("a"), add("b", "a"), add("c", "b"));
    }

    @Test
    void capsHold() {
        Caps caps = Team.CAPS
                .with(Cap.MAX_TASKS, 3)
                .with(Cap.MAX_WORKERS, 0)
                .with(Cap.MAX_PATCH_OPERATIONS, 3)
                .with(Cap.MAX_PAYLOAD, 10);
        Team t = Team.with(caps);
        List<Operation> four = IntStream.range(0, 4).mapToObj(i -> add("t" + i)).toList();
        assertRefused(
                t.patch(four), RejectionCode.CAP_EXCEEDED, "cap", "max_patch_operations", "limit", "3", "value", "4");
        t.patch(four.subList(0, 3));
        assertRefused(t.patch(four.get(3)), RejectionCode.CAP_EXCEEDED, "cap", "max_tasks", "limit", "3", "value", "4");
        TaskChange c = new TaskChange();
        c.setPayload(new TextChange("ümläüten"));
        assertRefused(
                t.patch(update("t0", c)),
                RejectionCode.CAP_EXCEEDED,
                "cap",
                "max_payload",
                "limit",
                "10",
                "value",
                "11",
                "operation",
                "0");
    }

    @Test
    void aPatchOfTenThousandOperationsAndOneMore() {
        List<Operation> ops = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ops.add(i == 0 ? add("t0") : add("t" + i, "t" + (i - 1)));
        }
        assertThat(team.patch(ops).getFacts()).hasSize(10_000);
        assertThat(team.run.graph().size()).isEqualTo(10_003);
        ops.add(add("one-more"));
        assertRefused(
                team.patch(ops),
                RejectionCode.CAP_EXCEEDED,
                "cap",
                "max_patch_operations",
                "limit",
                "10000",
                "value",
                "10001");
    }

    @Test
    void aPayloadOfTwoMegabytes() {
        TaskSpec s = spec("big");
        s.setPayload("x".repeat(2_000_000));
        assertRefused(
                team.patch(add(s)),
                RejectionCode.CAP_EXCEEDED,
                "cap",
                "max_payload",
                "limit",
                "65536",
                "value",
                "2000000",
                "operation",
                "0");
    }

    @Test
    void aDecisionThatTheLogDoesNotTakeIsRefused() {
        List<Operation> ops = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            TaskSpec s = spec("t" + i);
            s.setPayload("x".repeat(60_000));
            ops.add(op(new AddTask(s)));
        }
        var d = team.patch(ops);
        assertRefused(
                d,
                RejectionCode.TOO_LARGE,
                "limit",
                "1110000",
                "value",
                d.getRejection().getDetails().get("value"));
        assertThat(Integer.parseInt(d.getRejection().getDetails().get("value"))).isBetween(1_200_000, 1_210_000);
        assertThat(team.run.graph().size()).isEqualTo(3);
        assertThat(team.patch(ops.subList(0, 14)).getFacts()).hasSize(14);
    }

    @Test
    void aTaskWhoseDependenciesNoRecordTakesIsRefused() {
        List<Operation> ops = new ArrayList<>();
        TaskSpec join = spec("join");
        for (int i = 0; i < 4_400; i++) {
            String id = "%04d".formatted(i) + "x".repeat(250);
            ops.add(add(id));
            join.getDependsOn().add(id);
        }
        team.patch(ops.subList(0, 2_200));
        team.patch(ops.subList(2_200, 4_400));
        assertRefused(team.patch(add(join)), RejectionCode.TOO_LARGE, "limit", "1110000", "value", "1126400");
        team.patch(add("join"));
        List<Operation> edges =
                join.getDependsOn().stream().map(id -> depend("join", id)).toList();
        team.patch(edges.subList(0, 1_500));
        team.patch(edges.subList(1_500, 3_000));
        assertRefused(
                team.patch(edges.subList(3_000, 4_400)),
                RejectionCode.TOO_LARGE,
                "limit",
                "1110000",
                "value",
                "1126400");
        assertThat(team.task("join").dependsOn()).hasSize(3_000);
    }

    @Test
    void aRefusalIsNeverTooLarge() {
        List<Operation> ops = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            ops.add(add("界".repeat(200) + i, "界".repeat(200) + (i + 1) % 3_000));
        }
        var d = team.patch(ops);
        assertThat(d.getRejection().getCode()).isEqualTo(RejectionCode.CYCLE);
        assertThat(d.getRejection().getDetails()).containsEntry("path_count", "3001");
        assertThat(DecisionEncoder.PLAIN.encode(d)).hasSizeLessThan(400_000);
        var unknown = team.patch(remove("x".repeat(500_000)));
        assertRefused(unknown, RejectionCode.UNKNOWN_TASK, "task_id", "x".repeat(512), "operation", "0");
    }
}
