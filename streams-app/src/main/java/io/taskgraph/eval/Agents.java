package io.taskgraph.eval;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.graph.Task;
import io.taskgraph.spec.Scenario;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/**
 * Those who work in a scenario: they take what is offered, do what the task says, tell that they are alive, and go silent or
 * die when they are told to.
 */
final class Agents {
    private static final long TAKE_UP = 20;
    private static final int JITTER = 20;

    private final Player player;
    private final Scenario.Agents how;
    private final Random random;
    private final List<SimulatedAgent> workers = new ArrayList<>();
    private final ArrayDeque<TaskDispatched> offers = new ArrayDeque<>();
    private final Map<String, SimulatedAttempt> attempts = new HashMap<>();
    private int born;

    Agents(Player player, Scenario.Agents how, Random random) {
        this.player = player;
        this.how = how;
        this.random = random;
    }

    void begin() {
        for (int i = 0; i < how.count(); i++) {
            bear();
        }
    }

    private void bear() {
        SimulatedAgent w = new SimulatedAgent("w" + ++born);
        workers.add(w);
        player.in(how.heartbeatMillis(), () -> beat(w));
    }

    /** Whether nobody works, or will say something late. */
    boolean idle() {
        return attempts.values().stream().allMatch(a -> a.isOver() || a.agent().isDead() || a.hangs());
    }

    void hear(SpecificRecord fact) {
        if (fact instanceof TaskDispatched offer) {
            offers.add(offer);
            player.in(TAKE_UP + random.nextInt(JITTER), this::take);
        } else if (fact instanceof LeaseRevoked over) {
            cancelled(over.getTaskId(), over.getAttempt());
        } else if (fact instanceof AttemptFailed over) {
            cancelled(over.getTaskId(), over.getAttempt());
        } else if (fact instanceof ActionAllowed yes) {
            answered(yes.getTaskId(), yes.getAttempt(), yes.getRequestId(), true);
        } else if (fact instanceof ActionDenied no) {
            answered(no.getTaskId(), no.getAttempt(), no.getRequestId(), false);
        }
    }

    /** A refusal is an answer, too. */
    void decided(Decision d) {
        if (d.getRejection() != null) {
            String request = d.getRejection().getDetails().get("request_id");
            attempts.values().stream()
                    .filter(a -> request != null && a.waitsFor(request))
                    .findFirst()
                    .ifPresent(a -> a.answered(false));
        }
    }

    private void answered(String task, int attempt, String request, boolean allowed) {
        SimulatedAttempt a = attempts.get(key(task, attempt));
        if (a != null && a.waitsFor(request)) {
            a.answered(allowed);
        }
    }

    /** Whoever can hear stops; who is silent will hand in a result that nobody wants any more. */
    private void cancelled(String task, int attempt) {
        SimulatedAttempt a = attempts.get(key(task, attempt));
        if (a != null && a.agent().hears(player.stage().now())) {
            a.stop();
        }
    }

    private void take() {
        TaskDispatched offer = offers.poll();
        if (offer == null) {
            return;
        }
        SimulatedAgent free = null;
        for (SimulatedAgent w : workers) {
            if (w.hears(player.stage().now()) && (free == null || w.busy() < free.busy())) {
                free = w;
            }
        }
        Task t = player.fold().run().graph().task(offer.getTaskId());
        if (free == null || t == null) {
            // It lies there until somebody can take it, or it is offered anew.
            if (t != null && t.attempt() == offer.getAttempt() && !t.status().isTerminal()) {
                offers.addLast(offer);
                player.in(how.heartbeatMillis(), this::take);
            }
            return;
        }
        SimulatedAttempt a = new SimulatedAttempt(player, free, t, offer.getAttempt(), how.takesMillis());
        attempts.put(key(t.id(), offer.getAttempt()), a);
        a.start();
    }

    private static String key(String task, int attempt) {
        return task + "#" + attempt;
    }

    private void beat(SimulatedAgent w) {
        if (w.isDead()) {
            return;
        }
        player.in(how.heartbeatMillis(), () -> beat(w));
        if (!w.hears(player.stage().now()) || !w.worked()) {
            return;
        }
        List<ActiveAttempt> active = new ArrayList<>();
        for (SimulatedAttempt a : attempts.values()) {
            if (a.agent() == w && !a.isOver()) {
                active.add(new ActiveAttempt(a.taskId(), a.attempt(), null, null));
            }
        }
        active.sort((a, b) -> a.getTaskId().compareTo(b.getTaskId()));
        player.stage()
                .say(Heartbeat.newBuilder()
                        .setRunId(player.runId())
                        .setWorkerId(w.id())
                        .setSentAt(player.time())
                        .setActive(active)
                        .setStatus(active.isEmpty() ? WorkerStatus.IDLE : WorkerStatus.BUSY)
                        .build());
    }

    /** The worker that holds the task; null: nobody does. */
    private SimulatedAgent holder(String task) {
        Task t = player.fold().run().graph().task(task);
        SimulatedAttempt a = t == null ? null : attempts.get(key(task, t.attempt()));
        return a == null ? null : a.agent();
    }

    /** Those that an event means: who holds a task, or so many of those that work. */
    private List<SimulatedAgent> meant(String holderOf, int count) {
        List<SimulatedAgent> meant = new ArrayList<>();
        if (!holderOf.isEmpty()) {
            SimulatedAgent w = holder(holderOf);
            if (w != null) {
                meant.add(w);
            }
            return meant;
        }
        for (SimulatedAgent w : workers) {
            if (meant.size() < count && !w.isDead() && w.worked()) {
                meant.add(w);
            }
        }
        return meant;
    }

    void kill(String holderOf, int count) {
        for (SimulatedAgent w : meant(holderOf, count)) {
            w.die();
            if (how.replaced()) {
                bear();
            }
        }
    }

    void silence(String holderOf, int count, long millis) {
        meant(holderOf, count).forEach(w -> w.silent(player.stage().now() + millis));
    }

    /** Whoever held that attempt hands a result in. */
    void late(String task, int attempt) {
        SimulatedAttempt a = attempts.get(key(task, attempt));
        Report r = Report.newBuilder()
                .setMessageId(player.nextMessage())
                .setRunId(player.runId())
                .setWorkerId(a == null ? "w1" : a.agent().id())
                .setTaskId(task)
                .setAttempt(attempt)
                .setSentAt(player.time())
                .setSubmitted(new io.taskgraph.avro.Submitted("late", null))
                .build();
        player.stage().say(r);
    }
}
