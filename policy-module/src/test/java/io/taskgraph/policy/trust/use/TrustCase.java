package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.policy.trust.TestKey;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.manifest.ManifestText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds what a question about an extension is made of. */
final class TrustCase {
    /** 2026-06-01T00:00:00Z. */
    static final long NOW = 1_780_272_000_000L;

    static final TestKey ANN = TestKey.of("ann");
    static final TestKey BOB = TestKey.of("bob");
    static final TestKey CI = TestKey.of("ci");
    static final TestKey MALLORY = TestKey.of("mallory");

    /** Ann and bob sign acme's extensions together; ci makes statements. */
    static final String TRUST = """
            trust:
              agent_types: {coder: user}
              publishers: {acme: user}
              keys:
                ann: {public: "ANN"}
                bob: {public: "BOB", keyid: bobs-tool, from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z}
                ci: {public: "CI"}
              signers:
                acme: {publishers: [acme], names: ["x*"], keys: [ann, bob], threshold: 2, confers: user}
            """;

    private TrustCase() {}

    static String keys(String yaml) {
        return yaml.replace("\"ANN\"", '"' + ANN.publicKey().base64() + '"')
                .replace("\"BOB\"", '"' + BOB.publicKey().base64() + '"')
                .replace("\"CI\"", '"' + CI.publicKey().base64() + '"');
    }

    /** A policy with this section, and trust_gating on. */
    static Policy policy(String trust) {
        return Presets.parse("name: t\nflags: {trust_gating: true}\n" + keys(trust));
    }

    static byte[] signed(ManifestText manifest, TestKey... keys) {
        return signed(Envelope.MANIFEST_TYPE, manifest.bytes(), keys);
    }

    static byte[] signed(String type, byte[] payload, TestKey... keys) {
        Envelope envelope = Envelope.unsigned(type, payload);
        for (TestKey key : keys) {
            envelope = envelope.signedBy(key.name(), key.signing());
        }
        return envelope.json().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] attested(byte[] statement, TestKey... keys) {
        return signed(Envelope.STATEMENT_TYPE, statement, keys);
    }

    static Verification verification(Policy policy, byte[] envelope, byte[]... attestations) {
        return Verifier.verify(
                envelope,
                new ArrayList<>(List.of(attestations)),
                policy.trust().keys().values());
    }

    /** A coder asks, now, for what is enabled. */
    static UseVerdict use(Policy policy, byte[] envelope, byte[]... attestations) {
        return ExtensionJudge.use(
                UseQuestion.of("coder", NOW),
                verification(policy, envelope, attestations),
                new Standing(Lifecycle.ENABLED, Revocations.NONE),
                policy);
    }
}
