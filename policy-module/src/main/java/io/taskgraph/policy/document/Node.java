package io.taskgraph.policy.document;

import java.util.List;
import java.util.Optional;

/** A value of a document and where it stands. Lines and columns count from 1. */
public sealed interface Node permits Node.Mapping, Node.Sequence, Node.Scalar {
    /** The line it starts on, from 1. */
    int line();

    /** The column it starts at, from 1. */
    int column();

    /**
     * How much it holds with every alias expanded: one a value, itself included, and one more for every 64 characters of a
     * text. Saturates far below overflow.
     */
    long weight();

    /** What it is, as an error message calls it: {@code a text}, {@code a list}, … */
    String describe();

    /** Names to values in the order of the document. Names are unique: a repeated one is a problem of the document. */
    record Mapping(List<Entry> entries, int line, int column, long weight) implements Node {
        /** The value under a name, if there is one. Cost: linear in the entries. */
        public Optional<Node> get(String name) {
            return entries.stream()
                    .filter(e -> e.key().text().equals(name))
                    .map(Entry::value)
                    .findFirst();
        }

        @Override
        public String describe() {
            return "a mapping";
        }
    }

    /** A name and its value. */
    record Entry(Scalar key, Node value) {}

    /** A list. */
    record Sequence(List<Node> items, int line, int column, long weight) implements Node {
        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A single value: its text as written (unquoted), and what that text means. */
    record Scalar(Kind kind, String text, int line, int column) implements Node {
        @Override
        public long weight() {
            return 1 + text.length() / 64;
        }

        @Override
        public String describe() {
            return switch (kind) {
                case TEXT -> "the text \"" + abbreviated() + '"';
                case NULL -> "null";
                default -> text;
            };
        }

        private String abbreviated() {
            return text.length() <= 40 ? text : text.substring(0, 40) + '…';
        }
    }

    /** What a scalar is. */
    enum Kind {
        TEXT,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        NULL
    }
}
