package io.taskgraph.policy.trust.use;

import static io.taskgraph.policy.trust.use.TrustCase.ANN;
import static io.taskgraph.policy.trust.use.TrustCase.BOB;
import static io.taskgraph.policy.trust.use.TrustCase.CI;
import static io.taskgraph.policy.trust.use.TrustCase.MALLORY;
import static io.taskgraph.policy.trust.use.TrustCase.NOW;
import static io.taskgraph.policy.trust.use.TrustCase.TRUST;
import static io.taskgraph.policy.trust.use.TrustCase.policy;
import static io.taskgraph.policy.trust.use.TrustCase.signed;
import static io.taskgraph.policy.trust.use.TrustCase.use;
import static io.taskgraph.policy.trust.use.TrustCase.verification;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.manifest.ExtensionKind;
import io.taskgraph.policy.trust.manifest.ManifestText;
import io.taskgraph.policy.trust.manifest.RiskProfile;
import io.taskgraph.policy.trust.manifest.SemanticVersion;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExtensionJudgeTest {
    private static final Policy POLICY = policy(TRUST);
    private static final long END_OF_2026 =
            Timestamps.parse("2027-01-01T00:00:00Z").orElseThrow();

    private static ManifestText text() {
        return ManifestText.of("x", "1.0.0").tool("save", Risk.WRITE);
    }

    private static Finding refusal(UseVerdict verdict) {
        assertThat(verdict.grant()).isEmpty();
        return verdict.refusal().orElseThrow();
    }

    @Test
    void whatIsSignedEnabledAndTrustedIsGrantedUntilTheFirstKeyItNeedsRunsOut() {
        // when
        UseVerdict verdict = use(POLICY, signed(text(), ANN, BOB));
        // then
        assertThat(verdict)
                .isEqualTo(new UseVerdict(
                        List.of(
                                Finding.holds(TrustRule.ENVELOPE, "it holds a manifest"),
                                Finding.holds(TrustRule.MANIFEST, "toolpack x 1.0.0 of acme"),
                                Finding.holds(TrustRule.LIFECYCLE, "it is enabled"),
                                Finding.holds(TrustRule.REVOCATION, "neither it nor an artifact of it was revoked"),
                                Finding.holds(
                                        TrustRule.SIGNATURES,
                                        "signed by ann, bob for the signers acme (2 needed), who confer user"),
                                Finding.holds(TrustRule.PIN, "nothing pins its name"),
                                Finding.holds(TrustRule.ATTESTATIONS, "the policy asks for none"),
                                Finding.holds(
                                        TrustRule.LEVEL,
                                        "it requires untrusted; the agent type has user, the publisher user, both with"
                                                + " what the signatures confer user"),
                                Finding.holds(TrustRule.CAPABILITIES, "it asks for write, which user is given"),
                                Finding.holds(TrustRule.GATING, "trust_gating is on")),
                        TrustLevel.USER,
                        Optional.of(new Grant(
                                "x",
                                new SemanticVersion("1.0.0"),
                                Digest.of(text().bytes()),
                                new TreeMap<>(Map.of("save", Risk.WRITE)),
                                EnumSet.of(Capability.READ, Capability.WRITE),
                                END_OF_2026))));
        assertThat(verdict.findings())
                .extracting(Finding::rule)
                .containsExactlyElementsOf(Arrays.asList(TrustRule.values()));
    }

    @ParameterizedTest
    @EnumSource(Lifecycle.class)
    void onlyWhatIsEnabledIsUsed(Lifecycle state) {
        UseVerdict verdict = ExtensionJudge.use(
                UseQuestion.of("coder", NOW),
                verification(POLICY, signed(text(), ANN, BOB)),
                new Standing(state, Revocations.NONE),
                POLICY);
        assertThat(verdict.isAllowed()).isEqualTo(state == Lifecycle.ENABLED);
        if (state != Lifecycle.ENABLED) {
            assertThat(refusal(verdict).rule()).isEqualTo(TrustRule.LIFECYCLE);
        }
        assertThat(Lifecycle.REVOKED.next()).isEmpty();
    }

    @Test
    void signaturesThatAreMissingDoubledStrangeOrOutOfScopeAreNotEnough() {
        assertThat(refusal(use(POLICY, signed(text()))))
                .isEqualTo(Finding.fails(TrustRule.SIGNATURES, "nobody has signed it"));
        assertThat(refusal(use(POLICY, signed(text(), ANN))))
                .isEqualTo(Finding.fails(TrustRule.SIGNATURES, "the signers acme need 2 of ann, bob and have ann"));
        assertThat(refusal(use(POLICY, signed(text(), ANN, ANN))))
                .isEqualTo(Finding.fails(
                        TrustRule.SIGNATURES,
                        "the signers acme need 2 of ann, bob and have ann; signature 2 is by a key that has signed"
                                + " already"));
        assertThat(refusal(use(POLICY, signed(text(), ANN, MALLORY))))
                .isEqualTo(Finding.fails(
                        TrustRule.SIGNATURES,
                        "the signers acme need 2 of ann, bob and have ann; signature 2 is by the key \"mallory\", which"
                                + " the policy does not know"));
        assertThat(refusal(use(POLICY, signed(text(), ANN, CI))))
                .isEqualTo(Finding.fails(TrustRule.SIGNATURES, "the signers acme need 2 of ann, bob and have ann"));
        assertThat(refusal(use(POLICY, signed(ManifestText.of("y", "1.0.0"), ANN, BOB))))
                .isEqualTo(Finding.fails(
                        TrustRule.SIGNATURES,
                        "the policy names no signers for y of acme; it is out of scope for ann, bob, who signed it"));
        assertThat(refusal(use(POLICY, signed(text().publisher("other"), ANN, BOB)))
                        .detail())
                .startsWith("the policy names no signers for x of other");
        assertThat(refusal(use(Presets.parse("name: t"), signed(text(), ANN, BOB)))
                        .rule())
                .isEqualTo(TrustRule.SIGNATURES);
    }

    @ParameterizedTest
    @CsvSource({
        "2025-12-31T23:59:59.999Z, false",
        "2026-01-01T00:00:00Z, true",
        "2026-12-31T23:59:59.999Z, true",
        "2027-01-01T00:00:00Z, false"
    })
    void aKeyCountsWithinItsDatesAsTheTimeOfTheDecisionHasIt(String now, boolean allowed) {
        UseVerdict verdict = ExtensionJudge.use(
                UseQuestion.of("coder", Timestamps.parse(now).orElseThrow()),
                verification(POLICY, signed(text(), ANN, BOB)),
                new Standing(Lifecycle.ENABLED, Revocations.NONE),
                POLICY);
        assertThat(verdict.isAllowed()).isEqualTo(allowed);
        if (!allowed) {
            assertThat(refusal(verdict).detail())
                    .startsWith("the signers acme need 2 of ann, bob and have ann (the key bob ")
                    .containsAnyOf("is valid only from 2026-01-01T00:00:00Z", "was valid until 2027-01-01T00:00:00Z");
        }
    }

    @Test
    void aRevokedKeyDoesNotCountWhoeverRevokedIt() {
        // by the policy
        Policy revoked = policy(TRUST.replace("\"ANN\"}", "\"ANN\", revoked: true}"));
        assertThat(refusal(use(revoked, signed(text(), ANN, BOB))))
                .isEqualTo(Finding.fails(
                        TrustRule.SIGNATURES,
                        "the signers acme need 2 of ann, bob and have bob (the key ann is revoked)"));
        // by the registry
        Revocations revocations =
                new Revocations(Set.of(), Set.of(), Set.of(ANN.publicKey().fingerprint()));
        assertThat(refusal(ExtensionJudge.use(
                        UseQuestion.of("coder", NOW),
                        verification(POLICY, signed(text(), ANN, BOB)),
                        new Standing(Lifecycle.ENABLED, revocations),
                        POLICY)))
                .isEqualTo(Finding.fails(
                        TrustRule.SIGNATURES,
                        "the signers acme need 2 of ann, bob and have bob (the key ann was revoked)"));
    }

    @Test
    void aRevokedVersionOrArtifactIsRefusedWhateverTheRecordSays() {
        byte[] envelope = signed(text().artifact("a.zip").artifact("b.zip"), ANN, BOB);
        Digest version = Digest.of(text().artifact("a.zip").artifact("b.zip").bytes());
        for (Revocations revocations : new Revocations[] {
            new Revocations(Set.of(version), Set.of(), Set.of()),
            new Revocations(Set.of(), Set.of(ManifestText.digest("b.zip")), Set.of())
        }) {
            Finding refusal = refusal(ExtensionJudge.use(
                    UseQuestion.of("coder", NOW),
                    verification(POLICY, envelope),
                    new Standing(Lifecycle.ENABLED, revocations),
                    POLICY));
            assertThat(refusal.rule()).isEqualTo(TrustRule.REVOCATION);
            assertThat(refusal.detail()).isIn("this version was revoked", "of its artifacts, b.zip was revoked");
        }
    }

    @Test
    void aPinnedNameIsUsedInThatVersionAndDigestAlone() {
        // given
        byte[] envelope = signed(text(), ANN, BOB);
        Digest digest = Digest.of(text().bytes());
        Digest other = Digest.of(new byte[0]);
        String pins = TRUST + "  pins: {x: {VERSION: \"DIGEST\"}}\n";
        Policy pinned = policy(pins.replace("VERSION", "1.0.0").replace("DIGEST", digest.toString()));
        Policy elsewhere = policy(pins.replace("VERSION", "1.0.0").replace("DIGEST", other.toString()));
        Policy older = policy(pins.replace("VERSION", "0.9.0").replace("DIGEST", digest.toString()));
        Policy none = policy(TRUST + "  pins: {x: {}}\n");
        // then
        assertThat(use(pinned, envelope).grant()).isPresent();
        assertThat(use(pinned, envelope).findings()).contains(Finding.holds(TrustRule.PIN, "pinned by the policy"));
        assertThat(refusal(use(elsewhere, envelope)))
                .isEqualTo(Finding.fails(
                        TrustRule.PIN, "the policy pins version 1.0.0 to " + other + ", and this is " + digest));
        assertThat(refusal(use(older, envelope)))
                .isEqualTo(Finding.fails(TrustRule.PIN, "the policy pins x to 0.9.0, not 1.0.0"));
        assertThat(refusal(use(none, envelope)))
                .isEqualTo(Finding.fails(TrustRule.PIN, "the policy pins x to no version, not 1.0.0"));
        // and a run may pin beside it
        UseQuestion question =
                new UseQuestion("coder", new TreeMap<>(Map.of("x", new TreeMap<>(Map.of("1.1.0", digest)))), NOW);
        assertThat(refusal(ExtensionJudge.use(
                        question,
                        verification(pinned, envelope),
                        new Standing(Lifecycle.ENABLED, Revocations.NONE),
                        pinned)))
                .isEqualTo(Finding.fails(TrustRule.PIN, "the run pins x to 1.1.0, not 1.0.0"));
    }

    /** The least of run, agent type, publisher and what the signatures confer; never what the manifest says. */
    @ParameterizedTest
    @CsvSource({
        "managed, managed, managed, managed, MANAGED",
        "user, managed, managed, managed, USER",
        "managed, workspace, managed, managed, WORKSPACE",
        "managed, managed, untrusted, managed, UNTRUSTED",
        "managed, managed, managed, workspace, WORKSPACE",
        "untrusted, managed, managed, managed, UNTRUSTED"
    })
    void aContextIsTrustedAsFarAsItsLeastTrustedPart(
            String run, String agentType, String publisher, String confers, TrustLevel level) {
        Policy policy = policy(TRUST.replace("{coder: user}", "{coder: " + agentType + "}\n  run: " + run)
                .replace("{acme: user}", "{acme: " + publisher + "}")
                .replace("confers: user", "confers: " + confers));
        for (TrustLevel required : TrustLevel.values()) {
            UseVerdict verdict = use(policy, signed(text().trust(required), ANN, BOB));
            assertThat(verdict.level()).isEqualTo(level);
            assertThat(verdict.isAllowed())
                    .as(required.key())
                    .isEqualTo(level.compareTo(required) >= 0 && level != TrustLevel.UNTRUSTED);
        }
    }

    @ParameterizedTest
    @EnumSource(Capability.class)
    void whatNobodyVouchesForGetsNothingThatTakesTrustWhateverWasSigned(Capability capability) {
        // given
        ManifestText text = ManifestText.of("x", "1.0.0")
                .profile(RiskProfile.PRIVILEGED)
                .kind(
                        capability == Capability.HOOK
                                ? ExtensionKind.HOOK
                                : capability == Capability.PLUGIN ? ExtensionKind.PLUGIN : ExtensionKind.TOOLPACK)
                .capabilities(Capability.READ, capability);
        byte[] envelope = signed(text, ANN, BOB);
        // when
        UseVerdict stranger = ExtensionJudge.use(
                UseQuestion.of("stranger", NOW),
                verification(POLICY, envelope),
                new Standing(Lifecycle.ENABLED, Revocations.NONE),
                POLICY);
        Policy off = Presets.parse("name: t\n" + TrustCase.keys(TRUST));
        // then
        boolean harmless = capability == Capability.READ || capability == Capability.TRACE;
        assertThat(use(POLICY, envelope).isAllowed()).isTrue();
        assertThat(stranger.isAllowed()).isEqualTo(harmless);
        assertThat(use(off, envelope).isAllowed()).isEqualTo(harmless);
        if (!harmless) {
            assertThat(refusal(stranger))
                    .isEqualTo(Finding.fails(
                            TrustRule.CAPABILITIES,
                            "it asks for " + capability.key() + ", which nothing untrusted is given"));
            assertThat(refusal(use(off, envelope)))
                    .isEqualTo(Finding.fails(
                            TrustRule.GATING, "trust_gating is off, and it asks for " + capability.key()));
        }
    }

    @Test
    void theFlagBeingOffWavesNothingThrough() {
        Policy off = Presets.parse("name: t\n" + TrustCase.keys(TRUST));
        ManifestText reading = ManifestText.of("x", "1.0.0").capabilities(Capability.READ);
        assertThat(use(off, signed(reading, ANN, BOB)).isAllowed()).isTrue();
        assertThat(refusal(use(off, signed(reading, ANN))).rule()).isEqualTo(TrustRule.SIGNATURES);
    }

    @Test
    void whatCannotBeReadIsRefusedAndNothingMoreIsSaid() {
        assertThat(use(POLICY, new byte[0]).findings())
                .containsExactly(Finding.fails(TrustRule.ENVELOPE, "it is empty"));
        assertThat(use(POLICY, signed(Envelope.MANIFEST_TYPE, new byte[] {'{', '}'}, ANN, BOB))
                        .findings())
                .extracting(Finding::rule, Finding::holds)
                .containsExactly(tuple(TrustRule.ENVELOPE, true), tuple(TrustRule.MANIFEST, false));
    }

    @Test
    void ofSeveralSignersTheOneThatConfersMostHolds() {
        Policy policy =
                policy(TRUST + "    all: {publishers: ['*'], names: ['*'], keys: [ann, ci], confers: workspace}\n");
        assertThat(use(policy, signed(text(), ANN)).level()).isEqualTo(TrustLevel.WORKSPACE);
        assertThat(use(policy, signed(text(), ANN, BOB)).level()).isEqualTo(TrustLevel.USER);
    }
}
