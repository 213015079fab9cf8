package io.taskgraph.schemas;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;

/** A record as text, one line for each value, by its path. */
final class RecordText {
    private RecordText() {}

    static void append(StringBuilder text, String path, Object value) {
        if (value instanceof GenericRecord record) {
            if (record.getSchema().getFields().isEmpty()) {
                line(text, path, "{}");
            }
            for (Schema.Field field : record.getSchema().getFields()) {
                append(text, path + "." + field.name(), record.get(field.pos()));
            }
        } else if (value instanceof List<?> list) {
            line(text, path, list.size() + " items");
            for (int i = 0; i < list.size(); i++) {
                append(text, path + "[" + i + "]", list.get(i));
            }
        } else if (value instanceof Map<?, ?> map) {
            line(text, path, map.size() + " entries");
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, entry) -> sorted.put(key.toString(), entry));
            sorted.forEach((key, entry) -> append(text, path + "['" + key + "']", entry));
        } else if (value instanceof GenericFixed fixed) {
            line(text, path, "0x" + HexFormat.of().formatHex(fixed.bytes()));
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            line(text, path, "0x" + HexFormat.of().formatHex(bytes));
        } else if (value instanceof CharSequence string) {
            line(text, path, "'" + string + "'");
        } else {
            line(text, path, String.valueOf(value));
        }
    }

    private static void line(StringBuilder text, String path, String value) {
        text.append(path).append(" = ").append(value).append('\n');
    }
}
