package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Bar;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.query.RunView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run as lines: where it is, how far, and what is being done now. */
final class RunPanel {
    private static final int BAR = 32;
    private static final int LEAST_BAR = 8;

    private RunPanel() {}

    /** Name, bar, counts and percentage on one line. */
    static String bar(Terminal terminal, RunView run, int nameColumns) {
        int total = run.state().graph().size();
        int bad = run.count(Status.FAILED) + run.count(Status.CANCELLED);
        int good = run.count(Status.DONE);
        String counts = " " + (good + bad) + "/" + total + "  " + percent(good + bad, total);
        int width = Math.max(LEAST_BAR, Math.min(BAR, terminal.columns() - nameColumns - counts.length() - 20));
        return terminal.name(Text.left(Text.shorten(run.runId(), nameColumns), nameColumns)) + "  "
                + Bar.of(terminal, good, bad, run.state().graph().inFlight(), total, width) + counts + "  "
                + phase(terminal, run);
    }

    /** How many tasks are where; what is 0 and usually is, is left out. */
    static String counts(RunView run) {
        List<String> parts = new ArrayList<>();
        parts.add(run.count(Status.RUNNING) + " running");
        add(parts, run.count(Status.DISPATCHED), "offered");
        add(parts, run.count(Status.READY), "ready");
        add(parts, run.count(Status.PENDING), "waiting");
        add(parts, triedAgain(run), "to be tried again");
        add(parts, run.count(Status.AWAITING_APPROVAL), "awaiting approval");
        add(parts, run.count(Status.SUBMITTED), "in review");
        add(parts, run.count(Status.DEFERRED), "deferred");
        parts.add(run.count(Status.DONE) + " done");
        add(parts, run.count(Status.FAILED), "failed");
        add(parts, run.count(Status.CANCELLED), "cancelled");
        if (run.state().retries() > 0) {
            parts.add(Counted.of(run.state().retries(), "retry"));
        }
        addCounted(parts, WorkerLines.lost(run), "worker");
        addCounted(parts, run.leasesLost(), "lease");
        add(parts, run.state().fenced(), "fenced");
        add(parts, run.state().rejected() - run.state().fenced(), "refused");
        add(parts, run.state().escalations(), "escalated");
        return String.join(", ", parts);
    }

    /** Tasks whose last attempt failed and that wait for the time of the next. */
    private static long triedAgain(RunView run) {
        return run.state().graph().tasks().stream()
                .filter(RunPanel::isTriedAgain)
                .count();
    }

    /** Whether the task waits for the time of its next attempt. */
    static boolean isTriedAgain(Task task) {
        return task.notBefore() > 0
                && !task.status().isTerminal()
                && !task.status().isInFlight();
    }

    private static void add(List<String> parts, long number, String what) {
        if (number > 0) {
            parts.add(number + " " + what);
        }
    }

    private static void addCounted(List<String> parts, long lost, String noun) {
        if (lost > 0) {
            parts.add(Counted.of(lost, noun) + " lost");
        }
    }

    /** The tasks that are out with agents, longest first, at most so many. */
    static List<String> inFlight(Terminal terminal, RunView run, long nowMillis, int most) {
        List<Task> tasks = run.inFlight();
        if (tasks.isEmpty()) {
            return List.of();
        }
        Table table = new Table(terminal, "TASK", "WORKER", ">ATTEMPT", ">FOR", "TITLE");
        for (Task task : tasks.subList(0, Math.min(most, tasks.size()))) {
            table.row(
                    Text.shorten(Text.plain(task.id()), 48),
                    task.workerId() == null || task.status() == Status.DISPATCHED
                            ? "(offered)"
                            : Text.shorten(Text.plain(task.workerId()), 32),
                    task.attempt(),
                    Times.of(nowMillis - task.leasedAt()),
                    Text.plain(task.title()));
        }
        List<String> lines = new ArrayList<>(table.lines());
        if (tasks.size() > most) {
            lines.add(terminal.dim("and " + (tasks.size() - most) + " more"));
        }
        return lines;
    }

    /** Everything about a run on one line that stays: for a log. */
    static String line(RunView run) {
        int total = run.state().graph().size();
        List<String> standstill = Standstill.of(run);
        return run.runId() + "  " + run.state().phase() + "  " + run.ended() + "/" + total + " "
                + percent(run.ended(), total).strip() + "  " + counts(run)
                + (run.state().degradation() == null ? "" : "  [degraded]")
                + (standstill.isEmpty() ? "" : "  [" + String.join("; ", standstill) + "]");
    }

    /** The phase, and whether it is quarantined. */
    static String phase(Terminal terminal, RunView run) {
        if (run.state().quarantine() != null) {
            return terminal.bad("QUARANTINED");
        }
        String phase = run.state().phase().name();
        return switch (run.state().phase()) {
            case COMPLETED -> run.count(Status.FAILED) > 0 ? terminal.bad(phase) : terminal.good(phase);
            case FAILED -> terminal.bad(phase);
            case AWAIT_USER, AWAIT_APPROVAL -> terminal.busy(phase);
            default -> phase;
        };
    }

    private static String percent(long part, long total) {
        return String.format(Locale.ROOT, "%3d%%", total == 0 ? 0 : part * 100 / total);
    }
}
