package io.taskgraph.replay;

import io.taskgraph.engine.Input;

/**
 * What was found of a decision's input.
 *
 * @param input to decide on again; null if it was not found
 * @param gone why it is not there any more, which says nothing about the decision; null if it is there
 * @param wrong why what is there cannot have led to the decision, or null
 */
record Found(Input input, String gone, String wrong) {
    static Found of(Input input) {
        return new Found(input, null, null);
    }

    static Found gone(String why) {
        return new Found(null, why, null);
    }

    static Found wrong(String why) {
        return new Found(null, null, why);
    }
}
