package io.taskgraph.client;

/** Names an attempt. */
record AttemptKey(String runId, String taskId, int attempt) {}
