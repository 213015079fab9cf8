package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.query.Said;
import io.taskgraph.query.Since;
import io.taskgraph.query.why.Limit;
import io.taskgraph.query.why.OnTasks;
import io.taskgraph.query.why.Reason;
import io.taskgraph.query.why.Waiting;
import java.util.ArrayList;
import java.util.List;

/** What a run or a task waits for, for people: a tree, two levels deep at the most. */
final class WhyLines {
    private static final String STEP = "  ";

    private final Terminal terminal;
    private final long now;
    private final List<String> lines = new ArrayList<>();

    /** @param now the time to tell ages by, in milliseconds since the epoch */
    WhyLines(Terminal terminal, long now) {
        this.terminal = terminal;
        this.now = now;
    }

    List<String> of(String runId, Waiting waiting) {
        String name = waiting.taskId() == null ? runId : runId + STEP + Text.plain(waiting.taskId());
        lines.add(terminal.name(name)
                + STEP
                + terminal.bold(waiting.where())
                + age(waiting.since())
                + by(waiting.since()));
        waiting.reasons().forEach(reason -> {
            add(STEP, reason);
            reason.through().forEach(this::through);
            if (reason instanceof OnTasks tasks) {
                rest(tasks);
            }
        });
        return lines;
    }

    private void through(Waiting task) {
        lines.add(STEP + STEP + terminal.name(Text.plain(task.taskId())) + STEP + task.where() + age(task.since()));
        // What those are behind in turn is told when they are asked about.
        task.reasons().forEach(reason -> add(STEP + STEP + STEP, reason));
    }

    private void rest(OnTasks tasks) {
        int all = tasks.roots().values().stream().mapToInt(Integer::intValue).sum();
        int more = all - tasks.through().size();
        if (more > 0) {
            lines.add(STEP + STEP + terminal.dim("and " + more + " more: " + all + " in all, " + tasks.roots()));
        }
        if (tasks.behind() > 0) {
            lines.add(
                    STEP + STEP + terminal.dim(Counted.of(tasks.behind(), "task") + " between wait for these as well"));
        }
    }

    private void add(String indent, Reason reason) {
        lines.add(indent + terminal.busy(Text.plain(reason.what())) + age(reason.since()));
        if (!reason.frees().isEmpty()) {
            lines.add(indent + STEP + terminal.dim("frees it: ") + Text.plain(reason.frees()));
        }
        for (Limit limit : reason.limits()) {
            String held =
                    limit.holding().map(cap -> ", held back by " + cap.text()).orElse("");
            lines.add(indent + STEP + terminal.dim(limit.name() + " " + when(limit.at()) + ": " + limit.then() + held));
        }
    }

    private String when(long at) {
        return at > now ? "in " + Times.of(at - now) : "due now";
    }

    private String age(Since since) {
        return since.known() ? terminal.dim(", for " + Times.of(now - since.at())) : "";
    }

    private String by(Since since) {
        if (since.decision() == 0) {
            return "";
        }
        boolean signable = since.family().equals("directives");
        String who = since.actor().isEmpty()
                ? ""
                : " by " + Text.plain(signable ? Said.by(since.actor(), since.key()) : since.actor());
        return terminal.dim(", since decision " + since.decision() + " on " + since.family() + who);
    }
}
