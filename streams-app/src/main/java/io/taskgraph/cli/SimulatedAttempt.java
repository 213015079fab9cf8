package io.taskgraph.cli;

import io.taskgraph.client.NonRetryableException;
import io.taskgraph.client.Permission;
import io.taskgraph.client.TaskContext;
import io.taskgraph.eval.SimulatedTrouble;
import io.taskgraph.eval.Simulation;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One attempt of a task as a simulated agent does it: takes its time, uses things up evenly, and comes to its actions one
 * after the other, evenly spread. What waiting for an answer takes is not part of its time.
 */
final class SimulatedAttempt {
    /** How often it says what it has used up: the client decides what of it is reported. */
    private static final long TICK_MILLIS = 200;
    /** As good as for ever: until it is stopped. */
    private static final long HANGING_MILLIS = 86_400_000;

    private static final Pattern PROGRESS = Pattern.compile("([0-9]{1,2}) percent");

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    private final TaskContext task;
    private final Simulation simulation;
    private final long length;
    private final Pause pause;
    private final SimulatedWork.Listener listener;
    private long worked;
    private int performed;
    private int denied;

    /** @param length how long it works, in milliseconds */
    SimulatedAttempt(
            TaskContext task, Simulation simulation, long length, Pause pause, SimulatedWork.Listener listener) {
        this.task = task;
        this.simulation = simulation;
        this.length = length;
        this.pause = pause;
        this.listener = listener;
    }

    /**
     * Does it all.
     *
     * @return what it did beside working, for its result; empty if nothing
     * @throws io.taskgraph.client.ActionDeniedException if an action was denied that it needs
     * @throws SimulatedWork.SimulatedFailure if it fails on purpose
     * @throws NonRetryableException if it fails so for good
     * @throws InterruptedException if it is to stop
     */
    String run() throws Exception {
        String from = simulation.progress() ? goOn() : "";
        if (simulation.trouble().isIn(task.attempt())) {
            workUntil(Math.max(worked, length / 2));
            goWrong();
        }
        int actions = simulation.steps().size();
        for (int i = 0; i < actions; i++) {
            workUntil(length * (i + 1) / (actions + 1));
            act(simulation.steps().get(i));
        }
        workUntil(length);
        if (simulation.uses()) {
            task.usage(simulation.tokens(), simulation.costMicros());
        }
        return from
                + (performed > 0 ? ", " + Counted.of(performed, "action") : "")
                + (denied > 0 ? ", " + denied + " denied" : "");
    }

    /** Begins where the attempt before was. */
    private String goOn() {
        Matcher before = PROGRESS.matcher(task.previousProgress().orElse(""));
        if (!before.matches()) {
            return "";
        }
        // Said again: what this attempt does not say would be lost to the next.
        task.progress(before.group());
        worked = length * Long.parseLong(before.group(1)) / 100;
        return ", on from " + before.group();
    }

    private void goWrong() throws Exception {
        SimulatedTrouble trouble = simulation.trouble();
        if (task.attempt() <= trouble.hangs()) {
            pause.millis(HANGING_MILLIS);
        }
        String what = "simulated failure of attempt " + task.attempt();
        if (trouble.hard()) {
            throw new NonRetryableException(what);
        }
        throw new SimulatedWork.SimulatedFailure(what);
    }

    private void workUntil(long point) throws InterruptedException {
        while (worked < point) {
            long some = simulation.tells() ? Math.min(TICK_MILLIS, point - worked) : point - worked;
            pause.millis(some);
            worked += some;
            if (simulation.uses()) {
                task.usage(part(simulation.tokens()), part(simulation.costMicros()));
            }
            if (simulation.progress() && worked < length) {
                task.progress(worked * 100 / length + " percent");
            }
        }
    }

    /** What is used up by now: in doubles, for the product may be larger than a long. */
    private long part(long all) {
        return Math.min(all, (long) ((double) all * worked / length));
    }

    private void act(Simulation.Step step) throws Exception {
        if (task.attempt() <= step.unasked()) {
            task.actedUnasked(step.action());
            performed++;
            listener.acted(task, step.action(), "unasked", "");
            return;
        }
        Permission permission = task.ask(step.action());
        if (permission.allowed()) {
            task.performed(permission);
            performed++;
            listener.acted(task, step.action(), "performed", permission.reason());
            return;
        }
        denied++;
        listener.acted(task, step.action(), "denied", permission.reason());
        if (step.needed()) {
            permission.orThrow();
        }
    }
}
