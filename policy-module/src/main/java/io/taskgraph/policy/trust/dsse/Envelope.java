package io.taskgraph.policy.trust.dsse;

import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.json.JsonFields;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.json.JsonReader;
import io.taskgraph.policy.json.JsonWriter;
import io.taskgraph.policy.trust.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A DSSE envelope (secure-systems-lab/dsse, version 1): bytes of some type, and signatures of both.
 *
 * @param payloadType what the payload is; signed with it
 * @param payload what was signed, byte for byte; nothing is ever serialized again
 * @param signatures in the order of the envelope; possibly none
 */
public record Envelope(String payloadType, Bytes payload, List<Sig> signatures) {
    /** The type of a manifest. */
    public static final String MANIFEST_TYPE = "application/vnd.taskgraph.manifest.v1+json";

    /** The type of an in-toto statement. */
    public static final String STATEMENT_TYPE = "application/vnd.in-toto+json";

    /** The most bytes of an envelope. */
    public static final int MOST_BYTES = 768 * 1024;

    /** The most signatures of an envelope. */
    public static final int MOST_SIGNATURES = 16;

    private static final int LONGEST_TYPE = 256;
    private static final int LONGEST_KEYID = 256;

    /**
     * A signature.
     *
     * @param keyid a hint which key made it, which nobody signed; empty: none
     * @param bytes the signature
     */
    public record Sig(String keyid, Bytes bytes) {}

    /** Copies the signatures. */
    public Envelope {
        signatures = List.copyOf(signatures);
    }

    /** Something of a type that nobody has signed. */
    public static Envelope unsigned(String payloadType, byte[] payload) {
        return new Envelope(payloadType, Bytes.of(payload), List.of());
    }

    /**
     * Reads an envelope. Fields that DSSE does not know are ignored, as it asks; names given twice are not.
     *
     * @param json the envelope's bytes
     * @param problems receives what is wrong with it
     * @return the envelope; empty if something is wrong
     */
    public static Optional<Envelope> read(byte[] json, List<JsonProblem> problems) {
        List<JsonProblem> found = new ArrayList<>();
        Optional<Envelope> envelope = JsonReader.read(json, MOST_BYTES, found).map(value -> read(value, found));
        problems.addAll(found);
        return found.isEmpty() ? envelope : Optional.empty();
    }

    private static Envelope read(Json json, List<JsonProblem> problems) {
        JsonFields fields = JsonFields.of(json, "", "an envelope", problems);
        String type = fields.text("payloadType")
                .filter(t -> {
                    boolean fits = !t.isEmpty() && t.length() <= LONGEST_TYPE;
                    if (!fits) {
                        fields.problem("payloadType", "payloadType must have 1 to " + LONGEST_TYPE + " characters");
                    }
                    return fits;
                })
                .orElse("");
        Bytes payload = base64(fields, "payload");
        List<Sig> signatures = new ArrayList<>();
        List<Json> items = fields.list("signatures", 0, MOST_SIGNATURES);
        for (int i = 0; i < items.size(); i++) {
            JsonFields item = JsonFields.of(items.get(i), "/signatures/" + i, "a signature", problems);
            String keyid = item.textIfAny("keyid").orElse("");
            if (keyid.length() > LONGEST_KEYID) {
                item.problem("keyid", "keyid must have at most " + LONGEST_KEYID + " characters");
            }
            signatures.add(new Sig(keyid, base64(item, "sig")));
        }
        return new Envelope(type, payload, signatures);
    }

    private static Bytes base64(JsonFields fields, String key) {
        return fields.text(key)
                .map(text -> {
                    Optional<Bytes> bytes = Bytes.ofBase64(text);
                    if (bytes.isEmpty()) {
                        fields.problem(key, key + " must be base64 with its padding and no stray bits");
                    }
                    return bytes.orElse(null);
                })
                .orElseGet(() -> Bytes.of(new byte[0]));
    }

    /**
     * What its signatures sign: DSSE's pre-authentication encoding of type and payload. Unlike the bytes of some JSON it can
     * be read in one way only, so nothing signed as one type is ever taken for another.
     */
    public byte[] signed() {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length() + type.length + 40);
        out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(type);
        out.writeBytes((" " + payload.length() + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(payload.uncopied());
        return out.toByteArray();
    }

    /** The digest of the payload: what names a version of an extension. */
    public Digest digest() {
        return Digest.of(payload.uncopied());
    }

    /** The same with one signature more. */
    public Envelope signedBy(String keyid, SigningKey key) {
        List<Sig> all = new ArrayList<>(signatures);
        all.add(new Sig(keyid, key.sign(signed())));
        return new Envelope(payloadType, payload, all);
    }

    /** The envelope as JSON. */
    public String json() {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("payloadType", new Json.Text(payloadType));
        members.put("payload", new Json.Text(payload.base64()));
        List<Json> items = new ArrayList<>();
        for (Sig sig : signatures) {
            Map<String, Json> item = new LinkedHashMap<>();
            item.put("keyid", new Json.Text(sig.keyid()));
            item.put("sig", new Json.Text(sig.bytes().base64()));
            items.add(new Json.Obj(item));
        }
        members.put("signatures", new Json.Arr(items));
        return JsonWriter.write(new Json.Obj(members));
    }
}
