package io.taskgraph.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * A record of which exactly one of several nullable record fields is set, its <em>kind</em>: so a union grows without
 * breaking a reader (docs/adr/0004).
 */
public final class OneOf {
    /** Facts. */
    public static final OneOf FACT = new OneOf(io.taskgraph.avro.Fact.getClassSchema());
    /** Operations of a patch. */
    public static final OneOf OPERATION = new OneOf(io.taskgraph.avro.Operation.getClassSchema());
    /** Reports. */
    public static final OneOf REPORT = new OneOf(io.taskgraph.avro.Report.getClassSchema());
    /** Directives. */
    public static final OneOf DIRECTIVE = new OneOf(io.taskgraph.avro.Directive.getClassSchema());

    private final int[] positions;
    private final Map<String, Integer> byKind = new HashMap<>();

    private OneOf(Schema record) {
        positions = record.getFields().stream()
                .filter(f -> f.schema().isUnion()
                        && f.schema().getTypes().size() == 2
                        && f.schema().getTypes().get(1).getType() == Schema.Type.RECORD)
                .mapToInt(Schema.Field::pos)
                .toArray();
        for (int p : positions) {
            byKind.put(record.getFields().get(p).schema().getTypes().get(1).getFullName(), p);
        }
    }

    /** The one kind that is set, or null if none is (a kind that this version does not know) or more than one. O(kinds). */
    public SpecificRecord kind(SpecificRecord oneOf) {
        // By its class and not its interface: of the forty calls for a fact each is then the cheaper one.
        SpecificRecordBase record = (SpecificRecordBase) oneOf;
        SpecificRecord found = null;
        for (int p : positions) {
            Object kind = record.get(p);
            if (kind != null) {
                if (found != null) {
                    return null;
                }
                found = (SpecificRecord) kind;
            }
        }
        return found;
    }

    /** Sets the field of that kind. */
    void set(SpecificRecord record, SpecificRecord kind) {
        record.put(byKind.get(kind.getSchema().getFullName()), kind);
    }

    /** Full names of the kinds. */
    Set<String> kinds() {
        return Set.copyOf(byKind.keySet());
    }
}
