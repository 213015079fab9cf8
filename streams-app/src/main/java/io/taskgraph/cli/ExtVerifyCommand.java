package io.taskgraph.cli;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.attest.Statement;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.use.AttestationCheck;
import io.taskgraph.policy.trust.use.Evidence;
import io.taskgraph.policy.trust.use.ExtensionJudge;
import io.taskgraph.policy.trust.use.Revocations;
import io.taskgraph.policy.trust.use.SignatureCheck;
import io.taskgraph.policy.trust.use.Verification;
import io.taskgraph.policy.trust.use.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies a signed manifest or statement, without a broker. */
@Command(
        name = "verify",
        description = {
            "Verify a signed extension, without a broker: rule by rule under a policy, or just who has signed it.",
            "What only a cluster knows (whether it is enabled, what was revoked) is not looked at."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every rule holds; with --key: every one of the keys has signed",
            "1:a rule does not hold, or a key has not signed",
            "2:a file cannot be used, or the command line is wrong"
        })
final class ExtVerifyCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "A DSSE envelope with a manifest; with --key also one with a statement.")
    private Path file;

    @Mixin
    private TrustSource source;

    @Option(
            names = "--attestation",
            paramLabel = "FILE",
            description = "DSSE envelopes with in-toto statements about its artifacts; may be repeated.")
    private List<Path> attestations = List.of();

    @Option(
            names = "--artifacts",
            paramLabel = "DIR",
            description = "Compare the artifacts in this directory with the manifest, too.")
    private Path artifacts;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "The time to judge by, such as 2026-01-31T12:00:00Z; without it, now.")
    private String at;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        long now = at == null
                ? System.currentTimeMillis()
                : Timestamps.parse(at)
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(), "--at must be " + Timestamps.FORM + ", not " + at + "."));
        byte[] envelope = SignedFiles.read(file, Envelope.MOST_BYTES, "an envelope");
        List<byte[]> statements = new ArrayList<>();
        attestations.forEach(f -> statements.add(SignedFiles.read(f, Envelope.MOST_BYTES, "an attestation")));
        Optional<Policy> policy = source.policy(spec.commandLine().getErr());
        ExtLines lines = new ExtLines(spec.commandLine().getOut(), json);
        boolean holds = policy.isPresent()
                ? judged(envelope, statements, policy.get(), now, lines)
                : signed(envelope, statements, source.keys(), lines);
        return holds ? 0 : 1;
    }

    private boolean judged(byte[] envelope, List<byte[]> statements, Policy policy, long now, ExtLines lines) {
        Verification verification =
                Verifier.verify(envelope, statements, policy.trust().keys().values());
        Evidence evidence = ExtensionJudge.evidence(
                verification, Revocations.NONE, policy.trust(), new TreeMap<>(), TrustLevel.MANAGED, now);
        List<String> differences = differences(verification);
        lines.evidence(verification, evidence, differences);
        return evidence.holds() && differences.isEmpty();
    }

    private List<String> differences(Verification verification) {
        return artifacts == null || verification.manifest().isEmpty()
                ? List.of()
                : SignedFiles.differences(verification.manifest().get(), artifacts);
    }

    private boolean signed(byte[] bytes, List<byte[]> statements, Collection<TrustKey> keys, ExtLines lines) {
        Optional<Envelope> envelope = SignedFiles.envelope(bytes);
        if (envelope.isPresent() && envelope.get().payloadType().equals(Envelope.STATEMENT_TYPE)) {
            AttestationCheck check = Verifier.attestation(bytes, keys);
            lines.signatures(
                    check.statement().map(Statement::predicateType).orElse(""),
                    check.problems(),
                    check.signatures(),
                    keys);
            return check.statement().isPresent() && allSigned(check.signatures(), keys);
        }
        Verification v = Verifier.verify(bytes, statements, keys);
        List<String> problems = new ArrayList<>(v.envelopeProblems());
        problems.addAll(v.manifestProblems());
        problems.addAll(differences(v));
        lines.signatures(
                v.manifest()
                        .map(m -> m.kind().key() + " " + m.name() + " " + m.version())
                        .orElse(""),
                problems,
                v.signatures(),
                keys);
        return problems.isEmpty() && allSigned(v.signatures(), keys);
    }

    private static boolean allSigned(List<SignatureCheck> checks, Collection<TrustKey> keys) {
        return keys.stream().allMatch(key -> checks.stream()
                .anyMatch(check ->
                        check.key().filter(key.key().fingerprint()::equals).isPresent()));
    }
}
