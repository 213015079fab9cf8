package io.taskgraph.schemas.codec;

import java.nio.ByteBuffer;

/** Confluent's wire format: one zero byte, the schema's id in four bytes (big-endian), then the record in Avro binary. */
public final class WireFormat {
    /** The first byte of every record. */
    public static final byte MAGIC = 0;

    /** How many bytes stand before the Avro payload. */
    public static final int HEADER_BYTES = 5;

    private WireFormat() {}

    /**
     * The id of the schema that a record was written with.
     *
     * @throws UnreadableRecordException of kind {@code NOT_FRAMED}, if the bytes are not of this format
     */
    public static int schemaId(byte[] record) {
        if (record.length < HEADER_BYTES) {
            throw new UnreadableRecordException(
                    UnreadableRecordException.Kind.NOT_FRAMED,
                    "The record has " + record.length
                            + " bytes, too few for a schema id: write it with a Confluent-compatible Avro serializer.");
        }
        if (record[0] != MAGIC) {
            throw new UnreadableRecordException(
                    UnreadableRecordException.Kind.NOT_FRAMED,
                    "The record begins with byte " + (record[0] & 0xff)
                            + ", not with 0: write it with a Confluent-compatible Avro serializer.");
        }
        return (record[1] & 0xff) << 24 | (record[2] & 0xff) << 16 | (record[3] & 0xff) << 8 | record[4] & 0xff;
    }

    /**
     * The Avro payload of a record: a view of what follows the header. The hash chain of decisions covers these bytes.
     *
     * @throws UnreadableRecordException of kind {@code NOT_FRAMED}, if the bytes are not of this format
     */
    public static ByteBuffer payload(byte[] record) {
        schemaId(record);
        return ByteBuffer.wrap(record, HEADER_BYTES, record.length - HEADER_BYTES)
                .slice()
                .asReadOnlyBuffer();
    }

    /** A record of that schema id and payload. Copies the payload. */
    public static byte[] frame(int schemaId, byte[] payload) {
        byte[] record = new byte[HEADER_BYTES + payload.length];
        record[0] = MAGIC;
        record[1] = (byte) (schemaId >>> 24);
        record[2] = (byte) (schemaId >>> 16);
        record[3] = (byte) (schemaId >>> 8);
        record[4] = (byte) schemaId;
        System.arraycopy(payload, 0, record, HEADER_BYTES, payload.length);
        return record;
    }
}
