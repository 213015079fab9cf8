package io.taskgraph.policy.trust.use;

import static io.taskgraph.policy.trust.use.TrustCase.ANN;
import static io.taskgraph.policy.trust.use.TrustCase.BOB;
import static io.taskgraph.policy.trust.use.TrustCase.CI;
import static io.taskgraph.policy.trust.use.TrustCase.MALLORY;
import static io.taskgraph.policy.trust.use.TrustCase.attested;
import static io.taskgraph.policy.trust.use.TrustCase.policy;
import static io.taskgraph.policy.trust.use.TrustCase.signed;
import static io.taskgraph.policy.trust.use.TrustCase.verification;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TestKey;
import io.taskgraph.policy.trust.attest.StatementText;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.manifest.ManifestText;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.use.SignatureCheck.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private static final Policy POLICY = policy(TrustCase.TRUST);
    private static final ManifestText MANIFEST = ManifestText.of("x", "1.0.0");

    private static SignatureCheck check(String keyid, Outcome outcome, TestKey key) {
        return new SignatureCheck(
                keyid, outcome, Optional.ofNullable(key).map(k -> k.publicKey().fingerprint()));
    }

    @Test
    void whoSignedWhatIsToldAsAValue() {
        // given
        byte[] statement = StatementText.testResult("a.zip", "PASSED");
        // when
        Verification v = verification(POLICY, signed(MANIFEST, ANN, BOB), attested(statement, CI));
        // then
        assertThat(v.digest()).contains(Digest.of(MANIFEST.bytes()));
        assertThat(v.manifest()).contains(MANIFEST.manifest());
        assertThat(v.envelopeProblems()).isEmpty();
        assertThat(v.manifestProblems()).isEmpty();
        assertThat(v.signatures()).containsExactly(check("ann", Outcome.VALID, ANN), check("bob", Outcome.VALID, BOB));
        assertThat(v.attestations()).hasSize(1);
        assertThat(v.attestations().get(0).signedBy())
                .containsExactly(CI.publicKey().fingerprint());
        // and it is the same value when it is made again
        assertThat(verification(POLICY, signed(MANIFEST, ANN, BOB), attested(statement, CI)))
                .isEqualTo(v);
    }

    @Test
    void aHintMayBeTheNameTheFingerprintTheToolsOwnOrNone() {
        // given
        Envelope envelope = Envelope.unsigned(Envelope.MANIFEST_TYPE, MANIFEST.bytes());
        for (String hint : List.of(
                "bob",
                "bobs-tool",
                BOB.publicKey().fingerprint().toString(),
                BOB.publicKey().fingerprint().hex(),
                "")) {
            // when
            Verification v = verification(
                    POLICY, envelope.signedBy(hint, BOB.signing()).json().getBytes(StandardCharsets.UTF_8));
            // then
            assertThat(v.signatures()).containsExactly(check(hint, Outcome.VALID, BOB));
        }
    }

    @Test
    void signaturesThatDoNotCountAreToldApart() {
        // given
        byte[] envelope = Envelope.unsigned(Envelope.MANIFEST_TYPE, MANIFEST.bytes())
                .signedBy("ann", ANN.signing())
                .signedBy("ann", ANN.signing())
                .signedBy("", ANN.signing())
                .signedBy("bob", MALLORY.signing())
                .signedBy("mallory", MALLORY.signing())
                .signedBy("", MALLORY.signing())
                .json()
                .getBytes(StandardCharsets.UTF_8);
        // then
        assertThat(verification(POLICY, envelope).signatures())
                .containsExactly(
                        check("ann", Outcome.VALID, ANN),
                        check("ann", Outcome.REPEATED, ANN),
                        check("", Outcome.REPEATED, ANN),
                        check("bob", Outcome.WRONG, null),
                        check("mallory", Outcome.UNKNOWN_KEY, null),
                        check("", Outcome.WRONG, null));
        assertThat(verification(POLICY, envelope).signedBy())
                .containsExactly(ANN.publicKey().fingerprint());
    }

    @Test
    void whatWasSignedAsSomethingElseIsNoManifest() {
        // given a manifest signed as a statement, a statement signed as a manifest, and a type that only looks the same
        byte[] asStatement = signed(Envelope.STATEMENT_TYPE, MANIFEST.bytes(), ANN, BOB);
        byte[] relabelled = new String(asStatement, StandardCharsets.UTF_8)
                .replace(Envelope.STATEMENT_TYPE, Envelope.MANIFEST_TYPE)
                .getBytes(StandardCharsets.UTF_8);
        byte[] statement = StatementText.testResult("a.zip", "PASSED");
        // then
        assertThat(verification(POLICY, asStatement).envelopeProblems())
                .containsExactly("the envelope's payload type must be " + Envelope.MANIFEST_TYPE + ", not \""
                        + Envelope.STATEMENT_TYPE + "\"");
        assertThat(verification(POLICY, relabelled).signatures())
                .extracting(SignatureCheck::outcome)
                .containsExactly(Outcome.WRONG, Outcome.WRONG);
        assertThat(verification(POLICY, signed(MANIFEST, ANN), signed(Envelope.MANIFEST_TYPE, statement, CI))
                        .attestations())
                .containsExactly(new AttestationCheck(
                        Optional.empty(),
                        List.of("the envelope's payload type must be " + Envelope.STATEMENT_TYPE + ", not \""
                                + Envelope.MANIFEST_TYPE + "\""),
                        List.of()));
        assertThat(verification(POLICY, signed(Envelope.MANIFEST_TYPE + " ", MANIFEST.bytes(), ANN))
                        .manifest())
                .isEmpty();
    }

    @Test
    void nothingThatIsSentIsTooOddForAnAnswer() {
        for (String bytes : List.of("", "{", "[]", "{\"payloadType\": 1}", "\u0000", "null")) {
            Verification v = verification(POLICY, bytes.getBytes(StandardCharsets.UTF_8), new byte[0]);
            assertThat(v.envelopeProblems()).isNotEmpty();
            assertThat(v.manifest()).isEmpty();
            assertThat(v.digest()).isEmpty();
        }
        Verification v = verification(POLICY, signed(Envelope.MANIFEST_TYPE, new byte[0], ANN));
        assertThat(v.manifestProblems()).containsExactly("it is empty");
        assertThat(v.signedBy()).hasSize(1);
        assertThat(Verifier.verify(
                                signed(MANIFEST, ANN),
                                new ArrayList<>(Collections.nCopies(1_000, new byte[0])),
                                List.of())
                        .attestations())
                .hasSize(Verifier.MOST_ATTESTATIONS);
    }

    @Test
    void anEnvelopeWithoutHintsCostsABoundedNumberOfTries() {
        // given
        List<TrustKey> keys = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            keys.add(TestKey.of("k" + i).trusted());
        }
        Envelope envelope = Envelope.unsigned(Envelope.MANIFEST_TYPE, MANIFEST.bytes());
        byte[] late = envelope.signedBy("", TestKey.of("k69").signing()).json().getBytes(StandardCharsets.UTF_8);
        byte[] hinted =
                envelope.signedBy("k69", TestKey.of("k69").signing()).json().getBytes(StandardCharsets.UTF_8);
        // then
        assertThat(Verifier.verify(late, List.of(), keys).signatures())
                .containsExactly(check("", Outcome.NOT_TRIED, null));
        assertThat(Verifier.verify(hinted, List.of(), keys).signedBy()).hasSize(1);
    }

    /** Whatever single byte of the file is changed: nobody is said to have signed anything but what they did sign. */
    @Property(tries = 300)
    void noChangedByteMakesAnybodySignSomethingElse(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] file = signed(MANIFEST, ANN, BOB);
        Verification before = verification(POLICY, file);
        file[random.nextInt(file.length)] ^= (byte) (1 + random.nextInt(255));
        Verification after = verification(POLICY, file);
        if (!after.signedBy().isEmpty()) {
            assertThat(after.digest()).isEqualTo(before.digest());
            assertThat(after.manifest()).isEqualTo(before.manifest());
        }
        assertThat(before.signedBy()).containsAll(after.signedBy());
    }
}
