package io.taskgraph.schemas.codec;

import io.taskgraph.avro.Fact;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificFixed;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Reads values of one schema from Avro binary that was written with just this schema: the counterpart of {@link ValueWriter}.
 * Avro's own reader passes through a layer a field, and nearly all fields of a fact are absent. Bytes of another version of
 * a schema are read by Avro, which resolves the one to the other.
 */
interface ValueReader {
    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if the bytes are none
     */
    Object read(ByteSource in);

    /** The reader of that record. */
    static ValueReader of(Schema record) {
        return of(record, new HashMap<>());
    }

    private static ValueReader of(Schema schema, Map<String, OfRecord> made) {
        return switch (schema.getType()) {
            case RECORD -> record(schema, made);
            case STRING -> ByteSource::text;
            case INT -> ByteSource::integer;
            case LONG ->
                schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                        ? in -> Instant.ofEpochMilli(in.number())
                        : ByteSource::number;
            case BOOLEAN -> in -> in.one() == 1;
            case ENUM -> new OfEnum(classOf(schema).getEnumConstants());
            case FIXED -> fixed(schema);
            case BYTES -> in -> ByteBuffer.wrap(in.bytes(in.length()));
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
        OfRecord record = new OfRecord(schema, maker(classOf(schema)));
        made.put(schema.getFullName(), record);
        for (Schema.Field field : schema.getFields()) {
            boolean nullable = field.schema().isUnion();
            Schema present = nullable ? field.schema().getTypes().get(1) : field.schema();
            record.add(field.pos(), nullable, of(present, made));
        }
        return record;
    }

    private static ValueReader fixed(Schema schema) {
        Supplier<Object> maker = maker(classOf(schema));
        int size = schema.getFixedSize();
        return in -> {
            SpecificFixed fixed = (SpecificFixed) maker.get();
            fixed.bytes(in.bytes(size));
            return fixed;
        };
    }

    private static Class<?> classOf(Schema schema) {
        return SpecificData.get().getClass(schema);
    }

    /** Calls the constructor without arguments, at the cost of calling it. One a class, for each is a class of its own. */
    private static Supplier<Object> maker(Class<?> type) {
        return Makers.OF_CLASS.get(type);
    }

    /** How instances of our classes are made. */
    final class Makers extends ClassValue<Supplier<Object>> {
        private static final Makers OF_CLASS = new Makers();

        private Makers() {}

        @Override
        @SuppressWarnings("unchecked")
        protected Supplier<Object> computeValue(Class<?> type) {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class));
                return (Supplier<Object>) LambdaMetafactory.metafactory(
                                lookup,
                                "get",
                                MethodType.methodType(Supplier.class),
                                MethodType.methodType(Object.class),
                                constructor,
                                MethodType.methodType(type))
                        .getTarget()
                        .invoke();
            } catch (Throwable e) {
                throw new IllegalStateException("a generated class has a public constructor without arguments", e);
            }
        }
    }

    /** A record. Each union of ours is of null and one type, in this order. */
    final class OfRecord implements ValueReader {
        private final String name;
        private final Supplier<Object> maker;
        private final ValueReader[] readers;
        private final boolean[] nullable;
        private final boolean fact;

        private OfRecord(Schema schema, Supplier<Object> maker) {
            int fields = schema.getFields().size();
            this.name = schema.getName();
            this.maker = maker;
            this.readers = new ValueReader[fields];
            this.nullable = new boolean[fields];
            this.fact = schema.equals(Fact.getClassSchema());
        }

        private void add(int position, boolean isNullable, ValueReader reader) {
            readers[position] = reader;
            nullable[position] = isNullable;
        }

        @Override
        public Object read(ByteSource in) {
            SpecificRecordBase record = (SpecificRecordBase) maker.get();
            for (int i = 0; i < readers.length; i++) {
                if (nullable[i]) {
                    if (fact) {
                        i += in.zeros(readers.length - i);
                        if (i == readers.length) {
                            break;
                        }
                    }
                    int branch = in.integer();
                    if (branch == 0) {
                        continue;
                    }
                    if (branch != 1) {
                        throw new IllegalArgumentException(name + " has a union without branch " + branch);
                    }
                }
                record.put(i, readers[i].read(in));
            }
            return record;
        }
    }

    /** One of several symbols. */
    record OfEnum(Object[] symbols) implements ValueReader {
        @Override
        public Object read(ByteSource in) {
            int i = in.integer();
            if (i < 0 || i >= symbols.length) {
                throw new IllegalArgumentException("an enumeration has no symbol " + i);
            }
            return symbols[i];
        }
    }

    /** A list. */
    record OfList(ValueReader element) implements ValueReader {
        @Override
        public Object read(ByteSource in) {
            int count = in.count();
            List<Object> list = new ArrayList<>(count);
            for (; count > 0; count = in.count()) {
                for (int i = 0; i < count; i++) {
                    list.add(element.read(in));
                }
            }
            return list;
        }
    }

    /** A map of texts to something. */
    record OfMap(ValueReader ofValue) implements ValueReader {
        @Override
        public Object read(ByteSource in) {
            int count = in.count();
            Map<String, Object> map = new HashMap<>(count + count / 3 + 1);
            for (; count > 0; count = in.count()) {
                for (int i = 0; i < count; i++) {
                    String key = in.text();
                    map.put(key, ofValue.read(in));
                }
            }
            return map;
        }
    }
}
