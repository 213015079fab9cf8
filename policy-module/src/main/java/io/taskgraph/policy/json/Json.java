package io.taskgraph.policy.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value. */
public sealed interface Json {
    /** What it is, as an error message calls it: {@code the text "x"}, {@code a list}, … Printable whatever it holds. */
    String describe();

    /** Names to values in the order of the document; names are unique. */
    record Obj(Map<String, Json> members) implements Json {
        /** Copies the members. */
        public Obj {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        @Override
        public String describe() {
            return "an object";
        }
    }

    /** A list. */
    record Arr(List<Json> items) implements Json {
        /** Copies the items. */
        public Arr {
            items = List.copyOf(items);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A text of whole characters: none has half a surrogate pair. */
    record Text(String value) implements Json {
        @Override
        public String describe() {
            return "the text " + printable(value);
        }
    }

    /** A number, as it is written. */
    record Num(String text) implements Json {
        @Override
        public String describe() {
            return text;
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Json {
        @Override
        public String describe() {
            return Boolean.toString(value);
        }
    }

    /** The value null. */
    record Null() implements Json {
        @Override
        public String describe() {
            return "null";
        }
    }

    /**
     * A text in double quotes, cut after 80 characters, in printable ASCII alone: what was sent by a stranger reaches a
     * terminal without its control characters and shows look-alike letters as what they are.
     */
    static String printable(String text) {
        StringBuilder out = new StringBuilder("\"");
        int shown = Math.min(text.length(), 80);
        for (int i = 0; i < shown; i++) {
            out.append(ascii(text.charAt(i)));
        }
        return out.append(text.length() > shown ? "…\"" : "\"").toString();
    }

    /** A character if it is printable ASCII other than the double quote and the backslash, else its JSON escape. */
    static String ascii(char c) {
        return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\'
                ? String.valueOf(c)
                : c == '"' || c == '\\' ? "\\" + c : String.format("\\u%04x", (int) c);
    }
}
