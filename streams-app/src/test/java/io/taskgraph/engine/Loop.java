package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.limited;
import static io.taskgraph.engine.Messages.mode;
import static io.taskgraph.engine.Messages.risky;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.submitted;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.engine.Situation.Trigger;
import java.util.List;

/** Runs with everything that passes need, and how each trigger comes about in them for task {@code t}. */
final class Loop {
    static final long EVERY = 60_000;
    /** What a task is expected to take that can be overdue, in milliseconds. */
    static final long EXPECTED = 10_000;

    private Loop() {}

    static Team team(String strategy, String caps) {
        StringBuilder all = new StringBuilder(caps);
        for (String cap : List.of(
                "max_workers: 4",
                "max_retries: 3",
                "max_compensating_tasks: 5",
                "start_timeout: 600s",
                "heartbeat_staleness: 30s",
                "max_runtime: 0s",
                "worker_timeout: 0s",
                "reconcile_cooldown: 0s")) {
            if (!caps.contains(cap.substring(0, cap.indexOf(' ')))) {
                all.append(all.length() == 0 ? "" : ", ").append(cap);
            }
        }
        return Team.under("name: loop\nflags: {mutable_graph: true, reconcile: true, priority_mailbox: true}\ncaps: {"
                + all + "}\nreconcile: {strategy: " + strategy
                + ", every: 60s, review: {risks: [exec], rejections: 3}}\n");
    }

    /** A liveness under which everybody was just heard. */
    static Liveness all(Team team) {
        return worker -> team.now;
    }

    static TaskSpec told(String script, TaskSpec s) {
        s.setAgentType(script);
        return s;
    }

    static TaskSpec expected(TaskSpec s) {
        s.setExpectedMillis(EXPECTED);
        return s;
    }

    /** Gives the decision that the trigger leads to; its strategy does as told then. */
    static Decision about(Team team, Trigger trigger, String word) {
        String script = trigger + ":" + word;
        TaskSpec t = told(script, spec("t"));
        switch (trigger) {
            case SET_ASIDE -> t.setAgentType("ATTEMPT_FAILED:defer," + script);
            case TO_BE_REPAIRED -> {
                t.setAgentType("ATTEMPT_FAILED:fail," + script);
                mode(FailureMode.RECONCILABLE, t);
            }
            case OUT_OF_TIME -> limited(600_000, 5_000, 30_000, t);
            case NOT_TAKEN_UP -> limited(5_000, 0, 30_000, t).getLimits().setEndMillis(null);
            case RESULT_REJECTED -> risky(Risk.EXEC, t);
            case OVERDUE -> expected(t);
            default -> {
                // As it is.
            }
        }
        team.patch(add(t), add("next", "t"), add("other"));
        if (trigger == Trigger.NOT_TAKEN_UP) {
            team.now += 5_000;
            return team.timer(all(team)).orElseThrow();
        }
        team.start("w", "t", 1);
        return after(team, trigger);
    }

    private static Decision after(Team team, Trigger trigger) {
        switch (trigger) {
            case ATTEMPT_FAILED:
                return team.report("w", "t", 1, failed("no disk", true));
            case WORKER_LOST:
                team.now += 30_000;
                return team.timer(Liveness.SILENT).orElseThrow();
            case WORKER_RESTARTED:
                team.now += 30_000;
                return team.timer(restarted(team)).orElseThrow();
            case OUT_OF_TIME:
                team.now += 5_000;
                return team.timer(all(team)).orElseThrow();
            case RESULT_REJECTED:
                team.report("w", "t", 1, submitted("42"));
                return team.direct("ann", "bad", new Deny(team.pending()));
            case OVERDUE:
                team.now += EXPECTED + EVERY;
                return team.timer(all(team)).orElseThrow();
            case CONTEXT_WANTED:
                team.report("w", "t", 1, new NeedsContext("which?"));
                team.now += EVERY;
                return team.timer(all(team)).orElseThrow();
            default:
                team.report("w", "t", 1, failed("no disk", true));
                team.now += EVERY;
                return team.timer(all(team)).orElseThrow();
        }
    }

    /** Heard just now, and without a word of any attempt since the beginning. */
    static Liveness restarted(Team team) {
        return new Liveness() {
            @Override
            public long lastHeardAt(String worker) {
                return team.now;
            }

            @Override
            public long forgottenSince(String worker, String task, int attempt) {
                return Team.START;
            }
        };
    }
}
