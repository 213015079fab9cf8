package io.taskgraph.policy.json;

/**
 * Something wrong with a JSON document, and where.
 *
 * @param pointer the place as a JSON pointer (RFC 6901); empty: the whole document
 * @param message what is wrong and what to do about it: one sentence without a full stop
 */
public record JsonProblem(String pointer, String message) {
    /** How many are told of one document at most: a hostile one could have millions. */
    public static final int MOST = 100;

    @Override
    public String toString() {
        return pointer.isEmpty() ? message : pointer + ": " + message;
    }
}
