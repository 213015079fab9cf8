package io.taskgraph.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.CompensationSpec;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TextChange;
import io.taskgraph.avro.TimeLimits;
import io.taskgraph.avro.ToolpacksChange;
import io.taskgraph.policy.document.Node;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The fields of a mapping that its format's schema has found right, as Avro values. Values that only the engine can
 * judge (ids, lengths, ranges) pass through as they are.
 */
final class Fields {
    private final Node.Mapping mapping;

    Fields(Node.Mapping mapping) {
        this.mapping = mapping;
    }

    /** A new task; what is left out gets the schema's default. */
    TaskSpec toTaskSpec() {
        return TaskSpec.newBuilder()
                .setTaskId(text("id").orElseThrow())
                .setTitle(text("title").orElse(""))
                .setDependsOn(texts("depends_on"))
                .setPriority(integer("priority").map(Long::intValue).orElse(0))
                .setRisk(choice("risk", Risk::valueOf).orElse(Risk.UNKNOWN))
                .setAgentType(text("agent_type").orElse("default"))
                .setAssignee(text("assignee").orElse(null))
                .setFailureMode(choice("failure_mode", FailureMode::valueOf).orElse(FailureMode.FAIL_FAST))
                .setPayload(payload().orElse(null))
                .setExpectedMillis(millis().orElse(0L))
                .setBudget(budget().orElse(null))
                .setCompensates(text("compensates").orElse(null))
                .setLimits(limits().orElse(null))
                .setCompensation(compensation().orElse(null))
                .setToolpacks(texts("toolpacks").stream().map(Fields::extension).toList())
                .build();
    }

    private static ExtensionRef extension(String text) {
        int at = text.indexOf('@');
        return new ExtensionRef(text.substring(0, at), text.substring(at + 1));
    }

    /** What changes in a task; what is left out stays as it is, and null clears. */
    TaskChange toTaskChange() {
        return TaskChange.newBuilder()
                .setTitle(text("title").orElse(null))
                .setPriority(integer("priority").map(Long::intValue).orElse(null))
                .setRisk(choice("risk", Risk::valueOf).orElse(null))
                .setAgentType(text("agent_type").orElse(null))
                .setAssignee(has("assignee") ? new TextChange(text("assignee").orElse(null)) : null)
                .setFailureMode(choice("failure_mode", FailureMode::valueOf).orElse(null))
                .setPayload(has("payload") ? new TextChange(payload().orElse(null)) : null)
                .setExpectedMillis(millis().orElse(null))
                .setBudget(budget().orElse(null))
                .setLimits(limits().orElse(null))
                .setToolpacks(has("toolpacks") ? new ToolpacksChange(toolpacks()) : null)
                .build();
    }

    private List<ExtensionRef> toolpacks() {
        return texts("toolpacks").stream().map(Fields::extension).toList();
    }

    boolean has(String name) {
        return mapping.get(name).isPresent();
    }

    /** A text; empty if it is left out or null. */
    Optional<String> text(String name) {
        return scalar(name).map(Node.Scalar::text);
    }

    Optional<Long> integer(String name) {
        return scalar(name).map(s -> JsonTree.of(s).longValue());
    }

    <E> Optional<E> choice(String name, Function<String, E> valueOf) {
        return text(name).map(text -> valueOf.apply(text.toUpperCase(Locale.ROOT)));
    }

    private List<String> texts(String name) {
        return mapping.get(name)
                .map(node -> ((Node.Sequence) node)
                        .items().stream()
                                .map(item -> ((Node.Scalar) item).text())
                                .toList())
                .orElse(List.of());
    }

    /** Bounds on what is used up. */
    Optional<Budget> budget() {
        return mapping("budget").map(BudgetText::of);
    }

    /** Limits on time. */
    private Optional<TimeLimits> limits() {
        return mapping("limits")
                .map(limits ->
                        new TimeLimits(limits.duration("start"), limits.duration("end"), limits.duration("heartbeat")));
    }

    /** In milliseconds; null if it is left out. */
    private Long duration(String name) {
        return text(name).flatMap(BudgetText::millis).orElse(null);
    }

    /** How a task is undone; what is left out gets the schema's default. */
    private Optional<CompensationSpec> compensation() {
        return mapping("compensation").map(c -> CompensationSpec.newBuilder()
                .setTitle(c.text("title").orElse(""))
                .setRisk(c.choice("risk", Risk::valueOf).orElse(Risk.UNKNOWN))
                .setAgentType(c.text("agent_type").orElse("default"))
                .setPayload(c.payload().orElse(null))
                .setExpectedMillis(c.millis().orElse(0L))
                .build());
    }

    private Optional<Fields> mapping(String name) {
        return mapping.get(name).map(node -> new Fields((Node.Mapping) node));
    }

    private Optional<String> payload() {
        Optional<Node> given = mapping.get("payload");
        Optional<Node> simulation = mapping.get("simulate");
        if (simulation.isPresent()) {
            return Optional.of(withSimulation(given, simulation.get()).toString());
        }
        if (given.isPresent() && !(given.get() instanceof Node.Scalar)) {
            return given.map(node -> JsonTree.of(node).toString());
        }
        return text("payload");
    }

    /** A mapping gets the simulation as one more entry; any other payload stands beside it as {@code input}. */
    private static JsonNode withSimulation(Optional<Node> payload, Node simulation) {
        JsonNode given = payload.map(JsonTree::of).orElse(JsonNodeFactory.instance.nullNode());
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        if (given instanceof ObjectNode mapping) {
            all.setAll(mapping);
        } else if (!given.isNull()) {
            all.set("input", given);
        }
        return all.set("simulate", JsonTree.of(simulation));
    }

    private Optional<Long> millis() {
        return scalar("seconds").map(s -> Math.round(Double.parseDouble(s.text()) * 1000));
    }

    private Optional<Node.Scalar> scalar(String name) {
        return mapping.get(name).map(Node.Scalar.class::cast).filter(s -> s.kind() != Node.Kind.NULL);
    }
}
