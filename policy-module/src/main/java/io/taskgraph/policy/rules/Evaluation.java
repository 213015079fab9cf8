package io.taskgraph.policy.rules;

import io.taskgraph.policy.decision.Question;

/**
 * One question while conditions are evaluated for it: what it may still cost, and the variables of loops. Cost is counted
 * in steps, not in time, so that the same condition fails on the same question everywhere. Not shared between threads.
 */
final class Evaluation {
    /** The most steps of one condition: about a millisecond. */
    static final long CONDITION_STEPS = 100_000;

    /** The most steps of all conditions that are asked the same question. */
    static final long QUESTION_STEPS = 1_000_000;

    private static final Object[] NO_LOCALS = {};

    private final Question question;
    private Object[] locals = NO_LOCALS;
    private long left = QUESTION_STEPS;
    private long floor;

    Evaluation(Question question) {
        this.question = question;
    }

    Question question() {
        return question;
    }

    /** Begins the next condition. */
    void begin(int loopVariables) {
        locals = loopVariables == 0 ? NO_LOCALS : new Object[loopVariables];
        floor = Math.max(0, left - CONDITION_STEPS);
    }

    void spend(long steps) throws Unevaluable {
        left -= steps;
        if (left < floor) {
            left = floor;
            throw new Unevaluable(
                    floor == 0
                            ? "the rules take more than " + QUESTION_STEPS + " steps together"
                            : "it takes more than " + CONDITION_STEPS + " steps");
        }
    }

    Object local(int slot) throws Unevaluable {
        Object value = locals[slot];
        if (value instanceof Unevaluable failure) {
            throw failure;
        }
        return value;
    }

    /** Keeps a loop's value; an {@link Unevaluable} is thrown again when the value is read. */
    void local(int slot, Object value) {
        locals[slot] = value;
    }
}
