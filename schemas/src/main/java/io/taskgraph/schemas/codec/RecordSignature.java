package io.taskgraph.schemas.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * A signature of one record, beside it in a header ({@code tg-signature}). Signed is DSSE's pre-authentication encoding
 * (secure-systems-lab/dsse, version 1) over the record's Avro bytes as they stand, without the wire format's header, and
 * a payload type that names the record's kind and the schema that the bytes are written with: nothing is serialized again,
 * and the bytes cannot be passed off as another schema's.
 *
 * @param keyId the fingerprint of the key: {@code sha256:} and 64 hexadecimal digits of the SHA-256 of its
 *     SubjectPublicKeyInfo; a hint, which nobody signed
 * @param bytes the signature: 64 bytes of Ed25519
 */
public record RecordSignature(String keyId, byte[] bytes) {
    private static final Pattern TEXT = Pattern.compile("(sha256:[0-9a-f]{64}) ([A-Za-z0-9+/]{1,120}={0,2})");

    /**
     * What several signatures are read as, or one that is not of the form: one that no key has made.
     */
    public static final RecordSignature BROKEN = new RecordSignature("", new byte[0]);

    /** As the header has it: the key's fingerprint, a blank, the signature in base64. */
    public String text() {
        return keyId + " " + Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * The signature of a record.
     *
     * @param headers the texts of all headers of that name
     * @return null where there is none; {@link #BROKEN} where there are several, or one that is not of the form
     */
    public static RecordSignature of(List<String> headers) {
        if (headers.isEmpty()) {
            return null;
        }
        Matcher m = TEXT.matcher(headers.get(0));
        if (headers.size() > 1 || !m.matches()) {
            return BROKEN;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(m.group(2));
            // One form alone: no bit of the text can be changed unnoticed.
            boolean strict = Base64.getEncoder().encodeToString(bytes).equals(m.group(2));
            return strict ? new RecordSignature(m.group(1), bytes) : BROKEN;
        } catch (IllegalArgumentException e) {
            return BROKEN;
        }
    }

    /**
     * The payload type of records of that schema: {@code application/vnd.taskgraph.directive+avro;schema=…} with the
     * SHA-256 of the schema's parsing canonical form (Avro specification), which documentation and defaults are no part
     * of. Costs some schema work: keep it.
     */
    public static String payloadType(Schema schema) {
        byte[] form = SchemaNormalization.toParsingForm(schema).getBytes(UTF_8);
        return "application/vnd.taskgraph." + schema.getName().toLowerCase(Locale.ROOT) + "+avro;schema="
                + HexFormat.of().formatHex(Digests.sha256(form, 0, form.length));
    }

    /**
     * The bytes that are signed.
     *
     * @param payloadType see {@link #payloadType}
     * @param record holds the record's Avro bytes, from {@code from} to its end
     */
    public static byte[] signed(String payloadType, byte[] record, int from) {
        byte[] type = payloadType.getBytes(UTF_8);
        int length = record.length - from;
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + type.length + 40);
        out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(US_ASCII));
        out.writeBytes(type);
        out.writeBytes((" " + length + " ").getBytes(US_ASCII));
        out.write(record, from, length);
        return out.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordSignature that && keyId.equals(that.keyId) && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * keyId.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return text();
    }
}
