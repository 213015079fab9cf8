package io.taskgraph.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taskgraph.avro.Rejection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A refusal as JSON for programs: its message, and its details as the lists and numbers that they stand for. */
final class RejectionJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> LISTS = Set.of("path", "dependents", "changed_tasks");
    private static final Set<String> NUMBERS =
            Set.of("expected_version", "actual_version", "graph_version", "limit", "value", "operation");

    private RejectionJson() {}

    /** {@code message} first, then the details in the order of their names. */
    static ObjectNode detail(Rejection rejection) {
        return put(JSON.createObjectNode().put("message", rejection.getMessage()), rejection.getDetails());
    }

    /** The details alone, in the order of their names. */
    static ObjectNode details(Map<String, String> details) {
        return put(JSON.createObjectNode(), details);
    }

    private static ObjectNode put(ObjectNode into, Map<String, String> details) {
        for (Map.Entry<String, String> e : new TreeMap<>(details).entrySet()) {
            into.set(e.getKey(), value(e.getKey(), e.getValue()));
        }
        return into;
    }

    private static JsonNode value(String key, String text) {
        if (LISTS.contains(key) || NUMBERS.contains(key)) {
            try {
                return JSON.readTree(text);
            } catch (JsonProcessingException e) {
                // Not of the documented form: the text itself says more than an error would.
                return JSON.getNodeFactory().textNode(text);
            }
        }
        return JSON.getNodeFactory().textNode(text);
    }
}
