package io.taskgraph.query.trace;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.graph.Task;
import io.taskgraph.schemas.trace.SpanIds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The spans of one run, in the order in which they begin, and which one is of what. */
final class RunSpans {
    private final String runId;
    private final List<Span> all = new ArrayList<>();
    private final Map<String, Span> tasks = new HashMap<>();
    private final Map<String, Span> attempts = new HashMap<>();
    private final Map<String, Span> approvals = new HashMap<>();
    private Span whole;

    RunSpans(String runId) {
        this.runId = runId;
    }

    List<Span> all() {
        return List.copyOf(all);
    }

    /** That of tasks that are there, by their id. */
    Map<String, Span> tasks() {
        return tasks;
    }

    /** Of the run itself; null: it does not exist. */
    Span whole() {
        return whole;
    }

    Span attempt(String taskId, int number) {
        return attempts.get(key(taskId, number));
    }

    Span approval(String id) {
        return approvals.get(id);
    }

    /** That of the attempt, else of the task, else of the run. */
    Span nearest(String taskId, int attempt) {
        Span ofAttempt = taskId == null ? null : attempt(taskId, attempt);
        Span ofTask = taskId == null ? null : tasks.get(taskId);
        return ofAttempt != null ? ofAttempt : ofTask != null ? ofTask : whole;
    }

    Span openWhole(String parentId, String name, long at) {
        whole = open(Span.Kind.RUN, SpanIds.run(runId), parentId, name.isEmpty() ? runId : name, at);
        return whole.with("taskgraph.run.id", runId);
    }

    /** A phase that began with that fact of that decision. */
    Span openPhase(String name, long sequence, int index, String reason, String waitsFor, long at) {
        return open(Span.Kind.PHASE, SpanIds.phase(runId, sequence, index), whole.id(), name, at)
                .with("taskgraph.phase.reason", reason)
                .with("taskgraph.phase.waits_for", waitsFor);
    }

    Span openTask(Task t, long at) {
        String name = t.title().isEmpty() ? t.id() : t.title();
        Span span = open(Span.Kind.TASK, SpanIds.task(runId, t.id()), whole.id(), name, at);
        tasks.put(t.id(), span);
        return span.with("taskgraph.task.id", t.id())
                .with("taskgraph.task.agent_type", t.agentType())
                .with("taskgraph.task.priority", (long) t.priority())
                .with("taskgraph.task.risk", t.spec().risk().name());
    }

    Span openAttempt(String taskId, int number, long at) {
        Span task = tasks.get(taskId);
        Span span = open(
                Span.Kind.ATTEMPT, SpanIds.attempt(runId, taskId, number), task.id(), task.name() + " #" + number, at);
        attempts.put(key(taskId, number), span);
        return span.with("taskgraph.task.id", taskId).with("taskgraph.attempt", (long) number);
    }

    Span openApproval(String id, String taskId, int attempt, ApprovalKind kind, String tool, long at) {
        Span span = open(
                Span.Kind.APPROVAL,
                SpanIds.approval(runId, id),
                nearest(taskId, attempt).id(),
                "approval of " + kind + (tool.isEmpty() ? "" : " " + tool),
                at);
        approvals.put(id, span);
        return span.with("taskgraph.approval.id", id).with("taskgraph.task.id", taskId);
    }

    /** Brings those into order that were opened in another one. */
    void sort() {
        all.sort(Comparator.comparingLong(Span::start));
    }

    private Span open(Span.Kind kind, String id, String parentId, String name, long at) {
        Span span = new Span(kind, id, parentId, name, at);
        all.add(span);
        return span;
    }

    private static String key(String taskId, int attempt) {
        return attempt + "/" + taskId;
    }
}
