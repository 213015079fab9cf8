package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Times;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.query.RunView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Kills one agent process in the middle of its work, and sees that it is missed. The moment is chosen so that it holds
 * leases on tasks that it cannot have finished; should it have finished them all the same, another one is killed.
 */
final class Sabotage {
    /** So much of all work is done before. */
    private static final double FROM = 0.2;
    /** From here on any lease will do. */
    private static final double HURRY = 0.5;
    /** A task must go on for at least so long, for what we know of it is a little old. */
    private static final long LEFT_MILLIS = 600;
    /** Longer than it takes to notice under the preset {@code demo}, by far. */
    private static final long MISSED_SECONDS = 12;

    private final List<AgentProcess> agents;
    private final List<DemoRun> runs;
    private final Consumer<String> tell;
    private AgentProcess victim;
    private long killedAt;
    private boolean noticed;

    /** @param tell hears what happens, for people */
    Sabotage(List<AgentProcess> agents, List<DemoRun> runs, Consumer<String> tell) {
        this.agents = agents;
        this.runs = runs;
        this.tell = tell;
    }

    /** Looks whether it is time to do something, or something has happened. */
    void proceed() {
        if (victim == null) {
            choose().ifPresent(this::kill);
        } else if (!noticed) {
            lookWhetherMissed();
        }
    }

    /** Leases that the killed process lost so far. */
    long leasesLost() {
        return runs.stream().mapToLong(run -> run.view().leasesLost()).sum();
    }

    /** Whether every lease that was lost was offered again, and its task done. */
    boolean allRetried() {
        for (DemoRun run : runs) {
            for (RunView.LostLease lost : run.view().lostLeases()) {
                Task task = run.view().state().graph().task(lost.taskId());
                if (task == null || task.attempt() <= lost.attempt() || task.status() != Status.DONE) {
                    return false;
                }
            }
        }
        return true;
    }

    private Optional<AgentProcess> choose() {
        long all = runs.stream().mapToLong(DemoRun::tasks).sum();
        long over = runs.stream().mapToLong(run -> run.view().ended()).sum();
        double progress = all == 0 ? 0 : (double) over / all;
        long living = agents.stream().filter(AgentProcess::isAlive).count();
        if (progress < FROM || living < 2) {
            return Optional.empty();
        }
        long left = progress < HURRY ? LEFT_MILLIS : 0;
        AgentProcess busiest = null;
        long most = 0;
        for (AgentProcess agent : agents) {
            long held = agent.isAlive() ? held(agent, left) : 0;
            if (held > most) {
                most = held;
                busiest = agent;
            }
        }
        return Optional.ofNullable(busiest);
    }

    /** How many leases it holds on tasks that go on for so much longer. */
    private long held(AgentProcess agent, long leftMillis) {
        long now = System.currentTimeMillis();
        return runs.stream()
                .flatMap(run -> run.view().inFlight().stream())
                .filter(task -> task.status() == Status.RUNNING && agent.has(task.workerId()))
                .filter(task -> task.leasedAt() + task.spec().expectedMillis() - now >= leftMillis)
                .count();
    }

    private void kill(AgentProcess agent) {
        long held = held(agent, 0);
        agent.kill();
        victim = agent;
        killedAt = System.nanoTime();
        tell.accept("SIGKILL to " + agent.name() + " (pid " + agent.pid() + "), which holds "
                + Counted.of(held, "lease") + ": nobody tells the control plane");
    }

    private void lookWhetherMissed() {
        long lost = leasesLost();
        long after = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedAt);
        if (lost > 0) {
            noticed = true;
            tell.accept("Silence noticed after " + Times.of(after) + ": " + victim.name() + " lost "
                    + Counted.of(lost, "lease") + ", whose tasks are offered again as the next attempt");
        } else if (after > TimeUnit.SECONDS.toMillis(MISSED_SECONDS)) {
            tell.accept(victim.name() + " had finished what it held: another one is chosen");
            victim = null;
        }
    }
}
