package io.taskgraph.schemas.registry;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.codec.WireFormat;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes one topic's values in {@link WireFormat}. It asks the registry once, at the first record, for the schema's id.
 * Safe for any thread. Closing it does not close the registry's connection, which is shared.
 */
public final class RecordSerializer<T extends SpecificRecord> implements Serializer<T> {
    private static final int NOT_ASKED = -1;

    private final SchemaRegistry registry;
    private final Topic<T> topic;
    private final RecordCodec<T> codec;
    private volatile int schemaId = NOT_ASKED;

    RecordSerializer(SchemaRegistry registry, Topic<T> topic, RecordCodec<T> codec) {
        this.registry = registry;
        this.topic = topic;
        this.codec = codec;
    }

    /**
     * The record's bytes.
     *
     * @param ignored the topic; the subject is that of the catalogue's topic, whatever is said here
     * @param record the record; null, a tombstone, stays null
     * @throws IllegalArgumentException if the record is not whole
     * @throws RegistryUnavailableException if the registry does not answer; try again
     * @throws RegistryRefusedException if the registry refuses the schema
     */
    @Override
    public byte[] serialize(String ignored, T record) {
        return record == null ? null : write(record);
    }

    /** The record's bytes. Errors as for {@link #serialize}. */
    public byte[] write(T record) {
        return codec.encodeFramed(schemaId(), record);
    }

    /**
     * The bytes of a record whose Avro payload is known already, from {@link RecordCodec#encode}: who needs the payload
     * for itself, to hash it, need not pay for encoding twice.
     */
    public byte[] frame(byte[] payload) {
        return WireFormat.frame(schemaId(), payload);
    }

    /**
     * Asks the registry now, instead of at the first record: to fail at start rather than later.
     *
     * @return the id that records are written under
     */
    public int schemaId() {
        int id = schemaId;
        if (id == NOT_ASKED) {
            id = registry.idOf(topic);
            schemaId = id;
        }
        return id;
    }
}
