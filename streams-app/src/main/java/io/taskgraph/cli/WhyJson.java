package io.taskgraph.cli;

import io.taskgraph.query.Since;
import io.taskgraph.query.why.Limit;
import io.taskgraph.query.why.Reason;
import io.taskgraph.query.why.Waiting;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run or a task waits for, for programs. Times are ISO 8601 in UTC, null where they are not known. */
final class WhyJson {
    private WhyJson() {}

    static Map<String, Object> of(String runId, Waiting waiting) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", runId);
        fields.putAll(of(waiting));
        return fields;
    }

    private static Map<String, Object> of(Waiting waiting) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (waiting.taskId() != null) {
            fields.put("task_id", waiting.taskId());
        }
        fields.put(waiting.taskId() == null ? "phase" : "status", waiting.where());
        fields.put("since", time(waiting.since().at()));
        fields.put("reasons", waiting.reasons().stream().map(WhyJson::of).toList());
        return fields;
    }

    private static Map<String, Object> of(Reason reason) {
        Since since = reason.since();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", reason.kind());
        fields.put("what", reason.what());
        fields.put("since", time(since.at()));
        fields.put("decision", since.decision() == 0 ? null : since.decision());
        fields.put("frees", reason.frees());
        fields.put("limits", reason.limits().stream().map(WhyJson::of).toList());
        fields.put("details", reason.details());
        List<Waiting> through = reason.through();
        fields.put("through", through.stream().map(WhyJson::of).toList());
        return fields;
    }

    private static Map<String, Object> of(Limit limit) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", limit.name());
        fields.put("at", time(limit.at()));
        fields.put("then", limit.then());
        limit.holding().ifPresent(cap -> fields.putAll(cap.fields()));
        return fields;
    }

    private static String time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }
}
