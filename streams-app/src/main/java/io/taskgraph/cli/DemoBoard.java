package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;

/**
 * What is seen of the demonstration: events that stay, and below them runs, agents and tasks as they are now, or what is
 * being waited for, with a clock that runs.
 */
final class DemoBoard implements AutoCloseable {
    private static final long REDRAW = TimeUnit.MILLISECONDS.toNanos(120);
    /** Without a terminal. */
    private static final long LINE = TimeUnit.SECONDS.toNanos(2);

    private static final long CLOCK_MILLIS = 200;
    private static final int CLOCK_COLUMNS = 8;
    private static final int TASKS = 6;

    private final Screen screen;
    private final Terminal terminal;
    private final long begun = System.nanoTime();
    private final Timer clock = new Timer("demo-clock", true);
    private String waitingFor;
    private long next;

    DemoBoard(Screen screen) {
        this.screen = screen;
        this.terminal = screen.terminal();
        if (terminal.isLive()) {
            clock.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            drawWaiting();
                        }
                    },
                    CLOCK_MILLIS,
                    CLOCK_MILLIS);
        }
    }

    Screen screen() {
        return screen;
    }

    /** Milliseconds since the beginning. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    /** What this is. */
    synchronized void title(String what) {
        screen.say(terminal.bold(what));
    }

    /** Something that belongs to the line above. */
    synchronized void detail(String what) {
        screen.say("  " + terminal.dim(what));
    }

    /** Something that went as it should. */
    void done(String what) {
        event(terminal.good(terminal.sign("✔", "+")), what);
    }

    /** Something that is worth looking at. */
    void alarm(String what) {
        event(terminal.bad(terminal.sign("✘", "!")), terminal.bold(what));
    }

    private synchronized void event(String sign, String what) {
        waitingFor = null;
        screen.say(terminal.dim(Text.right(Times.of(millis()), CLOCK_COLUMNS)) + "  " + sign + " " + what);
    }

    /** What is being waited for, until the next event: seen on a terminal only. */
    synchronized void waiting(String what) {
        waitingFor = what;
        drawWaiting();
    }

    private synchronized void drawWaiting() {
        if (waitingFor != null) {
            screen.draw(List.of(terminal.dim(Text.right(Times.of(millis()), CLOCK_COLUMNS) + "    " + waitingFor)));
        }
    }

    /** From here on somebody else draws on the screen. */
    synchronized void handOver() {
        waitingFor = null;
        screen.clear();
    }

    @Override
    public synchronized void close() {
        waitingFor = null;
        clock.cancel();
    }

    /** Shows where everything is, if it is time to. */
    synchronized void show(List<DemoRun> runs, List<AgentProcess> agents) {
        waitingFor = null;
        if (System.nanoTime() - next < 0 && next != 0) {
            return;
        }
        next = System.nanoTime() + (terminal.isLive() ? REDRAW : LINE);
        if (terminal.isLive()) {
            screen.draw(live(runs, agents));
        } else {
            screen.say(Text.right(Times.of(millis()), CLOCK_COLUMNS) + "    " + line(runs));
        }
    }

    /** Shows where the runs are in the end, to stay. */
    synchronized void last(List<DemoRun> runs) {
        waitingFor = null;
        screen.say("");
        bars(runs).forEach(screen::say);
        screen.say("");
    }

    /** Lines that stay, after an empty one. */
    synchronized void tell(List<String> lines) {
        waitingFor = null;
        screen.say("");
        lines.forEach(screen::say);
    }

    private static String line(List<DemoRun> runs) {
        List<String> parts = new ArrayList<>();
        long running = 0;
        for (DemoRun run : runs) {
            parts.add(run.view().runId() + " " + run.view().ended() + "/" + run.tasks());
            running += run.view().count(Status.RUNNING);
        }
        parts.add(Counted.of(running, "task") + " in work");
        return String.join("  ", parts);
    }

    private List<String> bars(List<DemoRun> runs) {
        int name =
                runs.stream().mapToInt(run -> run.view().runId().length()).max().orElse(0);
        return runs.stream()
                .map(run -> "  " + RunPanel.bar(terminal, run.view(), Math.min(name, terminal.columns() / 3)))
                .toList();
    }

    private List<String> live(List<DemoRun> runs, List<AgentProcess> agents) {
        List<String> lines = new ArrayList<>();
        int name =
                runs.stream().mapToInt(run -> run.view().runId().length()).max().orElse(0);
        lines.add("");
        for (DemoRun run : runs) {
            lines.add("  " + RunPanel.bar(terminal, run.view(), Math.min(name, terminal.columns() / 3)));
        }
        lines.add("");
        List<Task> tasks = runs.stream()
                .flatMap(run -> run.view().inFlight().stream())
                .filter(task -> task.status() == Status.RUNNING)
                .sorted(Comparator.comparingLong(Task::leasedAt))
                .toList();
        agents.forEach(agent -> lines.add("  " + agent(agent, tasks)));
        lines.add("");
        long now = System.currentTimeMillis();
        for (Task task : tasks.subList(0, Math.min(TASKS, tasks.size()))) {
            lines.add("  " + terminal.busy(Text.right(Times.of(now - task.leasedAt()), 7)) + "  "
                    + Text.left(task.workerId(), 12) + "  "
                    + (task.attempt() > 1 ? terminal.bad("attempt " + task.attempt()) + "  " : "")
                    + Text.plain(task.id())
                    + (task.title().isEmpty() ? "" : terminal.dim("  " + Text.plain(task.title()))));
        }
        return lines;
    }

    private String agent(AgentProcess agent, List<Task> running) {
        String head = terminal.name(agent.name()) + terminal.dim("  pid " + agent.pid() + "  ");
        long held = running.stream().filter(task -> agent.has(task.workerId())).count();
        if (agent.isKilled()) {
            return head
                    + terminal.bad("killed")
                    + (held > 0 ? ", and still taken for the holder of " + Counted.of(held, "lease") : "");
        }
        return head + terminal.busy(terminal.sign("●", "*").repeat((int) Math.min(40, held))) + " "
                + Counted.of(held, "task");
    }
}
