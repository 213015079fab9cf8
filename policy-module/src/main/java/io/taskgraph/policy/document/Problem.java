package io.taskgraph.policy.document;

/**
 * Something wrong with a document, and where.
 *
 * @param line the line, from 1
 * @param column the column in characters, from 1
 * @param message what is wrong and what to do about it: one sentence without a full stop
 */
public record Problem(int line, int column, String message) {
    @Override
    public String toString() {
        return "line " + line + ", column " + column + ": " + message;
    }
}
