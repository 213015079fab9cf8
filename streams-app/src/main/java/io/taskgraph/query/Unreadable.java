package io.taskgraph.query;

import io.taskgraph.schemas.codec.UnreadableRecordException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is said of a record that is passed over because it cannot be read. */
final class Unreadable {
    private Unreadable() {}

    /**
     * One sentence: where it stands, why, and the remedy.
     *
     * @param remedy without a full stop
     */
    static String sentence(ConsumerRecord<byte[], byte[]> at, String key, UnreadableRecordException e, String remedy) {
        String what = e.getMessage().strip();
        return at.topic() + "-" + at.partition() + " offset " + at.offset() + ", key " + key + " cannot be read: "
                + (what.endsWith(".") ? what.substring(0, what.length() - 1) : what) + "; " + remedy + ".";
    }
}
