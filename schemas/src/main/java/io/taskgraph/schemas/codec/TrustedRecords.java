package io.taskgraph.schemas.codec;

import io.taskgraph.avro.Decision;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro that it may make instances of our generated classes. Since 1.12.2 Avro refuses every class that it was not
 * told to trust, already when a builder fills in a default, so this has to happen before the first of them is used,
 * whoever uses it. Avro loads factories of logical types (from {@code META-INF/services}) when it first parses a schema,
 * which every generated class does as it is loaded: hence this one, which stands for no logical type at all. Who shades
 * our classes into another jar must merge the service files.
 */
public final class TrustedRecords implements LogicalTypes.LogicalTypeFactory {
    private static final String PACKAGE = Decision.class.getPackageName();

    static {
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), type -> type.getPackageName()
                        .equals(PACKAGE)));
    }

    /** For Avro's service loader. */
    public TrustedRecords() {}

    /** No schema has this logical type. */
    @Override
    public LogicalType fromSchema(Schema schema) {
        return null;
    }

    @Override
    public String getTypeName() {
        return "taskgraph-trusted-records";
    }
}
