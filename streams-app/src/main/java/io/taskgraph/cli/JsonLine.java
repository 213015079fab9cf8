package io.taskgraph.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** One JSON object on one line, as {@code --json} prints it: for programs. */
final class JsonLine {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonLine() {}

    /** @param value a map with a fixed order of its keys (a {@code LinkedHashMap}), a list, or a plain value */
    static String of(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Not representable as JSON: " + value.getClass(), e);
        }
    }
}
