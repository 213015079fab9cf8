package io.taskgraph.engine;

import io.taskgraph.avro.Decision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** Gives a decision's bytes as they stand on the log. The hash chain covers the Avro bytes, not the header before them. */
public interface DecisionEncoder {
    /** The decision's bytes, with a header of {@link #headerBytes} bytes. */
    byte[] encode(Decision d);

    /** Length of the header, in bytes. */
    int headerBytes();

    /** The Avro bytes alone, as {@link #encode} would give them. */
    default byte[] payload(Decision d) {
        return PLAIN.encode(d);
    }

    /** Avro bytes without any header, for where there is no registry. */
    DecisionEncoder PLAIN = new DecisionEncoder() {
        private static final SpecificDatumWriter<Decision> WRITER = new SpecificDatumWriter<>(Decision.class);

        @Override
        public byte[] encode(Decision d) {
            try {
                ByteArrayOutputStream out = new ByteArrayOutputStream(512);
                BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
                WRITER.write(d, encoder);
                encoder.flush();
                return out.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int headerBytes() {
            return 0;
        }
    };
}
