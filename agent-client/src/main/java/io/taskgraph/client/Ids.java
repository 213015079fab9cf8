package io.taskgraph.client;

import java.util.UUID;

/** Fresh names. */
final class Ids {
    private Ids() {}

    /** The id of a message: 36 characters. */
    static String message() {
        return UUID.randomUUID().toString();
    }

    /** Twelve hexadecimal digits, to tell apart what is few. */
    static String shortRandom() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    }
}
