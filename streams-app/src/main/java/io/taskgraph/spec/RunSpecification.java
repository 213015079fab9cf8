package io.taskgraph.spec;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.ExtensionPin;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.policy.document.Limits;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import io.taskgraph.policy.document.YamlReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run as a file describes it. Whether its graph is sound is not judged here: that is the engine's decision.
 *
 * @param name a name for people
 * @param goal what the team is to reach; may be empty
 * @param preset the policy that it asks for by name; empty if it asks for none: its labels select one, or it is {@code
 *     default}
 * @param labels labels in the order of the file
 * @param budget what the run may use up in all; null: what its policy gives
 * @param pins versions of extensions that it pins beside its policy
 * @param tasks the graph in the order of the file
 */
public record RunSpecification(
        String name,
        String goal,
        String preset,
        Map<String, String> labels,
        Budget budget,
        List<ExtensionPin> pins,
        List<TaskSpec> tasks)
        implements InputFile {
    static final Limits LIMITS = new Limits((int) SourceText.MOST_BYTES, 64, 100_000);

    /** Keeps the labels' order. */
    public RunSpecification {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        pins = List.copyOf(pins);
        tasks = List.copyOf(tasks);
    }

    /**
     * Reads a specification in YAML or JSON.
     *
     * @throws UnreadableFile with all that is wrong, if it cannot be read or is not one
     */
    public static RunSpecification read(Path file) throws UnreadableFile {
        return read(SourceText.read(file));
    }

    static RunSpecification read(SourceText source) throws UnreadableFile {
        List<Problem> problems = new ArrayList<>();
        Optional<Node> root =
                switch (InputFormat.of(source)) {
                    case JSON_SPECIFICATION -> JsonReader.read(source.text(), 0, LIMITS, problems);
                    case YAML_SPECIFICATION -> YamlReader.read(source.text(), LIMITS, problems);
                    case PATCH_HISTORY ->
                        throw new UnreadableFile(
                                source.file(), "this is a patch history; give a run specification (YAML or JSON) here");
                };
        root.ifPresent(node -> FormatSchema.RUN_SPECIFICATION.check(node, problems));
        if (!problems.isEmpty()) {
            throw new UnreadableFile(source.file(), problems);
        }
        return of((Node.Mapping) root.orElseThrow());
    }

    static RunSpecification of(Node.Mapping root) {
        Fields fields = new Fields(root);
        Map<String, String> labels = new LinkedHashMap<>();
        root.get("labels").ifPresent(node -> ((Node.Mapping) node)
                .entries()
                .forEach(e -> labels.put(e.key().text(), ((Node.Scalar) e.value()).text())));
        List<TaskSpec> tasks = ((Node.Sequence) root.get("tasks").orElseThrow())
                .items().stream()
                        .map(task -> new Fields((Node.Mapping) task).toTaskSpec())
                        .toList();
        return new RunSpecification(
                fields.text("name").orElseThrow(),
                fields.text("goal").orElse(""),
                fields.text("preset").orElse(""),
                labels,
                fields.budget().orElse(null),
                pins(root),
                tasks);
    }

    private static List<ExtensionPin> pins(Node.Mapping root) {
        List<ExtensionPin> pins = new ArrayList<>();
        root.get("pins")
                .ifPresent(names -> ((Node.Mapping) names).entries().forEach(name -> ((Node.Mapping) name.value())
                        .entries()
                        .forEach(version -> pins.add(new ExtensionPin(
                                name.key().text(), version.key().text(), ((Node.Scalar) version.value()).text())))));
        return pins;
    }

    /** The same run under another policy preset. */
    public RunSpecification withPreset(String other) {
        return new RunSpecification(name, goal, other, labels, budget, pins, tasks);
    }

    /** The same run with these labels as well, which win over those of the same names. */
    public RunSpecification withLabels(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.putAll(more);
        return new RunSpecification(name, goal, preset, all, budget, pins, tasks);
    }

    /** The same run with another budget. */
    public RunSpecification withBudget(Budget other) {
        return new RunSpecification(name, goal, preset, labels, other, pins, tasks);
    }

    /** The same run with other tasks. */
    public RunSpecification withTasks(List<TaskSpec> others) {
        return new RunSpecification(name, goal, preset, labels, budget, pins, others);
    }

    /**
     * The one mutation that creates the run with its whole graph.
     *
     * @param runId the new run
     * @param messageId the mutation's identity within the run
     * @param sentAt the sender's clock
     * @param actor who says it, informational
     */
    public Mutation toMutation(String runId, String messageId, Instant sentAt, String actor) {
        List<Operation> operations = new ArrayList<>(tasks.size());
        for (TaskSpec task : tasks) {
            operations.add(Operation.newBuilder().setAddTask(new AddTask(task)).build());
        }
        return Mutation.newBuilder()
                .setMessageId(messageId)
                .setRunId(runId)
                .setSentAt(sentAt)
                .setActor(actor)
                .setCreateRun(
                        new CreateRun(name, goal, preset, new LinkedHashMap<>(labels), budget, null, null, null, pins))
                .setOperations(operations)
                .build();
    }
}
