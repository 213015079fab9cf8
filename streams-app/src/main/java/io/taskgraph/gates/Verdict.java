package io.taskgraph.gates;

/** What a gate says of the record. Only {@link #PASS} is a pass. */
public enum Verdict {
    /** There is evidence, enough of it, and none against. */
    PASS,
    /** There is evidence against. */
    FAIL,
    /** There is no evidence, or too little: nothing is known either way. */
    NOT_OBSERVED
}
