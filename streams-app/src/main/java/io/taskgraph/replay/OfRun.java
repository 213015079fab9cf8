package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tells which records of the decision log are of one run, or say that they are: by their key, and by the run that the
 * decision names where the key is another. Headers have no say, for whoever writes a record may leave them out. A record
 * is decoded only if its bytes hold the run's id: an Avro string is its UTF-8, so the others cannot name it.
 */
final class OfRun implements Predicate<ConsumerRecord<byte[], byte[]>> {
    private final String runId;
    private final byte[] id;
    private final RecordDeserializer<Decision> reader;

    OfRun(String runId, RecordDeserializer<Decision> reader) {
        this.runId = runId;
        this.id = runId.getBytes(UTF_8);
        this.reader = reader;
    }

    @Override
    public boolean test(ConsumerRecord<byte[], byte[]> r) {
        return hasKey(r, id) || r.value() != null && holds(r.value(), id) && names(r.value());
    }

    /** Whether that is the record's key. */
    static boolean hasKey(ConsumerRecord<byte[], byte[]> r, byte[] key) {
        return Arrays.equals(r.key(), key);
    }

    private boolean names(byte[] value) {
        try {
            return runId.equals(reader.read(value).getRunId());
        } catch (UnreadableRecordException e) {
            return false; // Under another key: it is that run's trouble.
        }
    }

    private static boolean holds(byte[] value, byte[] part) {
        int last = value.length - part.length;
        for (int at = 0; at <= last; at++) {
            if (value[at] == part[0] && Arrays.equals(value, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
