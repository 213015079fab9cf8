package io.taskgraph.gates;

/**
 * A number that a gate compares with.
 *
 * @param key its key in a set of gates
 * @param what what it says, for people
 * @param ifLeftOut its value in a set that leaves it out
 * @param least the least value that makes sense
 * @param most the greatest
 */
public record Threshold(String key, String what, long ifLeftOut, long least, long most) {
    /** So many of something have to be on record: from 1, for a gate that asks for none would pass without evidence. */
    static Threshold atLeast(String key, String what, long ifLeftOut) {
        return new Threshold(key, what, ifLeftOut, 1, 1_000_000_000);
    }

    /** No more than so many of something may be on record. */
    static Threshold atMost(String key, String what, long ifLeftOut) {
        return new Threshold(key, what, ifLeftOut, 0, 1_000_000_000);
    }
}
