package io.taskgraph.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The JSON Schema of a file format, and what it finds wrong in a document, put into words with their places. */
final class FormatSchema {
    static final FormatSchema RUN_SPECIFICATION = new FormatSchema("run-specification.schema.json");
    static final FormatSchema SCENARIO = new FormatSchema("scenario.schema.json");
    static final FormatSchema PATCH_HISTORY = new FormatSchema("patch-history.schema.json");

    private final String name;
    private final JsonNode document;
    private final Map<String, JsonNode> others = new ConcurrentHashMap<>();
    private final JsonSchema schema;

    private FormatSchema(String name) {
        this.name = name;
        this.document = load(name);
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.schemaMappers(
                        mappers -> mappers.mapPrefix("https://taskgraph.io/schemas/", "classpath:schemas/")));
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();
        this.schema = factory.getSchema(SchemaLocation.of("https://taskgraph.io/schemas/" + name), config);
        this.schema.initializeValidators();
    }

    /** Adds what is wrong with a document, in its order. Cost: linear in the document. */
    void check(Node root, List<Problem> problems) {
        schema.validate(JsonTree.of(root)).stream()
                .map(message -> problem(root, message))
                .distinct()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .forEach(problems::add);
    }

    private Problem problem(Node root, ValidationMessage message) {
        SchemaWords words = new SchemaWords(documentOf(message), root, message);
        Node at = words.place();
        return new Problem(at.line(), at.column(), words.sentence());
    }

    /** A format may refer to what another one defines. */
    private JsonNode documentOf(ValidationMessage message) {
        String where = message.getSchemaLocation().getAbsoluteIri().toString();
        String file = where.substring(where.lastIndexOf('/') + 1);
        return file.equals(name) ? document : others.computeIfAbsent(file, FormatSchema::load);
    }

    private static JsonNode load(String name) {
        try (InputStream in = FormatSchema.class.getResourceAsStream("/schemas/" + name)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the schema " + name + " is missing from the jar", e);
        }
    }
}
