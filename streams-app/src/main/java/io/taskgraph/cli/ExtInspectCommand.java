package io.taskgraph.cli;

import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.json.JsonReader;
import io.taskgraph.policy.json.JsonWriter;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.attest.Statement;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.dsse.VerifyingKey;
import io.taskgraph.policy.trust.manifest.ManifestReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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

/** Shows what a file holds; nothing is verified. */
@Command(
        name = "inspect",
        description = {
            "Show what a manifest, an envelope or a public key holds. Nothing is verified: see `ext verify`.",
            "Of a private key nothing is shown."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it can be read", "2:it cannot, or the command line is wrong"})
final class ExtInspectCommand implements Callable<Integer> {
    private static final String PEM = "-----BEGIN ";

    @Parameters(paramLabel = "FILE", description = "A manifest, a DSSE envelope, or a public key.")
    private Path file;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Option(
            names = "--payload",
            paramLabel = "FILE",
            description = "Write the payload of an envelope there, byte for byte.")
    private Path payload;

    @Option(
            names = "--signed",
            paramLabel = "FILE",
            description =
                    "Write the bytes there that the signatures of an envelope sign (DSSE's pre-authentication encoding):"
                            + " what other tools verify.")
    private Path signed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        byte[] bytes = SignedFiles.read(file, Envelope.MOST_BYTES, "a manifest, an envelope or a public key");
        if (new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.ISO_8859_1)
                .strip()
                .startsWith(PEM)) {
            key();
            return 0;
        }
        Optional<Envelope> envelope = SignedFiles.envelope(bytes);
        if (envelope.isEmpty() && (payload != null || signed != null)) {
            throw new CommandException(file + " is no envelope; only one has a payload.", 2, null);
        }
        if (payload != null) {
            SignedFiles.write(payload, envelope.orElseThrow().payload().toArray());
        }
        if (signed != null) {
            SignedFiles.write(signed, envelope.orElseThrow().signed());
        }
        if (envelope.isPresent()) {
            show(envelope.get());
        } else {
            manifest(bytes, Envelope.MANIFEST_TYPE, List.of());
        }
        return 0;
    }

    private void key() {
        VerifyingKey key = KeyFiles.publicKey(file);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("holds", "public key");
            fields.put("fingerprint", key.fingerprint().toString());
            fields.put("public", key.base64());
            out.println(JsonLine.of(fields));
        } else {
            out.println("public key  " + key.fingerprint());
            out.println("    " + file.getFileName().toString().replaceFirst("\\.(pub|pem)$", "") + ": {public: \""
                    + key.base64() + "\"}");
        }
        out.flush();
    }

    private void show(Envelope envelope) {
        List<String> keyids =
                envelope.signatures().stream().map(Envelope.Sig::keyid).toList();
        manifest(envelope.payload().toArray(), envelope.payloadType(), keyids);
    }

    private void manifest(byte[] bytes, String type, List<String> keyids) {
        List<JsonProblem> problems = new ArrayList<>();
        boolean isManifest = type.equals(Envelope.MANIFEST_TYPE);
        boolean readable = isManifest
                ? ManifestReader.read(bytes, problems).isPresent()
                : !type.equals(Envelope.STATEMENT_TYPE)
                        || Statement.read(bytes, problems).isPresent();
        if (!readable) {
            throw SignedFiles.wrong(
                    file,
                    problems,
                    isManifest ? "a manifest" : "a statement",
                    spec.commandLine().getErr());
        }
        String digest = Digest.of(bytes).toString();
        Optional<Json> content = JsonReader.read(bytes, Envelope.MOST_BYTES, new ArrayList<>());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("holds", type);
            fields.put("digest", digest);
            fields.put("keyids", keyids);
            fields.put("content", new String(bytes, StandardCharsets.UTF_8));
            out.println(JsonLine.of(fields));
        } else {
            out.println(Json.printable(type).replace("\"", "") + "  " + digest);
            out.println(
                    keyids.isEmpty()
                            ? "not signed"
                            : "signed, it says, by "
                                    + String.join(
                                            ", ",
                                            keyids.stream().map(Json::printable).toList()));
            out.print(content.map(JsonWriter::write).orElse("(not JSON)\n"));
        }
        out.flush();
    }
}
