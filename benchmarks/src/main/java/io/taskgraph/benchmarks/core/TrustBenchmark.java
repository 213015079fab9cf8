package io.taskgraph.benchmarks.core;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.dsse.SigningKey;
import io.taskgraph.policy.trust.dsse.UnusableKey;
import io.taskgraph.policy.trust.dsse.VerifyingKey;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.manifest.ManifestReader;
import io.taskgraph.policy.trust.use.ExtensionJudge;
import io.taskgraph.policy.trust.use.Lifecycle;
import io.taskgraph.policy.trust.use.Revocations;
import io.taskgraph.policy.trust.use.Standing;
import io.taskgraph.policy.trust.use.UseQuestion;
import io.taskgraph.policy.trust.use.UseVerdict;
import io.taskgraph.policy.trust.use.Verification;
import io.taskgraph.policy.trust.use.Verifier;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to verify an extension, once, and to ask whether it may be used, each time. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TrustBenchmark {
    /** A manifest of ten tools with three signatures, and two attestations, under a policy that asks for all of it. */
    @State(Scope.Benchmark)
    public static class Signed {
        static final long NOW = 1_780_272_000_000L;
        private static final int LOADED = 10_000;

        Policy policy;
        byte[] manifest;
        byte[] envelope;
        List<byte[]> attestations;
        Verification verification;
        VerifyingKey key;
        byte[] message;
        Envelope once;
        List<byte[]> many;

        /** Makes keys, signs, and verifies once. */
        @Setup
        public void sign() throws GeneralSecurityException, UnusableKey {
            StringBuilder keys = new StringBuilder();
            List<SigningKey> signing = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                VerifyingKey verifying = VerifyingKey.of(pair.getPublic().getEncoded());
                key = i == 0 ? verifying : key;
                signing.add(SigningKey.of(pair.getPrivate().getEncoded()));
                keys.append("    k")
                        .append(i)
                        .append(": {public: \"")
                        .append(verifying.base64())
                        .append("\"}\n");
            }
            policy = Policy.parse("name: x\nflags: {trust_gating: true}\ntrust:\n  default: user\n  keys:\n" + keys
                    + "  signers: {s: {publishers: [acme], names: ['*'], keys: [k0, k1, k2], threshold: 3, confers: user}}\n"
                    + "  attestations:\n    built: {predicate: provenance, keys: [k3]}\n"
                    + "    tested: {predicate: test-result, keys: [k3]}\n");
            manifest = manifest("pack", 10);
            once = Envelope.unsigned(Envelope.MANIFEST_TYPE, manifest);
            for (int i = 0; i < 3; i++) {
                once = once.signedBy("k" + i, signing.get(i));
            }
            envelope = bytes(once.json());
            message = once.signed();
            String subject =
                    "{\"_type\": \"https://in-toto.io/Statement/v1\", \"subject\": [{\"name\": \"a.zip\", \"digest\":"
                            + " {\"sha256\": \"" + Digest.of(bytes("a.zip")).hex() + "\"}}], \"predicateType\": ";
            attestations = List.of(
                    statement(
                            subject
                                    + "\"https://slsa.dev/provenance/v1\", \"predicate\": {\"buildDefinition\": {\"buildType\":"
                                    + " \"b\"}, \"runDetails\": {\"builder\": {\"id\": \"c\"}}}}",
                            signing.get(3)),
                    statement(
                            subject + "\"https://in-toto.io/attestation/test-result/v0.1\", \"predicate\": {\"result\":"
                                    + " \"PASSED\", \"configuration\": []}}",
                            signing.get(3)));
            verification = Verifier.verify(
                    envelope, attestations, policy.trust().keys().values());
            if (!use().isAllowed()) {
                throw new IllegalStateException(use().refusal().toString());
            }
            many = new ArrayList<>();
            for (int i = 0; i < LOADED; i++) {
                many.add(bytes(Envelope.unsigned(Envelope.MANIFEST_TYPE, manifest("pack" + i, 10))
                        .signedBy("k0", signing.get(0))
                        .json()));
            }
        }

        UseVerdict use() {
            return ExtensionJudge.use(
                    UseQuestion.of("coder", NOW),
                    verification,
                    new Standing(Lifecycle.ENABLED, Revocations.NONE),
                    policy);
        }

        private static byte[] statement(String json, SigningKey key) {
            return bytes(Envelope.unsigned(Envelope.STATEMENT_TYPE, bytes(json))
                    .signedBy("k3", key)
                    .json());
        }

        private static byte[] manifest(String name, int tools) {
            StringBuilder text = new StringBuilder("{\"schema_version\": 1, \"kind\": \"toolpack\", \"name\": \"" + name
                    + "\", \"version\": \"1.0.0\", \"publisher\": \"acme\", \"risk_profile\": \"standard\","
                    + " \"required_trust\": \"user\", \"capabilities\": [\"read\", \"write\"], \"tools\": [");
            for (int i = 0; i < tools; i++) {
                text.append(i == 0 ? "" : ", ").append("{\"name\": \"tool").append(i);
                text.append("\", \"input_schema\": \"").append(Digest.of(bytes("tool" + i)));
                text.append("\", \"risk\": \"write\"}");
            }
            text.append("], \"artifacts\": [{\"name\": \"a.zip\", \"digest\": \"");
            return bytes(text.append(Digest.of(bytes("a.zip"))).append("\"}]}").toString());
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** All of it: three signatures and two attestations, read and verified. */
    @Benchmark
    public Verification verify(Signed s) {
        return Verifier.verify(
                s.envelope, s.attestations, s.policy.trust().keys().values());
    }

    /** One signature, which is what the platform's cryptography costs. */
    @Benchmark
    public boolean oneSignature(Signed s) {
        return s.key.verifies(s.message, s.once.signatures().get(0).bytes());
    }

    /** Reading a manifest, without signatures. */
    @Benchmark
    public Optional<Manifest> read(Signed s) {
        List<JsonProblem> problems = new ArrayList<>();
        return ManifestReader.read(s.manifest, problems);
    }

    /** Whether it may be used: from values, without cryptography. */
    @Benchmark
    public UseVerdict use(Signed s) {
        return s.use();
    }

    /** Ten thousand manifests with one signature each, read and verified. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 1)
    @Measurement(iterations = 3)
    public int loadTenThousand(Signed s) {
        int signed = 0;
        for (byte[] envelope : s.many) {
            signed += Verifier.verify(
                            envelope, List.of(), s.policy.trust().keys().values())
                    .signedBy()
                    .size();
        }
        return signed;
    }
}
