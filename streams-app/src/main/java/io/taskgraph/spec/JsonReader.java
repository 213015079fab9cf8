package io.taskgraph.spec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.taskgraph.policy.document.Limits;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one JSON value strictly into nodes that know their places. No recursion; linear in the text. */
final class JsonReader {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Limits limits;
    private final int lineOffset;
    private final List<Problem> problems;
    private final Deque<Open> open = new ArrayDeque<>();
    private Node root;

    private JsonReader(Limits limits, int lineOffset, List<Problem> problems) {
        this.limits = limits;
        this.lineOffset = lineOffset;
        this.problems = problems;
    }

    /**
     * Reads a value.
     *
     * @param text the JSON text
     * @param lineOffset how many lines stand before it in its file
     * @param problems receives what is wrong
     * @return the value, or empty if the text cannot be read, which then is among the problems
     */
    static Optional<Node> read(String text, int lineOffset, Limits limits, List<Problem> problems) {
        return new JsonReader(limits, lineOffset, problems).read(text);
    }

    private Optional<Node> read(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                JsonLocation at = parser.currentTokenLocation();
                if (root != null) {
                    problems.add(new Problem(
                            line(at), at.getColumnNr(), "more text follows the end of the JSON value; remove it"));
                    return Optional.empty();
                }
                if (!take(parser, token, at)) {
                    return Optional.empty();
                }
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String what = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
            problems.add(new Problem(
                    at == null ? lineOffset + 1 : line(at),
                    at == null ? 1 : at.getColumnNr(),
                    "this is not JSON: " + brief(what) + "; check quotes, commas and brackets here"));
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("a string is read without input or output", e);
        }
        return Optional.ofNullable(root);
    }

    /** False when reading must end here. */
    private boolean take(JsonParser parser, JsonToken token, JsonLocation at) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> {
                if (open.size() >= limits.depth()) {
                    problems.add(new Problem(
                            line(at),
                            at.getColumnNr(),
                            "values are nested more than " + limits.depth() + " deep; flatten them"));
                    return false;
                }
                open.push(new Open(token == JsonToken.START_OBJECT, line(at), at.getColumnNr()));
            }
            case END_OBJECT, END_ARRAY -> value(open.pop().toNode());
            case FIELD_NAME ->
                open.peek()
                        .name(
                                new Node.Scalar(Node.Kind.TEXT, parser.currentName(), line(at), at.getColumnNr()),
                                problems);
            default -> value(new Node.Scalar(kind(token), parser.getText(), line(at), at.getColumnNr()));
        }
        return true;
    }

    private void value(Node node) {
        if (open.isEmpty()) {
            root = node;
        } else {
            open.peek().add(node);
        }
    }

    private int line(JsonLocation at) {
        return lineOffset + at.getLineNr();
    }

    private static Node.Kind kind(JsonToken token) {
        return switch (token) {
            case VALUE_NUMBER_INT -> Node.Kind.INTEGER;
            case VALUE_NUMBER_FLOAT -> Node.Kind.DECIMAL;
            case VALUE_TRUE, VALUE_FALSE -> Node.Kind.BOOLEAN;
            case VALUE_NULL -> Node.Kind.NULL;
            default -> Node.Kind.TEXT;
        };
    }

    private static String brief(String message) {
        // The parser goes on with advice for whoever programs it.
        String what = message.replaceFirst("(: | - )?\\(?enable [`']?JsonReadFeature.*", "");
        return what.length() <= 160 ? what : what.substring(0, 160) + '…';
    }

    /** An object or array whose end has not been read yet. */
    private static final class Open {
        private final boolean object;
        private final int line;
        private final int column;
        private final List<Node> items = new ArrayList<>();
        private final List<Node.Entry> entries = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private Node.Scalar name;
        private long weight = 1;

        Open(boolean object, int line, int column) {
            this.object = object;
            this.line = line;
            this.column = column;
        }

        void name(Node.Scalar key, List<Problem> problems) {
            name = key;
            if (!names.add(key.text())) {
                name = null;
                problems.add(new Problem(
                        key.line(), key.column(), "\"" + key.text() + "\" is given twice; keep one of them"));
            }
        }

        void add(Node node) {
            weight += node.weight();
            if (!object) {
                items.add(node);
            } else if (name != null) {
                entries.add(new Node.Entry(name, node));
            }
        }

        Node toNode() {
            return object
                    ? new Node.Mapping(List.copyOf(entries), line, column, weight)
                    : new Node.Sequence(List.copyOf(items), line, column, weight);
        }
    }
}
