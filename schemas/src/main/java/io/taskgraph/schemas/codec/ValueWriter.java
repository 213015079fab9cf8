package io.taskgraph.schemas.codec;

import io.taskgraph.avro.Fact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Writes values of one schema in Avro binary. Made once from the schema, as Avro itself does for reading: its own writer
 * looks at the schema again for each value, which cost a decision as much as all of its facts' application. Equal values
 * give equal bytes: map entries are written in the order of their keys, which Avro's writers do not promise and the hash
 * chain needs. Knows what our schemas use; another type is an error when the writer is made, not when it writes.
 */
interface ValueWriter {
    /** Writes a value, not null. */
    void write(Object value, Encoder out) throws IOException;

    /** The writer of that record. */
    static ValueWriter of(Schema record) {
        return of(record, new HashMap<>());
    }

    private static ValueWriter of(Schema schema, Map<String, OfRecord> made) {
        return switch (schema.getType()) {
            case RECORD -> record(schema, made);
            case STRING -> (value, out) -> out.writeString((String) value);
            case INT -> (value, out) -> out.writeInt((Integer) value);
            case LONG ->
                schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                        ? (value, out) -> out.writeLong(((Instant) value).toEpochMilli())
                        : (value, out) -> out.writeLong((Long) value);
            case BOOLEAN -> (value, out) -> out.writeBoolean((Boolean) value);
            case ENUM -> (value, out) -> out.writeEnum(((Enum<?>) value).ordinal());
            case FIXED -> (value, out) -> out.writeFixed(((GenericFixed) value).bytes());
            case BYTES -> (value, out) -> out.writeBytes((ByteBuffer) value);
            case ARRAY -> new OfList(of(schema.getElementType(), made));
            case MAP -> new OfMap(of(schema.getValueType(), made));
            default -> throw new IllegalStateException("No schema of ours has a " + schema.getType() + " there.");
        };
    }

    private static OfRecord record(Schema schema, Map<String, OfRecord> made) {
        OfRecord known = made.get(schema.getFullName());
        if (known != null) {
            return known;
        }
        OfRecord record = schema.equals(Fact.getClassSchema()) ? new OfFact(schema) : new OfRecord(schema);
        made.put(schema.getFullName(), record);
        for (Schema.Field field : schema.getFields()) {
            record.add(field, of(OfRecord.present(field.schema()), made));
        }
        return record;
    }

    /** A record. Each union of ours is of null and one type, in this order. */
    class OfRecord implements ValueWriter {
        private final String name;
        private final String[] names;
        private final ValueWriter[] writers;
        private final boolean[] nullable;
        /** As many absent fields in a row as there can be: the union's first branch, index 0, is one zero byte. */
        private final byte[] absent;

        private OfRecord(Schema schema) {
            int fields = schema.getFields().size();
            name = schema.getName();
            names = new String[fields];
            writers = new ValueWriter[fields];
            nullable = new boolean[fields];
            absent = new byte[fields];
        }

        private static Schema present(Schema field) {
            return field.isUnion() ? field.getTypes().get(1) : field;
        }

        private void add(Schema.Field field, ValueWriter writer) {
            names[field.pos()] = field.name();
            writers[field.pos()] = writer;
            nullable[field.pos()] = field.schema().isUnion();
        }

        byte[] absent() {
            return absent;
        }

        ValueWriter writer(int position) {
            return writers[position];
        }

        @Override
        public void write(Object value, Encoder out) throws IOException {
            // By its class and not its interface: a call through a table of classes is the cheaper one.
            SpecificRecordBase record = (SpecificRecordBase) value;
            int absentBefore = 0;
            for (int i = 0; i < writers.length; i++) {
                Object field = record.get(i);
                if (field == null) {
                    if (!nullable[i]) {
                        throw new IllegalArgumentException(name + " has no " + names[i] + ", which it must have.");
                    }
                    absentBefore++;
                    continue;
                }
                if (absentBefore > 0) {
                    out.writeFixed(absent, 0, absentBefore);
                    absentBefore = 0;
                }
                if (nullable[i]) {
                    out.writeIndex(1);
                }
                writers[i].write(field, out);
            }
            if (absentBefore > 0) {
                out.writeFixed(absent, 0, absentBefore);
            }
        }
    }

    /** A fact: nearly all of its fields are absent, and which one is not is found faster than by asking each. */
    final class OfFact extends OfRecord {
        private OfFact(Schema schema) {
            super(schema);
        }

        @Override
        public void write(Object value, Encoder out) throws IOException {
            Fact fact = (Fact) value;
            int at = FactKind.of(fact);
            if (at < 0) {
                super.write(value, out);
                return;
            }
            out.writeFixed(absent(), 0, at);
            out.writeIndex(1);
            writer(at).write(fact.get(at), out);
            out.writeFixed(absent(), 0, absent().length - at - 1);
        }
    }

    /** A list. */
    record OfList(ValueWriter element) implements ValueWriter {
        @Override
        public void write(Object value, Encoder out) throws IOException {
            List<?> list = (List<?>) value;
            out.writeArrayStart();
            out.setItemCount(list.size());
            for (Object one : list) {
                out.startItem();
                element.write(one, out);
            }
            out.writeArrayEnd();
        }
    }

    /** A map of texts to something. */
    record OfMap(ValueWriter ofValue) implements ValueWriter {
        @Override
        public void write(Object value, Encoder out) throws IOException {
            Map<?, ?> map = (Map<?, ?>) value;
            out.writeMapStart();
            out.setItemCount(map.size());
            for (Map.Entry<?, ?> one : (map.size() < 2 ? map : new TreeMap<>(map)).entrySet()) {
                out.startItem();
                out.writeString((String) one.getKey());
                ofValue.write(one.getValue(), out);
            }
            out.writeMapEnd();
        }
    }
}
