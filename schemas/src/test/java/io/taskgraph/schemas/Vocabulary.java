package io.taskgraph.schemas;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** The schemas that the catalogue's topics carry, and what is in them. */
final class Vocabulary {
    private Vocabulary() {}

    /** The schema of each record that travels on a topic, by its name, in the catalogue's order. */
    static Map<String, Schema> topicRecords() {
        Map<String, Schema> records = new LinkedHashMap<>();
        for (Topic<?> topic : TopicCatalogue.standard().all()) {
            records.putIfAbsent(topic.type().getSimpleName(), topic.schema());
        }
        return records;
    }

    /** Every named type within that schema, itself included, in the order in which they are met. */
    static List<Schema> namedTypes(Schema schema) {
        Map<String, Schema> found = new LinkedHashMap<>();
        collect(schema, found);
        return new ArrayList<>(found.values());
    }

    /** The fields of which exactly one is set, if the record is of that kind; see docs/adr/0004. */
    static List<Schema.Field> kinds(Schema record) {
        if (record.getDoc() == null || !record.getDoc().contains("xactly one")) {
            return List.of();
        }
        return record.getFields().stream()
                .filter(field -> isNullableRecord(field.schema()))
                .toList();
    }

    private static boolean isNullableRecord(Schema schema) {
        return schema.isUnion()
                && schema.getTypes().size() == 2
                && schema.getTypes().get(0).getType() == Schema.Type.NULL
                && schema.getTypes().get(1).getType() == Schema.Type.RECORD;
    }

    private static void collect(Schema schema, Map<String, Schema> found) {
        switch (schema.getType()) {
            case RECORD -> {
                if (found.putIfAbsent(schema.getFullName(), schema) == null) {
                    schema.getFields().forEach(field -> collect(field.schema(), found));
                }
            }
            case ENUM, FIXED -> found.putIfAbsent(schema.getFullName(), schema);
            case ARRAY -> collect(schema.getElementType(), found);
            case MAP -> collect(schema.getValueType(), found);
            case UNION -> schema.getTypes().forEach(branch -> collect(branch, found));
            default -> {
                // has no parts
            }
        }
    }
}
