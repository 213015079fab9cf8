package io.taskgraph.cli;

import io.taskgraph.avro.Phase;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.gates.GateReport;
import io.taskgraph.gates.GateResult;
import io.taskgraph.graph.Status;
import io.taskgraph.replay.ReplayReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What came of the demonstration.
 *
 * @param workedMillis from the first submission to the last run's end
 * @param replay the verdict on all that was decided
 * @param retried whether every task whose worker was killed was done by another
 * @param extensions whether extensions were shown
 * @param fork what became of the fork of the first run
 * @param gates what regression gates say of it
 */
record DemoOutcome(
        List<DemoRun> runs,
        long workedMillis,
        long totalMillis,
        ReplayReport replay,
        boolean retried,
        boolean extensions,
        DemoSequel.Fork fork,
        GateReport gates) {
    boolean completed() {
        return runs.stream()
                .allMatch(run -> run.view().state().phase() == Phase.COMPLETED
                        && run.view().count(Status.DONE) == run.tasks());
    }

    private long sum(ToLongFunction<DemoRun> what) {
        return runs.stream().mapToLong(what).sum();
    }

    private long leasesLost() {
        return sum(run -> run.view().leasesLost());
    }

    private long mismatches() {
        return sum(run -> run.view().extensionMismatches());
    }

    private long withdrawnTasks() {
        return sum(run -> run.view().tasksWithdrawn());
    }

    private double tasksPerSecond() {
        return workedMillis == 0 ? 0 : sum(run -> run.view().count(Status.DONE)) * 1000.0 / workedMillis;
    }

    /** What did not go as it should, a sentence each; empty if all did. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (!completed()) {
            problems.add("Not every run completed with every task done.");
        }
        if (leasesLost() == 0) {
            problems.add("No lease was lost, so nothing was shown of a dying agent.");
        } else if (!retried) {
            problems.add("A task whose worker was killed was not done by another.");
        }
        if (extensions && mismatches() == 0) {
            problems.add("No agent was refused that serves other tools than were signed.");
        }
        if (extensions && withdrawnTasks() < 2) {
            problems.add("A revocation did not stop the tasks that used what it revoked.");
        }
        replay.firstDivergence().ifPresent(first -> problems.add(first.sentence()));
        if (!replay.whole()) {
            problems.add("Not every decision could be decided again; the first is "
                    + replay.strict().orElseThrow().firstNotRedecided() + ".");
        }
        gates.gates().stream()
                .filter(GateResult::blocks)
                .forEach(g -> problems.add("The gate " + g.id() + " is " + g.verdict() + ": " + g.because() + "."));
        return problems;
    }

    /** The figures, a line each. */
    List<String> lines(Terminal terminal) {
        List<String> lines = new ArrayList<>();
        long failed = sum(run -> run.view().count(Status.FAILED));
        add(lines, terminal, "runs", runs.size() + (completed() ? ", all completed" : ", not all completed"));
        add(
                lines,
                terminal,
                "tasks",
                sum(run -> run.view().count(Status.DONE)) + " done" + (failed > 0 ? ", " + failed + " failed" : ""));
        add(
                lines,
                terminal,
                "retries",
                sum(run -> run.view().state().retries()) + ", " + leasesLost()
                        + " of them for leases lost with the killed process");
        if (extensions) {
            add(
                    lines,
                    terminal,
                    "extensions",
                    "1 tampered toolpack refused, " + Counted.of(withdrawnTasks(), "task")
                            + " stopped by a revocation and done with the next version");
        }
        add(lines, terminal, "fenced", Counted.of(sum(run -> run.view().state().fenced()), "report"));
        add(
                lines,
                terminal,
                "decisions",
                sum(run -> run.view().decisions()) + ", "
                        + sum(run -> run.view().state().rejected()) + " refused");
        add(
                lines,
                terminal,
                "throughput",
                String.format(Locale.ROOT, "%.1f tasks per second, over ", tasksPerSecond()) + Times.of(workedMillis)
                        + " of simulated work");
        long again = replay.strict().map(s -> s.decisions()).orElse(0L);
        add(
                lines,
                terminal,
                "replay",
                replay.agrees()
                        ? terminal.good("agrees") + ", " + Counted.of(again, "decision") + " decided again"
                        : terminal.bad("DIVERGES"));
        add(lines, terminal, "in all", Times.of(totalMillis));
        return lines;
    }

    private static void add(List<String> lines, Terminal terminal, String name, String value) {
        lines.add("  " + terminal.dim(Text.left(name, 10)) + "  " + value);
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ok", problems().isEmpty());
        fields.put("problems", problems());
        fields.put("runs", runs.stream().map(run -> RunJson.summary(run.view())).toList());
        fields.put("tasks_done", sum(run -> run.view().count(Status.DONE)));
        fields.put("retries", sum(run -> run.view().state().retries()));
        fields.put("leases_lost", leasesLost());
        fields.put("extension_mismatches", mismatches());
        fields.put("tasks_withdrawn", withdrawnTasks());
        fields.put("fenced", sum(run -> run.view().state().fenced()));
        fields.put("decisions", sum(run -> run.view().decisions()));
        fields.put("refused", sum(run -> run.view().state().rejected()));
        fields.put("tasks_per_second", Math.round(tasksPerSecond() * 10) / 10.0);
        fields.put("replay_agrees", replay.agrees());
        fields.put("decided_again", replay.strict().map(s -> s.decisions()).orElse(0L));
        fields.put("fork", Map.of("run_id", fork.runId(), "tasks_done", fork.done()));
        fields.put("gates", gates.verdict().name());
        fields.put("worked_millis", workedMillis);
        fields.put("total_millis", totalMillis);
        return fields;
    }
}
