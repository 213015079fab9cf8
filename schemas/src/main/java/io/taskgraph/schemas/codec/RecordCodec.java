package io.taskgraph.schemas.codec;

import java.io.IOException;
import org.apache.avro.Conversion;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * One kind of record to Avro binary and back. Equal records give equal bytes: map entries are written in the order of
 * their keys. Safe for any thread; keeps a small buffer for each thread that uses it.
 */
public final class RecordCodec<T extends SpecificRecord> {
    private final Class<T> type;
    private final Schema schema;
    private final SpecificData model;
    private final ValueWriter writer;
    private final ValueReader ours;
    private final Reader<T> reader;

    private RecordCodec(Class<T> type) {
        this.type = type;
        this.schema = SpecificData.get().getSchema(type);
        this.model = new SpecificData(type.getClassLoader());
        Conversion<?> timestamps = new TimeConversions.TimestampMillisConversion();
        model.addLogicalTypeConversion(timestamps);
        this.writer = ValueWriter.of(schema);
        this.ours = ValueReader.of(schema);
        this.reader = readerOf(schema);
    }

    /** The codec of that generated class. Costs some schema work: keep it. */
    public static <T extends SpecificRecord> RecordCodec<T> of(Class<T> type) {
        return new RecordCodec<>(type);
    }

    /** The schema that it writes with, and reads into. */
    public Schema schema() {
        return schema;
    }

    /**
     * The record in Avro binary, without any header.
     *
     * @throws IllegalArgumentException if the record is not whole: a field without default that was never set. The
     *     message names the field
     */
    public byte[] encode(T record) {
        ByteSink sink = write(record, false, 0);
        return sink.toByteArray();
    }

    /** The record in {@link WireFormat}, under that schema id. Errors as for {@link #encode}. */
    public byte[] encodeFramed(int schemaId, T record) {
        ByteSink sink = write(record, true, schemaId);
        return sink.toByteArray();
    }

    /**
     * Reads Avro binary that was written with {@link #schema}.
     *
     * @throws UnreadableRecordException of kind {@code UNDECODABLE}
     */
    public T decode(byte[] payload) {
        return reader.read(payload, 0, payload.length);
    }

    /**
     * A reader of records that were written with another version of the schema. Costs some schema work: keep it by the
     * schema's id. It is safe for any thread.
     *
     * @throws UnreadableRecordException of kind {@code UNDECODABLE}, if that schema cannot be read as this record
     */
    public Reader<T> readerOf(Schema writersSchema) {
        boolean same =
                SchemaNormalization.toParsingForm(writersSchema).equals(SchemaNormalization.toParsingForm(schema));
        return new Reader<>(
                type, same ? ours : null, same ? null : new SpecificDatumReader<>(writersSchema, schema, model));
    }

    private ByteSink write(T record, boolean framed, int schemaId) {
        Buffers buffers = Buffers.OF_THREAD.get();
        ByteSink sink = buffers.sink;
        sink.reset();
        if (framed) {
            sink.write(WireFormat.MAGIC);
            sink.write(schemaId >>> 24);
            sink.write(schemaId >>> 16);
            sink.write(schemaId >>> 8);
            sink.write(schemaId);
        }
        buffers.encoder = EncoderFactory.get().binaryEncoder(sink, buffers.encoder);
        try {
            writer.write(record, buffers.encoder);
            buffers.encoder.flush();
        } catch (IOException | RuntimeException e) {
            buffers.encoder = null;
            throw new IllegalArgumentException(
                    "The " + type.getSimpleName() + " cannot be written: " + e.getMessage(), e);
        }
        return sink;
    }

    /** Reads one version of a record. */
    public static final class Reader<T extends SpecificRecord> {
        private final Class<T> type;
        private final ValueReader same;
        private final SpecificDatumReader<T> datums;

        /**
         * One of the two.
         *
         * @param same reads what was written with our own schema
         * @param datums resolves another version to ours
         */
        private Reader(Class<T> type, ValueReader same, SpecificDatumReader<T> datums) {
            this.type = type;
            this.same = same;
            this.datums = datums;
        }

        /**
         * Reads the whole range as one record.
         *
         * @throws UnreadableRecordException of kind {@code UNDECODABLE}, also if bytes are left over
         */
        public T read(byte[] bytes, int offset, int length) {
            Buffers buffers = Buffers.OF_THREAD.get();
            try {
                T record;
                boolean atEnd;
                if (same != null) {
                    ByteSource in = new ByteSource(bytes, offset, length);
                    record = type.cast(same.read(in));
                    atEnd = in.isAtEnd();
                } else {
                    buffers.decoder = DecoderFactory.get().binaryDecoder(bytes, offset, length, buffers.decoder);
                    record = datums.read(null, buffers.decoder);
                    atEnd = buffers.decoder.isEnd();
                }
                if (!atEnd) {
                    throw new UnreadableRecordException(
                            UnreadableRecordException.Kind.UNDECODABLE,
                            "The bytes are not one " + type.getSimpleName() + ": some are left over at its end.");
                }
                return record;
            } catch (UnreadableRecordException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                // Avro answers broken bytes with many kinds of exception (index out of bounds, class cast, negative
                // array size): whatever it is, these bytes are not this record.
                buffers.decoder = null;
                throw new UnreadableRecordException(
                        UnreadableRecordException.Kind.UNDECODABLE,
                        "The bytes are not a " + type.getSimpleName() + ": "
                                + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                        e);
            }
        }
    }

    /** What a thread keeps between records. */
    private static final class Buffers {
        static final ThreadLocal<Buffers> OF_THREAD = ThreadLocal.withInitial(Buffers::new);

        final ByteSink sink = new ByteSink();
        BinaryEncoder encoder;
        BinaryDecoder decoder;
    }
}
