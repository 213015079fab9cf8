package io.taskgraph.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.CompensationSpec;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TimeLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** Schemas, readers, the Avro vocabulary and the page of documentation say the same. */
class FormatsTest {
    /** Where a file's name for a field is not the vocabulary's name in snake case. */
    private static final Map<String, String> RENAMED = Map.of("task_id", "id", "expected_millis", "seconds");

    private static JsonNode schema(String name) throws IOException {
        try (InputStream in = FormatsTest.class.getResourceAsStream("/schemas/" + name + ".schema.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Set<String> fields(Schema record) {
        Set<String> names = new TreeSet<>();
        for (Schema.Field field : record.getFields()) {
            String name = snakeCase(field.name());
            names.add(RENAMED.getOrDefault(name, name));
        }
        return names;
    }

    private static String snakeCase(String camelCase) {
        StringBuilder snake = new StringBuilder();
        camelCase
                .chars()
                .forEach(c -> snake.append(
                        Character.isUpperCase(c) ? "_" + (char) Character.toLowerCase(c) : Character.toString(c)));
        return snake.toString();
    }

    @Test
    void everyOperationOfTheVocabularyCanBeWritten() throws IOException {
        Set<String> inSchema = new TreeSet<>();
        schema("patch-history").at("/$defs/operation/properties/op/enum").forEach(k -> inSchema.add(k.asText()));
        assertThat(inSchema).isEqualTo(fields(Operation.getClassSchema())).isEqualTo(PatchOperations.kinds());
    }

    @Test
    void everyFieldOfATaskCanBeWritten() throws IOException {
        Set<String> task = fields(TaskSpec.getClassSchema());
        task.add("simulate"); // of a specification only: part of the payload
        assertThat(names(schema("run-specification").at("/$defs/task/properties")))
                .isEqualTo(task);
        task.remove("simulate");
        task.add("op");
        assertThat(names(schema("patch-history").at("/$defs/add_task/properties")))
                .isEqualTo(task);
    }

    @Test
    void everyChangeOfATaskCanBeWritten() throws IOException {
        Set<String> change = fields(TaskChange.getClassSchema());
        change.addAll(Set.of("op", "id", "status"));
        assertThat(names(schema("patch-history").at("/$defs/update_task/properties")))
                .isEqualTo(change);
    }

    /** Said twice, so that what is wrong with one is told in the words of the file's own schema. */
    @Test
    void aBudgetIsTheSameInBothFormats() throws IOException {
        assertThat(schema("patch-history").at("/$defs/budget"))
                .isEqualTo(schema("run-specification").at("/$defs/budget"));
        assertThat(names(schema("run-specification").at("/$defs/budget/properties")))
                .containsExactlyInAnyOrder("tokens", "cost", "time")
                .hasSameSizeAs(fields(Budget.getClassSchema()));
    }

    @Test
    void limitsAndCompensationsAreTheSameInBothFormats() throws IOException {
        assertThat(schema("patch-history").at("/$defs/limits"))
                .isEqualTo(schema("run-specification").at("/$defs/limits"));
        assertThat(names(schema("run-specification").at("/$defs/limits/properties")))
                .containsExactlyInAnyOrder("start", "end", "heartbeat")
                .hasSameSizeAs(fields(TimeLimits.getClassSchema()));
        Set<String> compensation = fields(CompensationSpec.getClassSchema());
        for (String format : Set.of("run-specification", "patch-history")) {
            assertThat(names(schema(format).at("/$defs/compensation/properties")))
                    .isEqualTo(compensation);
        }
    }

    @Test
    void everyFieldIsDocumented() throws IOException {
        String page = Files.readString(
                Path.of(System.getProperty("taskgraph.root", "..")).resolve("docs/feature-specs/run-specification.md"));
        Set<String> fields = names(schema("run-specification").at("/properties"));
        fields.addAll(names(schema("run-specification").at("/$defs/task/properties")));
        fields.addAll(names(schema("run-specification").at("/$defs/budget/properties")));
        fields.addAll(names(schema("run-specification").at("/$defs/limits/properties")));
        fields.addAll(names(schema("run-specification").at("/$defs/compensation/properties")));
        fields.addAll(names(schema("run-specification").at("/$defs/simulate/properties")));
        fields.addAll(names(schema("run-specification").at("/$defs/action/properties")));
        fields.addAll(names(schema("patch-history").at("/properties")));
        fields.addAll(PatchOperations.kinds());
        assertThat(fields).allSatisfy(field -> assertThat(page).contains('`' + field + '`'));
    }
}
