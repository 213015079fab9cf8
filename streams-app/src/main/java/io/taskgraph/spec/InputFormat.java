package io.taskgraph.spec;

import java.util.Locale;

/** What a file is: told by its ending, and where that says nothing, by how it begins. */
enum InputFormat {
    YAML_SPECIFICATION,
    JSON_SPECIFICATION,
    PATCH_HISTORY;

    static InputFormat of(SourceText source) {
        String name = source.file().toLowerCase(Locale.ROOT);
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return PATCH_HISTORY;
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return YAML_SPECIFICATION;
        }
        String start = source.text().stripLeading();
        String firstLine = start.lines().findFirst().orElse("");
        if (firstLine.startsWith("{") && firstLine.contains("\"operations\"") && firstLine.contains("\"seq\"")) {
            return PATCH_HISTORY;
        }
        return name.endsWith(".json") || start.startsWith("{") ? JSON_SPECIFICATION : YAML_SPECIFICATION;
    }
}
