package io.taskgraph.policy.trust.dsse;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.TestKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    private static final TestKey RFC = TestKey.ofSeed(
            "A", HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));

    private final List<JsonProblem> problems = new ArrayList<>();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The example of DSSE's protocol, and lengths in bytes, not characters. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "http://example.com/HelloWorld|hello world|DSSEv1 29 http://example.com/HelloWorld 11 hello world",
                "exämple|ü|DSSEv1 8 exämple 2 ü",
                "t||DSSEv1 1 t 0 "
            })
    void whatIsSignedSaysTypeAndBodyWithTheirLengths(String type, String body, String signed) {
        byte[] payload = body == null ? new byte[0] : utf8(body);
        assertThat(new String(Envelope.unsigned(type, payload).signed(), StandardCharsets.UTF_8))
                .isEqualTo(signed);
    }

    /** A signature that another implementation made with RFC 8032's first key. */
    @Test
    void anotherImplementationsSignatureVerifies() {
        Envelope envelope = Envelope.read(utf8("""
                        {"payload": "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==",
                         "payloadType": "application/vnd.in-toto+json",
                         "extra": {"ignored": true},
                         "signatures": [{"keyid": "A", "cert": "ignored",
                           "sig": "2WAfaHm5jluo0w-0rk8uVkluELJYWjSmU9x7EUzx-AyteDGJ4_nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA=="}]}
                        """), problems).orElseThrow();
        assertThat(problems).isEmpty();
        assertThat(new String(envelope.payload().toArray(), StandardCharsets.UTF_8))
                .isEqualTo("{\"_type\":\"https://in-toto.io/Statement/v1\"}");
        assertThat(RFC.publicKey()
                        .verifies(
                                envelope.signed(), envelope.signatures().get(0).bytes()))
                .isTrue();
        assertThat(Envelope.unsigned(Envelope.STATEMENT_TYPE, envelope.payload().toArray())
                        .signedBy("A", RFC.signing()))
                .isEqualTo(envelope);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Envelope envelope = Envelope.unsigned("application/x ü", new byte[] {0, 1, 2, -1})
                .signedBy("a", TestKey.of("ann").signing())
                .signedBy("", TestKey.of("bob").signing());
        assertThat(Envelope.read(utf8(envelope.json()), problems)).contains(envelope);
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | an envelope must be an object, not a list",
                "{\"payload\": \"\", \"signatures\": []} | the field payloadType is missing; add it",
                "{\"payloadType\": \"\", \"payload\": \"\", \"signatures\": []} | /payloadType: payloadType must have 1 to 256 characters",
                "{\"payloadType\": \"t\", \"signatures\": []} | the field payload is missing; add it",
                "{\"payloadType\": \"t\", \"payload\": \"\"} | the field signatures is missing; add it",
                "{\"payloadType\": \"t\", \"payload\": \"\", \"signatures\": {}} | /signatures: signatures must be a list, not an object",
                "{\"payloadType\": \"t\", \"payload\": \"\", \"signatures\": [{}]} | /signatures/0: the field sig is missing; add it",
                "{\"payloadType\": \"t\", \"payload\": \"\", \"signatures\": [{\"sig\": 1}]} | /signatures/0/sig: sig must be a text, not 1",
                "{\"payloadType\": \"t\", \"payload\": \"\", \"payload\": \"QQ==\", \"signatures\": []} | /payload: the name is given twice; give it once",
                "{\"payloadType\": \"t\", \"payload\": \"\", \"signatures\": [{\"sig\": \"\", \"keyid\": null}]} | /signatures/0/keyid: keyid must be a text, not null"
            })
    void brokenEnvelopesAreRefusedWithThePlace(String json, String problem) {
        assertThat(Envelope.read(utf8(json), problems)).isEmpty();
        assertThat(problems).extracting(JsonProblem::toString).containsExactly(problem);
    }

    /** Base64 in which one byte could be changed without changing what it says. */
    @ParameterizedTest
    @ValueSource(
            strings = {"QR==", "QQ", "QQ=", "QQ==\\n", " QQ==", "Q=Q=", "QUJ=", "QQ==QQ==", "+_8=", "QQ\\u0000=", "Ä"})
    void base64IsReadInItsOneForm(String text) {
        assertThat(Envelope.read(
                        utf8("{\"payloadType\": \"t\", \"payload\": \"" + text + "\", \"signatures\": []}"), problems))
                .isEmpty();
        assertThat(problems)
                .extracting(JsonProblem::toString)
                .containsExactly("/payload: payload must be base64 with its padding and no stray bits");
    }

    @Test
    void hugeEnvelopesAreRefused() {
        String signatures = "{\"sig\": \"\"}, ".repeat(16) + "{\"sig\": \"\"}";
        Envelope.read(
                utf8("{\"payloadType\": \"t\", \"payload\": \"\", \"signatures\": [" + signatures + "]}"), problems);
        Envelope.read(new byte[Envelope.MOST_BYTES + 1], problems);
        assertThat(problems)
                .extracting(JsonProblem::toString)
                .containsExactly(
                        "/signatures: signatures must have 0 to 16 values, not 17",
                        "it has 786433 bytes, more than the 786432 allowed");
    }

    /** Type, payload, signature, key: with one bit of any of them changed, it does not verify. */
    @Property(tries = 500)
    void nothingChangedByOneBitVerifies(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] payload = new byte[1 + random.nextInt(300)];
        random.nextBytes(payload);
        TestKey key = TestKey.of("key" + random.nextInt(5));
        Envelope envelope = Envelope.unsigned(Envelope.MANIFEST_TYPE, payload).signedBy("", key.signing());
        byte[] signed = envelope.signed();
        byte[] signature = envelope.signatures().get(0).bytes().toArray();
        assertThat(key.publicKey().verifies(signed, Bytes.of(signature))).isTrue();
        // when
        byte[] other = flipped(signed, random);
        byte[] otherSignature = flipped(signature, random);
        // then
        assertThat(key.publicKey().verifies(other, Bytes.of(signature))).isFalse();
        assertThat(key.publicKey().verifies(signed, Bytes.of(otherSignature))).isFalse();
        byte[] der = key.publicKey().der();
        der[12 + random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
        try {
            assertThat(VerifyingKey.of(der).verifies(signed, Bytes.of(signature)))
                    .isFalse();
        } catch (UnusableKey e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    /** Whatever happens to the file of an envelope: it is refused, or says the same, or none of what it says verifies. */
    @Property(tries = 2_000)
    void noByteOfAFileCanBeChangedSoThatSomethingElseVerifies(@ForAll long seed) {
        Random random = new Random(seed);
        TestKey ann = TestKey.of("ann");
        Envelope envelope = Envelope.unsigned(Envelope.MANIFEST_TYPE, utf8("{\"a\": 1, \"b\": [2, 3]}"))
                .signedBy("ann", ann.signing());
        byte[] file = utf8(envelope.json());
        int at = random.nextInt(file.length);
        byte was = file[at];
        file[at] = (byte) random.nextInt(256);
        Optional<Envelope> read = Envelope.read(file, new ArrayList<>());
        boolean verifies = read.isPresent()
                && read.get().signatures().stream()
                        .anyMatch(s -> ann.publicKey().verifies(read.get().signed(), s.bytes()));
        if (verifies) {
            assertThat(read.get().payloadType()).isEqualTo(envelope.payloadType());
            assertThat(read.get().payload()).isEqualTo(envelope.payload());
            assertThat(read.get().signatures().get(0).bytes())
                    .as("the byte %d, %d", at, was)
                    .isEqualTo(envelope.signatures().get(0).bytes());
        }
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] other = bytes.clone();
        other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
        return other;
    }
}
