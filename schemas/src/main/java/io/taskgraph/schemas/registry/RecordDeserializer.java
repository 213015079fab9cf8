package io.taskgraph.schemas.registry;

import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.codec.RecordSignature;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.codec.WireFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads one kind of record from {@link WireFormat}, whatever version of its schema it was written with. It asks the
 * registry once for each schema id. Safe for any thread. Closing it does not close the registry's connection.
 */
public final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    private final SchemaRegistry registry;
    private final RecordCodec<T> codec;
    private final Map<Integer, RecordCodec.Reader<T>> readers = new ConcurrentHashMap<>();
    private final Map<Integer, String> payloadTypes = new ConcurrentHashMap<>();

    RecordDeserializer(SchemaRegistry registry, RecordCodec<T> codec) {
        this.registry = registry;
        this.codec = codec;
    }

    /**
     * The record.
     *
     * @param ignored the topic
     * @param bytes its bytes; null, a tombstone, stays null
     * @throws UnreadableRecordException if the bytes can never be read
     * @throws RegistryUnavailableException if the registry does not answer: try again, the record may be good
     * @throws RegistryRefusedException if the registry does not let us ask
     */
    @Override
    public T deserialize(String ignored, byte[] bytes) {
        return bytes == null ? null : read(bytes);
    }

    /** The record of those bytes, not null. Errors as for {@link #deserialize}. */
    public T read(byte[] bytes) {
        int id = WireFormat.schemaId(bytes);
        RecordCodec.Reader<T> reader = readers.get(id);
        if (reader == null) {
            reader = readerOf(id);
        }
        return reader.read(bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES);
    }

    /**
     * The payload type that a signature of those bytes has signed with them, see {@link RecordSignature#payloadType}.
     * Errors as for {@link #deserialize}.
     */
    public String payloadType(byte[] bytes) {
        int id = WireFormat.schemaId(bytes);
        String type = payloadTypes.get(id);
        if (type == null) {
            type = RecordSignature.payloadType(registry.schemaOf(id));
            payloadTypes.put(id, type);
        }
        return type;
    }

    private RecordCodec.Reader<T> readerOf(int id) {
        Schema writersSchema = registry.schemaOf(id);
        if (!writersSchema.getFullName().equals(codec.schema().getFullName())) {
            throw new UnreadableRecordException(
                    UnreadableRecordException.Kind.UNDECODABLE,
                    "The record is a " + writersSchema.getFullName() + " (schema id " + id + "), but a "
                            + codec.schema().getFullName() + " belongs here.");
        }
        RecordCodec.Reader<T> reader = codec.readerOf(writersSchema);
        readers.put(id, reader);
        return reader;
    }
}
