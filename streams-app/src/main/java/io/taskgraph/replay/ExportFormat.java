package io.taskgraph.replay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The form of an export's files: Avro object containers whose records wrap the original ones. The wrapped bytes are those
 * that were written then, so that hashes over them hold; any Avro tool reads them.
 */
final class ExportFormat {
    /** Version of files and manifest. */
    static final int VERSION = 1;

    static final String MANIFEST = "manifest.json";

    /** How much is read and written at once, in bytes. */
    static final int BLOCK_BYTES = 64 * 1024;

    private static final String NAMESPACE = "io.taskgraph.export";

    private static final Schema HEADER = Schema.createRecord(
            "Header",
            "A header of a record.",
            NAMESPACE,
            false,
            List.of(
                    field("name", "Its name.", Schema.Type.STRING),
                    new Schema.Field("value", Schema.create(Schema.Type.BYTES), "Its value.")));

    private ExportFormat() {}

    /** The schema of a file that holds records of that schema. */
    static Schema wrapping(Schema value) {
        return Schema.createRecord(
                "Exported",
                "A record as it stood on its topic.",
                NAMESPACE,
                false,
                List.of(
                        field("number", "Its number in this file, from 0.", Schema.Type.LONG),
                        field("offset", "Its offset in its partition.", Schema.Type.LONG),
                        field("timestamp", "Its timestamp, in milliseconds since the epoch.", Schema.Type.LONG),
                        new Schema.Field(
                                "headers",
                                Schema.createArray(HEADER),
                                "Headers that say more about it than it does itself, in their order."),
                        field("length", "Length of value in Avro binary, in bytes.", Schema.Type.INT),
                        field(
                                "check",
                                "CRC-32C over all other fields, to find what is damaged; the proof is the hash chain"
                                        + " and the manifest's SHA-256.",
                                Schema.Type.INT),
                        new Schema.Field("value", value, "The record, in the bytes that it was written in.")));
    }

    /** The schema of what a file's records wrap. */
    static Schema wrapped(Schema file) {
        Schema.Field value = file.getField("value");
        if (value == null || !file.getName().equals("Exported")) {
            throw new IllegalArgumentException("it holds " + file.getFullName() + ", not exported records");
        }
        return value.schema();
    }

    private static Schema.Field field(String name, String doc, Schema.Type type) {
        return new Schema.Field(name, Schema.create(type), doc);
    }

    /** @param sum of this thread */
    static int check(
            CRC32C sum, long number, long offset, long timestamp, Headers headers, byte[] bytes, int from, int length) {
        sum.reset();
        ByteBuffer head =
                ByteBuffer.allocate(24).putLong(number).putLong(offset).putLong(timestamp);
        sum.update(head.array(), 0, 24);
        if (headers != null) {
            for (Header h : headers) {
                sum.update(h.key().getBytes(StandardCharsets.UTF_8));
                sum.update(h.value());
            }
        }
        sum.update(bytes, from, length);
        return (int) sum.getValue();
    }
}
