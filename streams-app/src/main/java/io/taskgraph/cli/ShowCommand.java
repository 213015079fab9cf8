package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.engine.Approval;
import io.taskgraph.engine.RunIdentity;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.RunView;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One run as its decisions tell it. */
@Command(
        name = "show",
        description = {
            "Show one run: its phase and counts, its tasks with their leases and dependencies, what was refused.",
            "Folded from the decision log, so it is what the log says to its end, or to the point that --at names."
        })
final class ShowCommand implements Callable<Integer> {
    private static final int REFUSALS = 10;
    private static final int DEPENDENCIES = 3;
    /** What is going on first, what is over last. */
    private static final List<Status> ORDER = List.of(
            Status.RUNNING,
            Status.DISPATCHED,
            Status.SUBMITTED,
            Status.AWAITING_APPROVAL,
            Status.READY,
            Status.PENDING,
            Status.DEFERRED,
            Status.FAILED,
            Status.CANCELLED,
            Status.DONE);

    @Parameters(paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Show at most N tasks, 0 for all (default: ${DEFAULT-VALUE}); --json has all of them.")
    private int limit;

    @Option(
            names = "--at",
            paramLabel = "POINT",
            description = "As it stood then: after the decision of that sequence number, or at a time such as"
                    + " 2026-01-31T12:00:00Z. Every decision up to there is checked on the way.")
    private String at;

    @Option(names = "--json", description = "One JSON object, with all tasks in the order of their creation.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (limit < 0) {
            throw new ParameterException(spec.commandLine(), "--limit must be 0 or more, not " + limit + ".");
        }
        Cluster cluster = connection.cluster();
        if (at != null) {
            RunView run = TimeTravel.view(
                    cluster,
                    runId,
                    TimeTravel.point(spec, "--at", at),
                    spec.commandLine().getOut(),
                    json);
            print(run, run.state().lastDecidedAt());
            return 0;
        }
        try (SchemaRegistry registry = cluster.registry();
                RunFollower follower = RunFollower.of(cluster.source(registry), List.of(runId))) {
            RunView run = follower.catchUp().run(runId);
            Watch.requireExists(run);
            print(run, System.currentTimeMillis());
        }
        return 0;
    }

    private void print(RunView run, long now) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonLine.of(fields(run)));
        } else {
            print(run, Terminal.ofProcess(), out, now);
        }
        out.flush();
    }

    private static Map<String, Object> fields(RunView run) {
        Map<String, Object> fields = RunJson.summary(run);
        fields.put("refusals", RunJson.refused(run.refused()));
        fields.put(
                "task_list",
                tasks(run, Comparator.comparingLong(Task::ordinal)).stream()
                        .map(RunJson::task)
                        .toList());
        return fields;
    }

    private void print(RunView run, Terminal terminal, PrintWriter out, long now) {
        out.println(RunPanel.bar(terminal, run, Text.width(run.runId())));
        out.println("  " + RunPanel.counts(run));
        line(out, terminal, "name", Text.plain(run.state().identity().name()));
        line(out, terminal, "origin", origin(run));
        line(out, terminal, "goal", Text.plain(run.state().identity().goal()));
        if (!run.state().identity().labels().isEmpty()) {
            line(
                    out,
                    terminal,
                    "labels",
                    Text.plain(run.state().identity().labels().toString()));
        }
        line(out, terminal, "policy", run.state().policy().name());
        line(
                out,
                terminal,
                "budget",
                String.join(
                        "; ",
                        BudgetLines.of(run.state().ledger())
                                .lines(run.state().policy().budgets().currency())));
        line(
                out,
                terminal,
                "age",
                Times.of(now - run.state().identity().createdAt()) + ", last decision "
                        + Times.of(now - run.state().lastDecidedAt()) + " ago");
        line(
                out,
                terminal,
                "decisions",
                run.state().sequence() + ", graph version " + run.state().graphVersion());
        line(out, terminal, "digest", HexFormat.of().formatHex(run.state().stateDigest()));
        line(out, terminal, "mail", MailLines.count(run));
        line(out, terminal, "workers", WorkerLines.of(run));
        String degraded = WorkerLines.degraded(run, now);
        line(out, terminal, "degraded", degraded.isEmpty() ? "" : terminal.bad(degraded));
        long escalations = run.state().escalations();
        line(
                out,
                terminal,
                "escalated",
                escalations == 0
                        ? ""
                        : Counted.of(escalations, "matter") + " so far; `taskgraph why " + run.runId()
                                + "` says what waits for whom");
        Standstill.of(run).forEach(why -> line(out, terminal, "waits", terminal.busy(why)));
        printTasks(run, terminal, out, now);
        printRefusals(run, terminal, out);
    }

    private static String origin(RunView run) {
        RunIdentity.Beginning b = run.state().identity().beginning();
        return b == null
                ? ""
                : "run " + b.runId() + " after decision " + b.sequence()
                        + (b.checkpoint().isEmpty() ? "" : " (checkpoint " + Text.plain(b.checkpoint()) + ")")
                        + ", digest "
                        + b.stateDigest();
    }

    private static void line(PrintWriter out, Terminal terminal, String name, String value) {
        if (!value.isBlank()) {
            out.println("  " + terminal.dim(Text.left(name, 10)) + "  " + value);
        }
    }

    private void printTasks(RunView run, Terminal terminal, PrintWriter out, long now) {
        List<Task> tasks = tasks(
                run,
                Comparator.comparingInt((Task task) -> ORDER.indexOf(task.status()))
                        .thenComparingLong(Task::ordinal));
        if (tasks.isEmpty()) {
            return;
        }
        int most = limit == 0 ? tasks.size() : Math.min(limit, tasks.size());
        Set<String> asking = run.state().pendingApprovals().stream()
                .filter(approval -> approval.taskId() != null)
                .map(Approval::taskId)
                .collect(Collectors.toSet());
        Table table =
                new Table(terminal, "TASK", "STATUS", ">ATTEMPT", "WORKER", ">FOR", ">PRIORITY", "WAITS FOR", "TITLE");
        for (Task task : tasks.subList(0, most)) {
            table.row(
                    Text.shorten(Text.plain(task.id()), 48),
                    status(terminal, task, asking, now),
                    task.attempt() == 0 ? "" : task.attempt(),
                    task.workerId() == null ? "" : Text.shorten(Text.plain(task.workerId()), 32),
                    task.leasedAt() == 0 ? "" : Times.of(now - task.leasedAt()),
                    task.priority() == 0 ? "" : task.priority(),
                    dependencies(run, task),
                    Text.plain(task.title()));
        }
        out.println();
        table.lines().forEach(out::println);
        if (most < tasks.size()) {
            out.println(terminal.dim("and " + (tasks.size() - most) + " more: --limit 0 shows all"));
        }
    }

    /** What people have to do something about stands out: what waits for approval or for a reviewer, whose agent asks. */
    private static String status(Terminal terminal, Task task, Set<String> asking, long now) {
        String status = task.status() + (task.archived() ? " (archived)" : "");
        if (task.status() == Status.AWAITING_APPROVAL) {
            return terminal.busy(status);
        }
        if (task.status() == Status.SUBMITTED) {
            return terminal.busy(status + " (in review)");
        }
        if (RunPanel.isTriedAgain(task)) {
            return status + " (again in " + Times.of(Math.max(0, task.notBefore() - now)) + ")";
        }
        return asking.contains(task.id()) ? terminal.busy(status + " (asks)") : status;
    }

    /** Of a task that waits, only what it still waits for. */
    private static String dependencies(RunView run, Task task) {
        List<String> open = task.dependsOn().stream()
                .filter(id -> task.status() != Status.PENDING
                        || !run.state().graph().task(id).satisfiesDependents())
                .toList();
        if (task.status().isTerminal() || task.status().isInFlight() || open.isEmpty()) {
            return "";
        }
        String some = String.join(", ", open.subList(0, Math.min(DEPENDENCIES, open.size())));
        return Text.shorten(Text.plain(some), 60)
                + (open.size() > DEPENDENCIES ? " +" + (open.size() - DEPENDENCIES) : "");
    }

    private static void printRefusals(RunView run, Terminal terminal, PrintWriter out) {
        List<RunView.Refused> refused = run.refused();
        if (refused.isEmpty()) {
            return;
        }
        Table table = new Table(terminal, ">DECISION", "ON", "BY", "REFUSED AS", "BECAUSE");
        for (RunView.Refused one : refused.subList(Math.max(0, refused.size() - REFUSALS), refused.size())) {
            table.row(one.sequence(), one.family(), Text.plain(one.actor()), one.code(), Text.plain(one.message()));
        }
        out.println();
        table.lines().forEach(out::println);
    }

    private static List<Task> tasks(RunView run, Comparator<Task> order) {
        return run.state().graph().tasks().stream().sorted(order).toList();
    }
}
