package io.taskgraph.cli;

import io.taskgraph.avro.Budget;
import io.taskgraph.avro.Risk;
import io.taskgraph.client.Action;
import io.taskgraph.client.Letter;
import io.taskgraph.client.Message;
import io.taskgraph.client.Permission;
import io.taskgraph.client.TaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A task whose control plane is played: it denies some tools, and notes everything that is said to it. */
final class PlayedTask implements TaskContext {
    final List<String> said = new ArrayList<>();
    final List<Action> asked = new ArrayList<>();
    private final String payload;
    private final int attempt;
    private final long expectedMillis;
    private final Set<String> denied;
    /** What the attempt before said; null: nothing. */
    String previousProgress;

    PlayedTask(String payload, int attempt, long expectedMillis, Set<String> denied) {
        this.payload = payload;
        this.attempt = attempt;
        this.expectedMillis = expectedMillis;
        this.denied = denied;
    }

    @Override
    public Permission ask(Action action) {
        said.add("ask " + action.tool());
        asked.add(action);
        return new Permission(
                action, "r" + said.size(), !denied.contains(action.tool()), "rule", "because", Optional.empty());
    }

    @Override
    public CompletableFuture<Permission> askLater(Action action) {
        return CompletableFuture.completedFuture(ask(action));
    }

    @Override
    public void performed(Permission permission) {
        said.add("did " + permission.action().tool());
    }

    @Override
    public void actedUnasked(Action action) {
        said.add("unasked " + action.tool());
    }

    @Override
    public void usage(long tokens, long costMicros) {
        said.add("used " + tokens + " " + costMicros);
    }

    @Override
    public void reportUsage() {
        said.add("report");
    }

    @Override
    public String runId() {
        return "run";
    }

    @Override
    public String taskId() {
        return "task";
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public String agentType() {
        return "default";
    }

    @Override
    public String workerId() {
        return "worker";
    }

    @Override
    public String title() {
        return "";
    }

    @Override
    public Optional<String> payload() {
        return Optional.ofNullable(payload);
    }

    @Override
    public long expectedMillis() {
        return expectedMillis;
    }

    @Override
    public Risk risk() {
        return Risk.UNKNOWN;
    }

    @Override
    public Optional<Budget> budget() {
        return Optional.empty();
    }

    @Override
    public Optional<String> previousProgress() {
        return Optional.ofNullable(previousProgress);
    }

    @Override
    public Optional<String> traceparent() {
        return Optional.empty();
    }

    @Override
    public String tracestate() {
        return "";
    }

    @Override
    public List<String> failedDependencies() {
        return List.of();
    }

    @Override
    public void progress(String text) {
        said.add(text);
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void onCancel(Runnable action) {
        // It is never cancelled.
    }

    @Override
    public void checkpoint(String name, String summary, java.util.Map<String, String> metadata) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> send(Letter letter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Message needContext(String question) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Message> needContextLater(String question) {
        throw new UnsupportedOperationException();
    }
}
