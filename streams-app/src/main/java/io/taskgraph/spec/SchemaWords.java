package io.taskgraph.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import io.taskgraph.policy.document.NearestName;
import io.taskgraph.policy.document.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One finding of the schema validator in words that a person can act on. */
final class SchemaWords {
    private static final Pattern RANGE = Pattern.compile("(-?\\d+) to (-?\\d+);");

    private final JsonNode schema;
    private final ValidationMessage message;
    private final Node value;
    private final Node.Scalar key;
    private final String label;

    SchemaWords(JsonNode schema, Node root, ValidationMessage message) {
        this.schema = schema;
        this.message = message;
        JsonNodePath path = message.getInstanceLocation();
        Node at = root;
        String name = schema.path("title").asText();
        for (int i = 0; i < path.getNameCount(); i++) {
            Object element = path.getElement(i);
            if (at instanceof Node.Sequence sequence) {
                at = sequence.items().get(Integer.parseInt(element.toString()));
                name = "an entry of " + lastName(path, i);
            } else {
                at = ((Node.Mapping) at).get(element.toString()).orElseThrow();
                name = element.toString();
            }
        }
        this.value = at;
        this.label = name;
        this.key = message.getType().equals("additionalProperties") ? keyOf(at, message.getProperty()) : null;
    }

    /** Where the finding is: the unknown name itself, else the value that is wrong or lacks something. */
    Node place() {
        return key != null ? key : value;
    }

    String sentence() {
        return switch (message.getType()) {
            case "additionalProperties" -> unknownName();
            case "required" ->
                owner().path("title").asText(label) + " has no \"" + message.getProperty() + "\"; add it";
            case "type" -> label + " must be " + expectedTypes() + ", not " + value.describe() + quotesHint();
            case "enum" -> wrongChoice();
            case "minimum" -> label + " must be at least " + limit(1) + ", not " + value.describe();
            case "pattern" -> label + " must look like " + examples() + ", not " + value.describe();
            case "maximum" -> label + " must be at most " + limit(2) + ", not " + value.describe();
            default -> label + ": " + message.getError();
        };
    }

    private String unknownName() {
        List<String> known = new ArrayList<>();
        owner().path("properties").fieldNames().forEachRemaining(known::add);
        String given = message.getProperty();
        String where = owner().path("title").asText(label);
        return "\"" + given + "\" is not a field of " + where + "; " + NearestName.hint(given, known);
    }

    private String wrongChoice() {
        List<String> known = new ArrayList<>();
        message.getSchemaNode().forEach(choice -> {
            if (choice.asText().equals(choice.asText().toLowerCase(Locale.ROOT))) {
                known.add(choice.asText());
            }
        });
        String given = value instanceof Node.Scalar scalar ? scalar.text() : "";
        String hint = NearestName.to(given, known)
                .map(near -> "; did you mean \"" + near + "\"?")
                .orElse("");
        return label + " must be one of " + String.join(", ", known) + ", not " + value.describe() + hint;
    }

    /** The schema object whose keyword found it: the keyword's location without its last step. */
    private JsonNode owner() {
        String pointer = message.getSchemaLocation().getFragment().toString();
        JsonNode at = schema.at(pointer.substring(0, Math.max(0, pointer.lastIndexOf('/'))));
        return at.isMissingNode() ? schema : at;
    }

    private String expectedTypes() {
        JsonNode types = message.getSchemaNode();
        if (types.isTextual()) {
            return typeName(types.asText());
        }
        List<String> names = new ArrayList<>();
        types.forEach(type -> names.add(typeName(type.asText())));
        return String.join(" or ", names);
    }

    private String quotesHint() {
        boolean bare = value instanceof Node.Scalar scalar
                && scalar.kind() != Node.Kind.TEXT
                && scalar.kind() != Node.Kind.NULL
                && message.getSchemaNode().toString().contains("\"string\"");
        return bare ? "; put it in quotes" : "";
    }

    private String examples() {
        List<String> quoted = new ArrayList<>();
        owner().path("examples").forEach(example -> quoted.add('"' + example.asText() + '"'));
        return quoted.isEmpty() ? message.getSchemaNode().asText() : String.join(" or ", quoted);
    }

    /** What the schema describes as {@code "FROM to TO"} is told so: its keywords may let more pass, for the engine to judge. */
    private String limit(int end) {
        Matcher range = RANGE.matcher(owner().path("description").asText());
        return range.lookingAt() ? range.group(end) : message.getSchemaNode().asText();
    }

    private static String typeName(String type) {
        return switch (type) {
            case "string" -> "a text";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "array" -> "a list";
            case "object" -> "a mapping";
            case "boolean" -> "true or false";
            default -> type;
        };
    }

    private static String lastName(JsonNodePath path, int index) {
        for (int i = index - 1; i >= 0; i--) {
            String element = path.getElement(i).toString();
            if (!element.chars().allMatch(Character::isDigit)) {
                return element;
            }
        }
        return "the list";
    }

    private static Node.Scalar keyOf(Node node, String name) {
        return ((Node.Mapping) node)
                .entries().stream()
                        .map(Node.Entry::key)
                        .filter(k -> k.text().equals(name))
                        .findFirst()
                        .orElseThrow();
    }
}
