package io.taskgraph.engine;

import io.taskgraph.avro.Decision;
import io.taskgraph.schemas.codec.RecordCodec;

/** Gives a decision's bytes as they stand on the log. The hash chain covers the Avro bytes, not the header before them. */
public interface DecisionEncoder {
    /** The decision's bytes, with a header of {@link #headerBytes} bytes. */
    byte[] encode(Decision d);

    /** Length of the header, in bytes. */
    int headerBytes();

    /** Avro bytes without any header, for where there is no registry. */
    DecisionEncoder PLAIN = new DecisionEncoder() {
        private static final RecordCodec<Decision> CODEC = RecordCodec.of(Decision.class);

        @Override
        public byte[] encode(Decision d) {
            return CODEC.encode(d);
        }

        @Override
        public int headerBytes() {
            return 0;
        }
    };
}
