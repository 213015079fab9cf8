package io.taskgraph.cli;

import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.attest.Statement;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.manifest.Manifest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Signs a manifest, or adds a signature to an envelope. */
@Command(
        name = "sign",
        description = {
            "Sign a manifest, as its bytes stand in the file, into a DSSE envelope; or add a signature to an envelope.",
            "A manifest that is wrong is not signed: what is wrong is told all at once."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it is signed",
            "1:an artifact differs from what the manifest says, or nothing can be written",
            "2:a file cannot be used, or the command line is wrong"
        })
final class ExtSignCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A manifest (JSON), or an envelope that others have signed.")
    private Path file;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "The private key (PEM).")
    private Path key;

    @Option(
            names = "--keyid",
            paramLabel = "NAME",
            description = "How the policy calls the key; a hint. Without it, the key's fingerprint.")
    private String keyid;

    @Option(
            names = "--artifacts",
            paramLabel = "DIR",
            description = "Sign only if the artifacts in this directory are those of the manifest.")
    private Path artifacts;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Where the envelope goes. Without it: beside the manifest, as NAME.dsse.json; an envelope gets its"
                            + " signature in place.")
    private Path to;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        byte[] bytes = SignedFiles.read(file, Envelope.MOST_BYTES, "a manifest or an envelope");
        Optional<Envelope> given = SignedFiles.envelope(bytes);
        Envelope envelope = given.orElseGet(() -> Envelope.unsigned(Envelope.MANIFEST_TYPE, bytes));
        String what = contents(envelope, err);
        KeyFiles.Pair pair = KeyFiles.privateKey(key);
        if (envelope.signatures().stream().anyMatch(s -> pair.verifying().verifies(envelope.signed(), s.bytes()))) {
            throw new CommandException(file + " is signed with that key already; a second time does not count.");
        }
        if (envelope.signatures().size() >= Envelope.MOST_SIGNATURES) {
            throw new CommandException(file + " has " + Envelope.MOST_SIGNATURES + " signatures, which is the most.");
        }
        String hint = keyid == null ? pair.verifying().fingerprint().toString() : keyid;
        Envelope signed = envelope.signedBy(hint, pair.signing());
        Path target = to != null ? to : given.isPresent() ? file : beside();
        SignedFiles.write(target, signed, key);
        tell(signed, what, hint, target);
        return 0;
    }

    /** What is signed, in a few words; nothing that is wrong is ever signed. */
    private String contents(Envelope envelope, PrintWriter err) {
        if (envelope.payloadType().equals(Envelope.STATEMENT_TYPE)) {
            List<JsonProblem> problems = new ArrayList<>();
            return Statement.read(envelope.payload().toArray(), problems)
                    .map(s -> "statement " + s.predicateType())
                    .orElseThrow(() -> SignedFiles.wrong(file, problems, "a statement", err));
        }
        if (!envelope.payloadType().equals(Envelope.MANIFEST_TYPE)) {
            throw new CommandException(
                    file
                            + " holds something of another type than a manifest or a statement; sign that with its own tool.",
                    2,
                    null);
        }
        Manifest manifest = SignedFiles.manifest(file, envelope.payload().toArray(), err);
        if (artifacts != null) {
            List<String> differences = SignedFiles.differences(manifest, artifacts);
            if (!differences.isEmpty()) {
                throw new CommandException("Not signed: " + String.join("; ", differences) + ".");
            }
        }
        return manifest.kind().key() + " " + manifest.name() + " " + manifest.version();
    }

    private Path beside() {
        String name = file.getFileName().toString().replaceFirst("\\.json$", "");
        return file.resolveSibling(name + ".dsse.json");
    }

    private void tell(Envelope signed, String what, String hint, Path target) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", target.toString());
            fields.put("digest", signed.digest().toString());
            fields.put("keyid", hint);
            fields.put("signatures", signed.signatures().size());
            out.println(JsonLine.of(fields));
        } else {
            int n = signed.signatures().size();
            out.println("signed  " + target + "  " + what + "  " + signed.digest() + "  " + n
                    + (n == 1 ? " signature" : " signatures"));
        }
        out.flush();
    }
}
