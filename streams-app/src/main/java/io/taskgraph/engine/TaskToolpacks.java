package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionRef;
import java.util.ArrayList;
import java.util.List;

/**
 * The extensions that a task needs.
 *
 * @param toolpacks each as name, an at sign and version, in the planner's order; at least one
 */
record TaskToolpacks(String taskId, List<String> toolpacks) {
    static final Table.Kind<TaskToolpacks> ENTRY = new Table.Kind<>(
            (byte) 'R', "toolpacks of task", (out, t) -> out.texts(1, t.toolpacks), TaskToolpacks::read);

    static TaskToolpacks of(String taskId, List<ExtensionRef> toolpacks) {
        return new TaskToolpacks(
                taskId, toolpacks.stream().map(RegisteredExtension::id).toList());
    }

    List<ExtensionRef> refs() {
        return toolpacks.stream().map(TaskToolpacks::ref).toList();
    }

    static ExtensionRef ref(String id) {
        int at = id.indexOf('@');
        return new ExtensionRef(id.substring(0, at), id.substring(at + 1));
    }

    private static TaskToolpacks read(String taskId, EntryReader in) {
        List<String> toolpacks = new ArrayList<>();
        for (int f = in.next(); f != 0; f = in.next()) {
            if (f == 1) {
                toolpacks.add(in.text());
            } else {
                in.skip();
            }
        }
        return new TaskToolpacks(taskId, toolpacks);
    }
}
