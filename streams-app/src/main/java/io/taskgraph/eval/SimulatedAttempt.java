package io.taskgraph.eval;

import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.AttemptError;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.UsageSoFar;
import io.taskgraph.client.Action;
import io.taskgraph.graph.Task;
import java.util.function.Consumer;

/**
 * One attempt of a simulated agent, step by step: it takes the lease up, acts after asking (or not), tells what it uses up,
 * and hands in, fails or hangs. Whatever comes while its agent is silent is said when the silence ends.
 */
final class SimulatedAttempt {
    private final Player player;
    private final SimulatedAgent agent;
    private final String taskId;
    private final int attempt;
    private final long pause;
    private final Simulation does;
    private int step;
    private String asked = "";
    private boolean over;
    private boolean hangs;

    SimulatedAttempt(Player player, SimulatedAgent agent, Task task, int attempt, long takes) {
        this.player = player;
        this.agent = agent;
        this.taskId = task.id();
        this.attempt = attempt;
        this.does = Simulation.of(task.spec().payload());
        long all = task.spec().expectedMillis() > 0 ? task.spec().expectedMillis() : takes;
        this.pause = all / (does.steps().size() + 1);
    }

    SimulatedAgent agent() {
        return agent;
    }

    String taskId() {
        return taskId;
    }

    int attempt() {
        return attempt;
    }

    boolean isOver() {
        return over;
    }

    /** Whether it never comes to an end. */
    boolean hangs() {
        return hangs;
    }

    boolean waitsFor(String request) {
        return asked.equals(request);
    }

    void start() {
        agent.took();
        say(r -> r.setStarted(new Started("default", java.util.List.of())));
        player.in(does.trouble().isIn(attempt) ? pause / 2 : pause, this::go);
    }

    /** Its agent was told that it is over. */
    void stop() {
        if (!over) {
            over = true;
            agent.ended();
        }
    }

    void answered(boolean allowed) {
        String request = asked;
        asked = "";
        Simulation.Step s = does.steps().get(step);
        if (allowed) {
            done(request, s.action());
            next();
        } else if (s.needed()) {
            fail("action " + s.action().tool() + " was denied", false);
        } else {
            next();
        }
    }

    /** The next thing is due: now, or when its agent's silence is over. */
    private void go() {
        if (over || agent.isDead()) {
            return;
        }
        if (!agent.hears(player.stage().now())) {
            player.in(agent.silentUntil() - player.stage().now(), this::go);
            return;
        }
        if (does.trouble().hangs() >= attempt) {
            hangs = true;
        } else if (does.trouble().fails() >= attempt) {
            fail("simulated", !does.trouble().hard());
        } else if (step < does.steps().size()) {
            act(does.steps().get(step));
        } else {
            submit();
        }
    }

    private void next() {
        step++;
        if (does.uses()) {
            int parts = does.steps().size() + 1;
            Amounts part = new Amounts(does.tokens() * step / parts, does.costMicros() * step / parts, 0L);
            say(r -> r.setUsageSoFar(new UsageSoFar(part)));
        }
        player.in(pause, this::go);
    }

    private void act(Simulation.Step s) {
        Action a = s.action();
        if (s.unasked() >= attempt) {
            done("", a);
            next();
            return;
        }
        asked = player.nextMessage();
        String id = asked;
        player.stage()
                .say(report(id)
                        .setActionWanted(new ActionWanted(a.tool(), a.risk(), a.argumentsDigest(), a.purpose()))
                        .build());
    }

    private void done(String request, Action a) {
        say(r -> r.setActionDone(new ActionDone(request, a.tool(), a.risk(), a.argumentsDigest())));
    }

    private void submit() {
        Amounts used = does.uses() ? new Amounts(does.tokens(), does.costMicros(), 0L) : null;
        say(r -> r.setSubmitted(new Submitted("done by " + agent.id(), used)));
        stop();
    }

    private void fail(String why, boolean retryable) {
        say(r -> r.setFailed(new AttemptError(why, retryable, null, null)));
        stop();
    }

    private void say(Consumer<Report.Builder> what) {
        Report.Builder r = report(player.nextMessage());
        what.accept(r);
        player.stage().say(r.build());
    }

    private Report.Builder report(String messageId) {
        return Report.newBuilder()
                .setMessageId(messageId)
                .setRunId(player.runId())
                .setWorkerId(agent.id())
                .setTaskId(taskId)
                .setAttempt(attempt)
                .setSentAt(player.time());
    }
}
