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
 * Kills one agent process in the middle of its work, and sees that it is missed. To be sure that it holds leases when it
 * dies, it is frozen first, until all that it had said is decided, and goes on if it holds none then. Should it be missed
 * by nobody all the same, another one is killed.
 */
final class Sabotage {
    /** So much of all work is done before. */
    private static final double FROM = 0.2;
    /** A task must go on for at least so long to be worth a try. */
    private static final long LEFT_MILLIS = 300;
    /** How long what was said before the freeze may take to be decided and read here. */
    private static final long FROZEN_MILLIS = 400;
    /** Longer than it takes to notice under the preset {@code demo}, by far. */
    private static final long MISSED_MILLIS = 12_000;
    /** Losses within so long after the first are told as one. */
    private static final long TOGETHER_MILLIS = 1_500;

    private final List<AgentProcess> agents;
    private final List<DemoRun> runs;
    private final Consumer<String> tell;
    private AgentProcess victim;
    private boolean killed;
    private long held;
    private long firstMissed;
    private long since;
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
            choose().ifPresent(this::freeze);
        } else if (!killed) {
            if (millis() >= FROZEN_MILLIS) {
                killOrLetGo();
            }
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
        long living = agents.stream().filter(AgentProcess::isAlive).count();
        if (over < FROM * all || all == 0 || living < 2) {
            return Optional.empty();
        }
        AgentProcess busiest = null;
        long most = 0;
        for (AgentProcess agent : agents) {
            long held = agent.isAlive() ? held(agent, LEFT_MILLIS) : 0;
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

    private void freeze(AgentProcess agent) {
        victim = agent;
        since = System.nanoTime();
        if (!agent.freeze()) {
            killOrLetGo();
        }
    }

    private void killOrLetGo() {
        held = held(victim, Long.MIN_VALUE / 2);
        if (held == 0) {
            victim.thaw();
            victim = null;
            return;
        }
        victim.kill();
        killed = true;
        since = System.nanoTime();
        tell.accept("SIGKILL to " + victim.name() + " (pid " + victim.pid() + "), which holds "
                + Counted.of(held, "lease") + ": nobody tells the control plane");
    }

    private void lookWhetherMissed() {
        long lost = leasesLost();
        if (lost > 0 && firstMissed == 0) {
            firstMissed = millis();
        }
        // Each run has a timer of its own, so they do not miss it at the same moment.
        if (lost >= held || lost > 0 && millis() - firstMissed > TOGETHER_MILLIS) {
            noticed = true;
            tell.accept("Silence noticed after " + Times.of(firstMissed) + ": " + victim.name() + " lost "
                    + Counted.of(lost, "lease") + "; what it had in hand is offered again, as the next attempt");
        } else if (lost == 0 && millis() > MISSED_MILLIS) {
            tell.accept(victim.name() + " had finished what it held: another one is chosen");
            victim = null;
            killed = false;
        }
    }

    /** Since it was frozen or killed. */
    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }
}
