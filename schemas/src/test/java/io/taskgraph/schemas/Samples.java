package io.taskgraph.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificFixed;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records made up from the schemas alone, the same ones each time: of each topic record one for each kind, with every
 * field set, and one that says as little as it can.
 */
final class Samples {
    private final Schema.Field kind;
    private int count;

    private Samples(Schema.Field kind) {
        this.kind = kind;
    }

    /** All samples by name: the record's, a dot, and the kind's, or {@code whole}, or {@code least}. */
    static Map<String, SpecificRecord> all() {
        Map<String, SpecificRecord> samples = new TreeMap<>();
        for (Topic<?> topic : TopicCatalogue.standard().all()) {
            Schema schema = SpecificData.get().getSchema(topic.type());
            String name = schema.getName();
            List<Schema.Field> kinds = Vocabulary.namedTypes(schema).stream()
                    .filter(type -> type.getType() == Schema.Type.RECORD)
                    .flatMap(type -> Vocabulary.kinds(type).stream())
                    .toList();
            for (Schema.Field kind : kinds) {
                samples.put(name + "." + kind.name(), new Samples(kind).record(schema));
            }
            if (kinds.isEmpty()) {
                samples.put(name + ".whole", new Samples(null).record(schema));
            }
            samples.put(name + ".least", least(schema));
        }
        return samples;
    }

    private SpecificRecord record(Schema schema) {
        SpecificRecord record = newRecord(schema);
        List<Schema.Field> kinds = Vocabulary.kinds(schema);
        for (Schema.Field field : schema.getFields()) {
            boolean otherKind = kinds.contains(field) && field != kind;
            record.put(field.pos(), otherKind ? null : value(field.name(), field.schema()));
        }
        return record;
    }

    private Object value(String name, Schema schema) {
        count++;
        return switch (schema.getType()) {
            case STRING -> name + " " + count + " \"é\" 🚀";
            case INT -> -count;
            case LONG ->
                schema.getLogicalType() == null
                        ? (Object) (1_000_000_007L * count)
                        : Instant.ofEpochMilli(1_767_225_600_000L + 1_001L * count);
            case BOOLEAN -> true;
            case BYTES -> ByteBuffer.wrap((name + count + "\u0000").getBytes(UTF_8));
            case FIXED -> fixed(schema, count);
            case ENUM -> symbol(schema, schema.getEnumSymbols().size() - 1);
            case RECORD -> record(schema);
            case UNION -> value(name, schema.getTypes().get(1));
            case ARRAY -> new ArrayList<>(List.of(value(name, schema.getElementType())));
            case MAP ->
                new TreeMap<>(Map.of(
                        "a " + name, value(name, schema.getValueType()),
                        "b " + name, value(name, schema.getValueType())));
            default -> throw new IllegalStateException("There are no samples of " + schema.getType() + " yet");
        };
    }

    private static SpecificRecord least(Schema schema) {
        SpecificRecord record = newRecord(schema);
        for (Schema.Field field : schema.getFields()) {
            record.put(field.pos(), leastValue(field.schema()));
        }
        return record;
    }

    private static Object leastValue(Schema schema) {
        return switch (schema.getType()) {
            case STRING -> "";
            case INT -> 0;
            case LONG -> schema.getLogicalType() == null ? (Object) 0L : Instant.EPOCH;
            case BOOLEAN -> false;
            case BYTES -> ByteBuffer.wrap(new byte[0]);
            case FIXED -> fixed(schema, 0);
            case ENUM -> symbol(schema, 0);
            case RECORD -> least(schema);
            case UNION -> null;
            case ARRAY -> new ArrayList<>();
            case MAP -> new TreeMap<>();
            default -> throw new IllegalStateException("There are no samples of " + schema.getType() + " yet");
        };
    }

    private static SpecificRecord newRecord(Schema schema) {
        return (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    }

    private static Object symbol(Schema schema, int index) {
        return SpecificData.get().createEnum(schema.getEnumSymbols().get(index), schema);
    }

    private static Object fixed(Schema schema, int first) {
        byte[] bytes = new byte[schema.getFixedSize()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (first == 0 ? 0 : first * 31 + i);
        }
        SpecificFixed fixed =
                (SpecificFixed) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
        fixed.bytes(bytes);
        return fixed;
    }
}
