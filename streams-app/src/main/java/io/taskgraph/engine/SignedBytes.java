package io.taskgraph.engine;

import io.taskgraph.policy.trust.dsse.Bytes;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.schemas.codec.RecordSignature;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** A record's bytes with the signature that stands beside them: what the engine verifies, live and in replay. */
public final class SignedBytes {
    private SignedBytes() {}

    /**
     * What was signed, byte for byte.
     *
     * @param payloadType see {@link RecordSignature#payloadType}; asked for only if there is a signature
     * @param bytes hold the record's Avro bytes
     * @param from where they begin
     * @param length how many they are
     * @param signatures the texts of all headers that hold a signature
     * @return null: it is not signed
     */
    public static Envelope of(
            Supplier<String> payloadType, byte[] bytes, int from, int length, List<String> signatures) {
        RecordSignature signature = RecordSignature.of(signatures);
        return signature == null
                ? null
                : new Envelope(
                        payloadType.get(),
                        Bytes.of(Arrays.copyOfRange(bytes, from, from + length)),
                        List.of(new Envelope.Sig(signature.keyId(), Bytes.of(signature.bytes()))));
    }
}
