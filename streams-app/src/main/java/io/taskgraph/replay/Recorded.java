package io.taskgraph.replay;

import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Headers;

/**
 * A record as it was recorded: on a topic, or in an export of one.
 *
 * @param place where it is now, for people
 * @param partition of the topic that it was written to
 * @param offset in the partition
 * @param timestamp the record's, in milliseconds since the epoch
 * @param schema that it was written with
 * @param bytes hold its Avro payload, and perhaps more
 * @param from where the payload begins
 * @param length of the payload
 * @param unreadable why its schema is not known, or null
 * @param headers those that say more about it than it does itself; null: it has none of them
 */
record Recorded(
        Place place,
        int partition,
        long offset,
        long timestamp,
        Schema schema,
        byte[] bytes,
        int from,
        int length,
        UnreadableRecordException unreadable,
        Headers headers) {
    /** The headers that are kept. */
    static final List<String> KEPT = List.of(
            RecordHeaders.IMPORTED, RecordHeaders.TRACEPARENT, RecordHeaders.TRACESTATE, RecordHeaders.SIGNATURE);

    /** Null, or from where it was brought here by an import: what it was made from is not here then. */
    String foreign() {
        return headers == null
                ? null
                : RecordHeaders.get(headers, RecordHeaders.IMPORTED).orElse(null);
    }

    /** SHA-256 of the payload: what the next decision of the run has to name. */
    byte[] hash() {
        return Digests.sha256(bytes, from, length);
    }

    /** Whether the payload is what follows in these bytes from there on. */
    boolean holds(byte[] framed, int header) {
        return Arrays.equals(bytes, from, from + length, framed, header, framed.length);
    }

    /** The payload, copied. */
    byte[] payload() {
        return Arrays.copyOfRange(bytes, from, from + length);
    }
}
