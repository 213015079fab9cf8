package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Work is proportional to the change: counted in entries that a decision stores, never in time. */
class CostTest {
    private static final int TASKS = 100_000;

    private static Team teamOf(int workers, int tasks, IntFunction<Operation> task) {
        Team team = Team.with(Team.workers(workers));
        List<Operation> patch = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            patch.add(task.apply(i));
            if (patch.size() == 5_000 || i == tasks - 1) {
                assertThat(team.patch(patch).getRejection()).isNull();
                patch.clear();
            }
        }
        return team;
    }

    private static int changes(Team team) {
        return team.log.get(team.log.size() - 1).changes().size();
    }

    @Test
    void aChainAHundredThousandDeep() {
        Team team = teamOf(1, TASKS, i -> i == 0 ? Messages.add("t0") : Messages.add("t" + i, "t" + (i - 1)));
        for (int i = 0; i < 100; i++) {
            team.report("w", "t" + i, 1, Messages.submitted(null));
            // The task, the next one's dispatch, the answer, the header; at first the worker.
            assertThat(changes(team)).isEqualTo(i == 0 ? 5 : 4);
        }
        team.patch(Messages.title("t50000", "title"));
        assertThat(changes(team)).isEqualTo(3);
        team.patch(Messages.depend("t60000", "t100"));
        assertThat(changes(team)).isEqualTo(3);
        assertThat(team.patch(Messages.depend("t200", "t" + (TASKS - 1)))
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.CYCLE);
        assertThat(changes(team)).isEqualTo(2);
        team.patch(Messages.set("t1000", TaskStatus.FAILED));
        assertThat(team.run.graph().count(Status.FAILED)).isEqualTo(TASKS - 1_000);
        assertThat(changes(team)).as("what really ended").isEqualTo(TASKS - 1_000 + 2);
        RunImage before = RunImage.of(team.run);
        team.reload();
        assertThat(RunImage.of(team.run)).isEqualTo(before);
    }

    @Test
    void aTaskWithFiftyThousandDependents() {
        Team team = teamOf(1, 50_001, i -> i == 0 ? Messages.add("t0") : Messages.add("t" + i, "t0"));
        team.report("w", "t0", 1, Messages.started());
        assertThat(changes(team)).as("and its worker").isEqualTo(4);
        team.report("w", "t0", 1, Messages.submitted(null));
        assertThat(team.run.graph().count(Status.READY)).isEqualTo(49_999);
        assertThat(changes(team)).as("that its dependents are ready is derived").isEqualTo(4);
        team.report("w", "t1", 1, Messages.submitted(null));
        assertThat(changes(team)).isEqualTo(4);
    }

    @Test
    void oneOfAHundredThousandTasks() {
        Team team = teamOf(4, TASKS, i -> Messages.add("t" + i));
        team.report("w", "t2", 1, Messages.failed("error", false));
        assertThat(changes(team)).isEqualTo(4);
        team.patch(Messages.add("new"));
        assertThat(changes(team)).isEqualTo(3);
        team.now += 600_000;
        team.timer(Liveness.SILENT);
        assertThat(changes(team)).as("four leases end and four are given").isLessThanOrEqualTo(4 + 1);
    }

    /** Counts whom it is asked about. */
    private static final class Counting implements Liveness {
        private final long heardAt;
        private int lookUps;

        Counting(long heardAt) {
            this.heardAt = heardAt;
        }

        @Override
        public long lastHeardAt(String workerId) {
            lookUps++;
            return heardAt;
        }

        @Override
        public String progressOf(String workerId, String taskId, int attempt) {
            lookUps++;
            return null;
        }
    }

    @Test
    void aTickLooksAtWhatIsDueAndNotAtTenThousandBusyWorkers() {
        int workers = 10_000;
        Team team = teamOf(workers, workers + 1, i -> Messages.add("t" + i));
        for (int i = 0; i < workers; i++) {
            team.now++;
            team.start("w" + i, "t" + i, 1);
        }
        long staleness = team.run.policy().caps().heartbeatStalenessMillis();
        team.now = Team.START + 1 + staleness;
        Counting alive = new Counting(team.now - 10);
        assertThat(team.timer(alive)).as("it was heard since").isEmpty();
        assertThat(alive.lookUps).as("of the one that is due").isBetween(1, 4);

        team.now++;
        Counting silent = new Counting(0);
        assertThat(team.timer(silent)).as("the next one was not").isPresent();
        assertThat(silent.lookUps).as("of the one that is due").isBetween(1, 5);
        // Its worker, the task, and the header.
        assertThat(changes(team)).isLessThanOrEqualTo(4);

        team.now++;
        team.timer(new Counting(0));
        team.run.postpone(team.now, Liveness.SILENT);
        Counting nothing = new Counting(0);
        assertThat(team.timer(nothing)).isEmpty();
        assertThat(nothing.lookUps).as("of nobody").isZero();
    }
}
