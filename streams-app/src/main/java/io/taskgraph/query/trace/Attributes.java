package io.taskgraph.query.trace;

import io.taskgraph.avro.Decision;
import io.taskgraph.query.RecordFields;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** What an event of a span is told with: which decision, by whom, and what its record says in plain values. */
final class Attributes {
    /** Longer texts are cut: a trace is to be looked at, the log has the rest. */
    private static final int LONGEST = 512;

    private Attributes() {}

    static Map<String, Object> of(Decision d, SpecificRecord says) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("taskgraph.sequence", d.getSequence());
        attributes.put("taskgraph.family", d.getCause().getFamily());
        put(attributes, "taskgraph.actor", d.getCause().getActor());
        if (d.getCause().getProof() != null) {
            put(attributes, "taskgraph.proved_by", d.getCause().getProof().getFingerprint());
        }
        RecordFields.of(says).forEach((name, value) -> put(attributes, "taskgraph." + name, value));
        return attributes;
    }

    private static void put(Map<String, Object> attributes, String name, Object value) {
        if (value instanceof String text && !text.isEmpty()) {
            attributes.put(name, cut(text));
        } else if (value instanceof Number n) {
            attributes.put(name, n.longValue());
        } else if (value instanceof Boolean truth) {
            attributes.put(name, truth);
        } else if (value instanceof Map<?, ?> nested) {
            nested.forEach((key, one) -> put(attributes, name + "." + key, one));
        }
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }

    /** The value of a record's field; null: it has none, or it is not set. */
    static Object field(SpecificRecord record, String name) {
        Schema.Field field = record.getSchema().getField(name);
        return field == null ? null : record.get(field.pos());
    }
}
