package io.taskgraph.cli;

import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.policy.trust.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Revokes. */
@Command(
        name = "revoke",
        description = {
            "Revoke a version of an extension, a key or an artifact, for ever. Whatever rests on it is stopped in every run,",
            "and nothing brings it back. Exits with 1 if it was refused."
        })
final class ExtRevokeCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private Target target;

    private static final class Target {
        @Option(
                names = "--extension",
                paramLabel = "NAME@VERSION",
                converter = ExtensionId.class,
                description = "A registered version.")
        private ExtensionRef extension;

        @Option(names = "--key", paramLabel = "FILE", description = "A public key (PEM): what only it has signed.")
        private Path key;

        @Option(
                names = "--key-digest",
                paramLabel = "DIGEST",
                description = "The same by the key's fingerprint: sha256: and 64 hexadecimal digits.")
        private String keyDigest;

        @Option(
                names = "--version-digest",
                paramLabel = "DIGEST",
                description = "A version by its manifest's digest, registered or not.")
        private String versionDigest;

        @Option(names = "--artifact", paramLabel = "DIGEST", description = "An artifact, and whatever it is part of.")
        private String artifact;
    }

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the record.")
    private String reason;

    @Mixin
    private Directives directives;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (target.extension != null) {
            return say(RevocationTarget.VERSION, ExtensionId.text(target.extension), digest(target.extension));
        }
        if (target.key != null) {
            Digest fingerprint = KeyFiles.publicKey(target.key).fingerprint();
            return say(RevocationTarget.KEY, target.key.toString(), fingerprint.toString());
        }
        String digest = target.keyDigest != null
                ? target.keyDigest
                : target.versionDigest != null ? target.versionDigest : target.artifact;
        if (Digest.parse(digest).isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "A digest must be " + Digest.FORM + ", not " + digest + ".");
        }
        RevocationTarget kind = target.keyDigest != null
                ? RevocationTarget.KEY
                : target.versionDigest != null ? RevocationTarget.VERSION : RevocationTarget.ARTIFACT;
        return say(kind, digest, digest);
    }

    private String digest(ExtensionRef registered) {
        return Registered.version(
                        Registered.in(directives.cluster(), spec.commandLine().getErr()), registered)
                .getVersion()
                .getDigest();
    }

    private int say(RevocationTarget kind, String subject, String digest) {
        return directives.say(
                spec,
                List.of(new Directives.Saying(
                        subject, "revoked", operator -> operator.revokeExtension(kind, digest, reason))));
    }
}
