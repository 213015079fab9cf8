package io.taskgraph.cli;

import io.taskgraph.client.Answer;
import io.taskgraph.client.ClientException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Answers as commands wait for them and print them. */
final class Answers {
    private Answers() {}

    /**
     * Waits for the answer.
     *
     * @throws ClientException if there is none
     */
    static Answer of(CompletableFuture<Answer> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ClientException known ? known : e;
        }
    }

    /** {@code CODE: message}, of a refusal. */
    static String refusal(Answer answer) {
        return answer.refusal().map(r -> r.code() + ": " + r.message()).orElse("");
    }

    /** As JSON: outcome, position, and of a refusal code, message and details. */
    static Map<String, Object> fields(Answer answer) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", answer.runId());
        fields.put("outcome", answer.accepted() ? "ACCEPTED" : "REJECTED");
        fields.put("duplicate", answer.duplicate());
        fields.put("sequence", answer.sequence());
        fields.put("graph_version", answer.graphVersion());
        answer.refusal().ifPresent(refusal -> {
            fields.put("code", refusal.code().name());
            fields.put("message", refusal.message());
            fields.put("details", RejectionJson.details(refusal.details()));
        });
        return fields;
    }
}
