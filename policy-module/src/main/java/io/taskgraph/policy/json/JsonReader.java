package io.taskgraph.policy.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one JSON document (RFC 8259) from somebody who is not trusted: UTF-8 alone, names given once, whole characters,
 * nothing after the value, bounded in size and depth. Without recursion, so no document can exhaust the stack.
 */
public final class JsonReader {
    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 64;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            // Names of strangers are not kept in tables that outlive the document.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final List<JsonProblem> problems;
    private final List<Open> open = new ArrayList<>();
    private Json root;

    private JsonReader(List<JsonProblem> problems) {
        this.problems = problems;
    }

    /**
     * Reads a document. Cost: linear in its bytes.
     *
     * @param bytes the document
     * @param most the most bytes it may have
     * @param problems receives what is wrong with it
     * @return its value; empty if it cannot be read any further, which then is among the problems
     */
    public static Optional<Json> read(byte[] bytes, int most, List<JsonProblem> problems) {
        if (bytes.length > most) {
            problems.add(new JsonProblem("", "it has " + bytes.length + " bytes, more than the " + most + " allowed"));
            return Optional.empty();
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            problems.add(new JsonProblem("", "it is not UTF-8; write it in UTF-8"));
            return Optional.empty();
        }
        return new JsonReader(problems).read(text);
    }

    private Optional<Json> read(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (root != null && open.isEmpty()) {
                    problems.add(new JsonProblem("", "something follows the value" + at(parser.currentLocation())));
                    return Optional.empty();
                }
                take(parser, token);
            }
        } catch (JsonProcessingException e) {
            problems.add(new JsonProblem("", "it is not JSON" + at(e.getLocation()) + ": " + oneLine(e)));
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("a text is read without input or output", e);
        }
        if (root == null) {
            problems.add(new JsonProblem("", "it is empty"));
        }
        return Optional.ofNullable(root);
    }

    private void take(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> open.add(new Open(token == JsonToken.START_OBJECT));
            case END_OBJECT, END_ARRAY -> value(open.remove(open.size() - 1).toJson());
            case FIELD_NAME -> {
                Open object = open.get(open.size() - 1);
                object.name = parser.currentName();
                object.repeated = object.members.containsKey(object.name);
                if (object.repeated) {
                    problem(parser, "the name is given twice; give it once");
                }
                whole(parser, object.name);
            }
            case VALUE_STRING -> {
                whole(parser, parser.getText());
                value(new Json.Text(parser.getText()));
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> value(new Json.Num(parser.getText()));
            case VALUE_TRUE, VALUE_FALSE -> value(new Json.Bool(token == JsonToken.VALUE_TRUE));
            default -> value(new Json.Null());
        }
    }

    private void whole(JsonParser parser, String text) {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            problem(parser, "it has half a character (a surrogate without its other half); leave it out");
        }
    }

    private void value(Json value) {
        if (open.isEmpty()) {
            root = value;
        } else {
            open.get(open.size() - 1).add(value);
        }
    }

    private void problem(JsonParser parser, String message) {
        if (problems.size() < JsonProblem.MOST) {
            String pointer = parser.getParsingContext().pathAsPointer().toString();
            problems.add(new JsonProblem(JsonFields.shown(pointer), message));
        }
    }

    private static String at(JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static String oneLine(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < message.length() && i < 200; i++) {
            char c = message.charAt(i);
            line.append(c == '"' || c == '\\' ? String.valueOf(c) : Json.ascii(c));
        }
        return line.toString();
    }

    /** An object or list whose end has not been read. */
    private static final class Open {
        private final boolean isObject;
        private final Map<String, Json> members = new LinkedHashMap<>();
        private final List<Json> items = new ArrayList<>();
        private String name;
        private boolean repeated;

        Open(boolean isObject) {
            this.isObject = isObject;
        }

        void add(Json value) {
            if (!isObject) {
                items.add(value);
            } else if (!repeated) {
                members.put(name, value);
            }
        }

        Json toJson() {
            return isObject ? new Json.Obj(members) : new Json.Arr(items);
        }
    }
}
