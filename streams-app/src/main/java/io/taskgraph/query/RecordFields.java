package io.taskgraph.query;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificFixed;
import org.apache.avro.specific.SpecificRecord;

/**
 * A record as plain values, ready for JSON: its fields in the schema's order under {@code snake_case} names, those that are null left
 * out, symbols by their names, times as ISO 8601 in UTC, bytes in lower-case hexadecimal.
 */
public final class RecordFields {
    private RecordFields() {}

    /** The fields that are set. */
    public static Map<String, Object> of(SpecificRecord record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            Object value = record.get(field.pos());
            if (value != null) {
                fields.put(snake(field.name()), value(value));
            }
        }
        return fields;
    }

    private static Object value(Object value) {
        if (value instanceof SpecificRecord record) {
            return of(record);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(RecordFields::value).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, one) -> sorted.put(String.valueOf(key), value(one)));
            return sorted;
        }
        if (value instanceof SpecificFixed fixed) {
            return HexFormat.of().formatHex(fixed.bytes());
        }
        if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return HexFormat.of().formatHex(copy);
        }
        return value instanceof Enum<?> || value instanceof Instant ? value.toString() : value;
    }

    /** {@code taskId} as {@code task_id}. */
    private static String snake(String camel) {
        StringBuilder snake = new StringBuilder(camel.length() + 4);
        for (char c : camel.toCharArray()) {
            if (c >= 'A' && c <= 'Z') {
                snake.append('_').append((char) (c - 'A' + 'a'));
            } else {
                snake.append(c);
            }
        }
        return snake.toString();
    }
}
