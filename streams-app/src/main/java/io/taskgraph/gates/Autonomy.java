package io.taskgraph.gates;

/** What agents may be let do by themselves, as far as the record supports it; least first. */
public enum Autonomy {
    /** The record is too small to say. */
    TOO_FEW,
    /** A person approves each action. */
    APPROVE_EACH,
    /** Actions are allowed by rule, and their results are reviewed. */
    SUPERVISED,
    /** Actions are allowed by rule. */
    AUTONOMOUS
}
