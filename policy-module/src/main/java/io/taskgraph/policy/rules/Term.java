package io.taskgraph.policy.rules;

/** A part of a compiled condition. Its values are Boolean, Long, String, Instant, Duration, List or Map. */
@FunctionalInterface
interface Term {
    /** The part's value for the question at hand. */
    Object value(Evaluation e) throws Unevaluable;

    /** A part that is the same for every question. */
    record Constant(Object constant) implements Term {
        @Override
        public Object value(Evaluation e) {
            return constant;
        }
    }
}
