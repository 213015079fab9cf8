package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Text;
import io.taskgraph.client.Action;
import io.taskgraph.client.TaskContext;
import io.taskgraph.client.Worker;
import io.taskgraph.client.WorkerStats;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What {@code agents} prints, for people or as JSON lines. Safe for any thread: a line comes out in one piece. */
final class AgentLines implements SimulatedWork.Listener {
    private final PrintWriter out;
    private final boolean json;
    private final boolean verbose;

    /** @param verbose whether there is a line for each task and action */
    AgentLines(PrintWriter out, boolean json, boolean verbose) {
        this.out = out;
        this.json = json;
        this.verbose = verbose;
    }

    void ready(List<Worker> workers, String agentType, int concurrency) {
        if (json) {
            Map<String, Object> fields = event("ready");
            fields.put("pid", ProcessHandle.current().pid());
            fields.put("agent_type", agentType);
            fields.put("workers", workers.stream().map(Worker::workerId).toList());
            print(JsonLine.of(fields));
        } else {
            print(Counted.of(workers.size(), "worker") + " of agent type " + agentType + ", "
                    + Counted.of(concurrency, "task") + " at once each: "
                    + workers.get(0).workerId()
                    + (workers.size() == 1
                            ? ""
                            : " to " + workers.get(workers.size() - 1).workerId())
                    + ". Ctrl-C stops them.");
        }
    }

    @Override
    public void ended(SimulatedWork.Done done) {
        if (!verbose) {
            return;
        }
        if (json) {
            Map<String, Object> fields = event("task", done.task());
            fields.put("outcome", done.outcome());
            fields.put("millis", done.millis());
            print(JsonLine.of(fields));
        } else {
            print("%-9s %s  %s  attempt %d  %d ms  by %s"
                    .formatted(
                            done.outcome(),
                            done.task().runId(),
                            Text.plain(done.task().taskId()),
                            done.task().attempt(),
                            done.millis(),
                            done.task().workerId()));
        }
    }

    @Override
    public void acted(TaskContext task, Action action, String outcome, String reason) {
        if (!verbose) {
            return;
        }
        if (json) {
            Map<String, Object> fields = event("action", task);
            fields.put("tool", action.tool());
            fields.put("risk", action.risk().name());
            fields.put("outcome", outcome);
            fields.put("reason", reason);
            print(JsonLine.of(fields));
        } else {
            print("%-9s %s  %s  attempt %d  %s (%s)%s  by %s"
                    .formatted(
                            outcome,
                            task.runId(),
                            Text.plain(task.taskId()),
                            task.attempt(),
                            Text.plain(action.tool()),
                            action.risk().name().toLowerCase(Locale.ROOT),
                            reason.isEmpty() ? "" : "  " + Text.plain(reason),
                            task.workerId()));
        }
    }

    void stopped(List<Worker> workers) {
        long succeeded = sum(workers, WorkerStats::succeeded);
        long failed = sum(workers, WorkerStats::failed);
        long cancelled = sum(workers, WorkerStats::cancelled);
        long released = sum(workers, WorkerStats::released);
        if (json) {
            Map<String, Object> fields = event("stopped");
            fields.put("succeeded", succeeded);
            fields.put("failed", failed);
            fields.put("cancelled", cancelled);
            fields.put("released", released);
            print(JsonLine.of(fields));
        } else {
            print("Stopped: " + succeeded + " done, " + failed + " failed, " + cancelled + " cancelled, " + released
                    + " given back.");
        }
    }

    private static Map<String, Object> event(String name) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", name);
        return fields;
    }

    private static Map<String, Object> event(String name, TaskContext task) {
        Map<String, Object> fields = event(name);
        fields.put("worker", task.workerId());
        fields.put("run_id", task.runId());
        fields.put("task_id", task.taskId());
        fields.put("attempt", task.attempt());
        return fields;
    }

    private static long sum(List<Worker> workers, ToLongFunction<WorkerStats> what) {
        return workers.stream().map(Worker::stats).mapToLong(what).sum();
    }

    private synchronized void print(String line) {
        out.println(line);
        out.flush();
    }
}
