package io.taskgraph.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taskgraph.policy.document.Node;
import java.math.BigInteger;

/** Turns located nodes into Jackson's, which the schema validator reads. Recursion is bounded by the readers' depth limit. */
final class JsonTree {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonTree() {}

    static JsonNode of(Node node) {
        if (node instanceof Node.Mapping mapping) {
            ObjectNode object = NODES.objectNode();
            mapping.entries().forEach(e -> object.set(e.key().text(), of(e.value())));
            return object;
        }
        if (node instanceof Node.Sequence sequence) {
            ArrayNode array = NODES.arrayNode(sequence.items().size());
            sequence.items().forEach(item -> array.add(of(item)));
            return array;
        }
        Node.Scalar scalar = (Node.Scalar) node;
        return switch (scalar.kind()) {
            case TEXT -> NODES.textNode(scalar.text());
            case NULL -> NODES.nullNode();
            case BOOLEAN -> NODES.booleanNode(scalar.text().equalsIgnoreCase("true"));
            case INTEGER -> integer(scalar.text());
            case DECIMAL -> NODES.numberNode(decimal(scalar.text()));
        };
    }

    private static JsonNode integer(String text) {
        return text.length() < 18 ? NODES.numberNode(Long.parseLong(text)) : NODES.numberNode(new BigInteger(text));
    }

    // A double, not a BigDecimal: 1e999999999 is a short text, but no number to calculate with.
    private static double decimal(String text) {
        double value = Double.parseDouble(text);
        return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
    }
}
