package io.taskgraph.replay;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.specific.SpecificRecord;

/**
 * The first field in which two records of one kind part.
 *
 * @param field its path: {@code facts[2].taskStarted.workerId}
 * @param one its value in the first
 * @param other its value in the second
 */
record RecordDifference(String field, String one, String other) {
    private static final int SHOWN = 300;

    /** Null if they are equal. */
    static RecordDifference of(SpecificRecord one, SpecificRecord other) {
        return ofRecords("", one, other);
    }

    private static RecordDifference ofRecords(String path, SpecificRecord one, SpecificRecord other) {
        for (Schema.Field f : one.getSchema().getFields()) {
            RecordDifference d =
                    ofValues(path.isEmpty() ? f.name() : path + "." + f.name(), one.get(f.pos()), other.get(f.pos()));
            if (d != null) {
                return d;
            }
        }
        return null;
    }

    private static RecordDifference ofValues(String path, Object one, Object other) {
        if (Objects.equals(one, other)) {
            return null;
        }
        if (one instanceof SpecificRecord a
                && other instanceof SpecificRecord b
                && a.getSchema().equals(b.getSchema())) {
            return ofRecords(path, a, b);
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                RecordDifference d = ofValues(path + "[" + i + "]", a.get(i), b.get(i));
                if (d != null) {
                    return d;
                }
            }
            int at = Math.min(a.size(), b.size());
            return new RecordDifference(
                    path + "[" + at + "]",
                    shown(at < a.size() ? a.get(at) : null),
                    shown(at < b.size() ? b.get(at) : null));
        }
        return new RecordDifference(path, shown(one), shown(other));
    }

    private static String shown(Object value) {
        if (value == null) {
            return "absent";
        }
        if (value instanceof GenericFixed f) {
            return java.util.HexFormat.of().formatHex(f.bytes());
        }
        if (value instanceof SpecificRecord r && hasOneField(r)) {
            return shown(Arrays.stream(fields(r))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow());
        }
        String text = value instanceof SpecificRecord r ? r.getSchema().getName() + " " + r : String.valueOf(value);
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    /** One of several kinds is a record of which all but one field is null. */
    private static boolean hasOneField(SpecificRecord r) {
        Object[] fields = fields(r);
        return fields.length > 1
                && Arrays.stream(fields).filter(Objects::nonNull).count() == 1;
    }

    private static Object[] fields(SpecificRecord r) {
        return r.getSchema().getFields().stream().map(f -> r.get(f.pos())).toArray();
    }
}
