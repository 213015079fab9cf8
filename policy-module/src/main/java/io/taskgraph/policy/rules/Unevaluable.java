package io.taskgraph.policy.rules;

/**
 * A condition that has no answer: a key that is missing, a division by zero, a bound that is exceeded. Its message is part
 * of judgements and so of the decision log: it must be the same in every release, so it never is the text of a library.
 */
public final class Unevaluable extends Exception {
    private static final long serialVersionUID = 1L;

    Unevaluable(String message) {
        super(message, null, false, false);
    }
}
