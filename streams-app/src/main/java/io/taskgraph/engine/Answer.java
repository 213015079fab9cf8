package io.taskgraph.engine;

import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.RejectionCode;

/**
 * What a message was told, kept so that a retry is told the same.
 *
 * @param message the message, see {@link #keyOf}
 * @param sequence the decision it got
 * @param decidedAt when, in milliseconds since the epoch
 * @param code why it was refused, or null
 * @param graphVersion the version after it
 */
record Answer(String message, long sequence, long decidedAt, Outcome outcome, RejectionCode code, long graphVersion) {
    /** How many messages of each family of topic a run remembers. */
    static final int REMEMBERED = 1_000;
    /** For how long a run remembers a message, in milliseconds. */
    static final long REMEMBERED_FOR = 24 * 60 * 60 * 1000L;

    /**
     * How a message is remembered: by the family of topic that it came on and its id. A topic is a trust domain: were the
     * id enough, an agent that guesses one could have an operator's directive taken for a duplicate of its report.
     */
    static String keyOf(String family, String messageId) {
        return family + '/' + messageId;
    }

    /** The family in front of such a key's first slash. */
    static String family(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    String family() {
        return family(message);
    }
}
