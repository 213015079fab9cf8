package io.taskgraph.schemas.codec;

import org.apache.avro.Schema;

/**
 * A schema as others get to see it: whole in one document, with its docs, and without the property by which Avro's code
 * generator notes which Java class a string becomes. That one is nobody else's business.
 */
public final class PublishedSchema {
    private PublishedSchema() {}

    /** The published form of a generated class's schema. Parses it anew each time. */
    public static Schema of(Schema generated) {
        String json = generated
                .toString()
                .replace(",\"avro.java.string\":\"String\"", "")
                .replace("{\"type\":\"string\"}", "\"string\"");
        if (json.contains("avro.java.string")) {
            throw new IllegalStateException("The schema of " + generated.getFullName()
                    + " notes its Java strings in a way that is not known here: " + json);
        }
        return new Schema.Parser().parse(json);
    }
}
