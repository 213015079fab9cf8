package io.taskgraph.spec;

import io.taskgraph.avro.AddDependency;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.ArchiveTask;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RemoveDependency;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.UpdateTask;
import io.taskgraph.policy.document.Node;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Operations of a patch history by their kinds. The history's schema has found them right. */
final class PatchOperations {
    private static final Map<String, BiConsumer<Fields, Operation.Builder>> BY_KIND = Map.of(
            "add_task", (fields, operation) -> operation.setAddTask(new AddTask(fields.toTaskSpec())),
            "update_task", (fields, operation) -> operation.setUpdateTask(update(fields)),
            "remove_task", (fields, operation) -> operation.setRemoveTask(new RemoveTask(id(fields))),
            "archive_task", (fields, operation) -> operation.setArchiveTask(new ArchiveTask(id(fields))),
            "add_dependency",
                    (fields, operation) ->
                            operation.setAddDependency(new AddDependency(id(fields), dependency(fields))),
            "remove_dependency",
                    (fields, operation) ->
                            operation.setRemoveDependency(new RemoveDependency(id(fields), dependency(fields))));

    private PatchOperations() {}

    /** The kinds that are understood. */
    static Set<String> kinds() {
        return BY_KIND.keySet();
    }

    static Operation of(Node node) {
        Fields fields = new Fields((Node.Mapping) node);
        Operation.Builder operation = Operation.newBuilder();
        BY_KIND.get(fields.text("op").orElseThrow()).accept(fields, operation);
        return operation.build();
    }

    private static UpdateTask update(Fields fields) {
        TaskStatus status = fields.choice("status", TaskStatus::valueOf)
                // Somebody elsewhere works on it: that says who, but no lease of ours is taken.
                .filter(s -> s != TaskStatus.RUNNING)
                .orElse(null);
        return new UpdateTask(id(fields), fields.toTaskChange(), status);
    }

    private static String id(Fields fields) {
        return fields.text("id").orElseThrow();
    }

    private static String dependency(Fields fields) {
        return fields.text("depends_on").orElseThrow();
    }
}
