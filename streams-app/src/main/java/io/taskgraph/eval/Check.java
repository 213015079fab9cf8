package io.taskgraph.eval;

/**
 * One thing that a scenario expects.
 *
 * @param what it is
 * @param met whether the log has it
 * @param found what the log has
 */
public record Check(String what, boolean met, String found) {}
