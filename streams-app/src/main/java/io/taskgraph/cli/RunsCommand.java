package io.taskgraph.cli;

import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.StatusCount;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.query.RunSummaries;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Every run there is, from the topic of summaries. */
@Command(
        name = "runs",
        description = {
            "List the runs, oldest first: where each is, and how many of its tasks are over.",
            "From the compacted topic of summaries, which trails the decisions by up to half a second."
        })
final class RunsCommand implements Callable<Integer> {
    private static final Set<TaskStatus> ENDED = Set.of(TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.CANCELLED);
    private static final Set<TaskStatus> OUT = Set.of(TaskStatus.DISPATCHED, TaskStatus.RUNNING, TaskStatus.SUBMITTED);

    @Option(names = "--active", description = "Only runs that are not over.")
    private boolean active;

    @Option(names = "--limit", paramLabel = "N", description = "Only the N newest.")
    private Integer limit;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (limit != null && limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be 1 or more, not " + limit + ".");
        }
        Cluster cluster = connection.cluster();
        List<RunSummary> runs;
        try (SchemaRegistry registry = cluster.registry()) {
            runs = RunSummaries.read(cluster.source(registry)).stream()
                    .filter(run -> !active || !isOver(run))
                    .toList();
        }
        if (limit != null) {
            runs = runs.subList(Math.max(0, runs.size() - limit), runs.size());
        }
        print(runs);
        return 0;
    }

    private void print(List<RunSummary> runs) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            runs.forEach(run -> out.println(JsonLine.of(RunJson.summary(run))));
        } else if (runs.isEmpty()) {
            out.println(
                    active ? "No run is under way." : "There are no runs yet: `taskgraph submit FILE` creates one.");
        } else {
            table(runs).lines().forEach(out::println);
        }
        out.flush();
    }

    private static Table table(List<RunSummary> runs) {
        Table table = new Table(
                Terminal.ofProcess(),
                "RUN",
                "PHASE",
                ">TASKS",
                ">OVER",
                ">FAILED",
                ">OUT",
                ">RETRIES",
                ">REFUSED",
                ">APPROVALS",
                ">AGE",
                "POLICY",
                "GOAL");
        long now = System.currentTimeMillis();
        for (RunSummary run : runs) {
            table.row(
                    run.getRunId(),
                    run.getQuarantined() ? "QUARANTINED" : run.getPhase(),
                    run.getTasks(),
                    count(run, ENDED),
                    count(run, Set.of(TaskStatus.FAILED)),
                    count(run, OUT),
                    run.getRetries(),
                    run.getRejected(),
                    run.getPendingApprovals() == 0 ? "" : run.getPendingApprovals(),
                    Times.of(now - run.getCreatedAt().toEpochMilli()),
                    run.getPolicyName(),
                    Text.plain(run.getGoal()));
        }
        return table;
    }

    private static boolean isOver(RunSummary run) {
        return run.getPhase() == Phase.COMPLETED || run.getPhase() == Phase.FAILED;
    }

    private static int count(RunSummary run, Set<TaskStatus> statuses) {
        return run.getStatuses().stream()
                .filter(count -> statuses.contains(count.getStatus()))
                .mapToInt(StatusCount::getCount)
                .sum();
    }
}
