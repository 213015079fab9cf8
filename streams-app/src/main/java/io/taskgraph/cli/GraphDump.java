package io.taskgraph.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.taskgraph.graph.Task;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Writes final graphs as JSON, tasks and what they depend on sorted by id. */
final class GraphDump {
    /** By Unicode code point, which is the order of UTF-8 bytes: {@code String} compares halves of pairs. */
    private static final Comparator<String> BY_CODE_POINT = (one, other) -> {
        int bytes =
                Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
        return bytes != 0 ? bytes : one.compareTo(other); // a lone half of a pair has no bytes of its own
    };

    private GraphDump() {}

    /**
     * Writes one graph as {@code {"tasks": […], "archived": […]}}, or several as an object with one such a file.
     *
     * @param target is replaced
     * @param graphs tasks by the names of their files
     */
    static void write(Path target, Map<String, List<Task>> graphs) throws IOException {
        // A writer, not the stream itself: a title may hold half a surrogate pair, which becomes a question mark.
        Writer out = new OutputStreamWriter(Files.newOutputStream(target), StandardCharsets.UTF_8);
        try (JsonGenerator json = new JsonFactory().createGenerator(new BufferedWriter(out))) {
            if (graphs.size() == 1) {
                graph(json, graphs.values().iterator().next());
            } else {
                json.writeStartObject();
                for (Map.Entry<String, List<Task>> graph : graphs.entrySet()) {
                    json.writeFieldName(graph.getKey());
                    graph(json, graph.getValue());
                }
                json.writeEndObject();
            }
            json.writeRaw('\n');
        }
    }

    private static void graph(JsonGenerator json, List<Task> tasks) throws IOException {
        List<Task> sorted = tasks.stream()
                .sorted(Comparator.comparing(Task::id, BY_CODE_POINT))
                .toList();
        json.writeStartObject();
        json.writeArrayFieldStart("tasks");
        for (Task task : sorted) {
            task(json, task);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("archived");
        for (Task task : sorted) {
            if (task.archived()) {
                json.writeString(task.id());
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void task(JsonGenerator json, Task task) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", task.id());
        json.writeStringField("status", task.status().name());
        json.writeNumberField("priority", task.priority());
        json.writeStringField("title", task.title());
        json.writeStringField("assignee", task.assignee());
        json.writeArrayFieldStart("depends_on");
        for (String id : task.dependsOn().stream().sorted(BY_CODE_POINT).toList()) {
            json.writeString(id);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
