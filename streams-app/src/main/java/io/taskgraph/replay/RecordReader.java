package io.taskgraph.replay;

import io.taskgraph.schemas.codec.RecordCodec;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecord;

/** Reads recorded records of one kind, whatever version of their schema they were written with. Not thread-safe. */
final class RecordReader<T extends SpecificRecord> {
    private record Version<T extends SpecificRecord>(RecordCodec.Reader<T> reader, boolean ours) {}

    private final RecordCodec<T> codec;
    private final Map<Schema, Version<T>> versions = new IdentityHashMap<>();
    private Schema lastSchema;
    private Version<T> last;

    RecordReader(Class<T> type) {
        codec = RecordCodec.of(type);
    }

    /** @throws io.taskgraph.schemas.codec.UnreadableRecordException if it is none */
    T read(Recorded r) {
        if (r.unreadable() != null) {
            throw r.unreadable();
        }
        return version(r.schema()).reader.read(r.bytes(), r.from(), r.length());
    }

    /** Whether it was written with the schema that this version of the software writes with. */
    boolean isOurs(Recorded r) {
        return version(r.schema()).ours;
    }

    byte[] encode(T record) {
        return codec.encode(record);
    }

    private Version<T> version(Schema schema) {
        if (schema != lastSchema) {
            last = versions.computeIfAbsent(
                    schema,
                    s -> new Version<>(
                            codec.readerOf(s),
                            SchemaNormalization.toParsingForm(s)
                                    .equals(SchemaNormalization.toParsingForm(codec.schema()))));
            lastSchema = schema;
        }
        return last;
    }
}
