package io.taskgraph.cli;

import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.json.JsonReader;
import io.taskgraph.policy.json.JsonWriter;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.attest.PredicateKind;
import io.taskgraph.policy.trust.attest.Statement;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.manifest.Manifest;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says something about artifacts, signed. */
@Command(
        name = "attest",
        description = {
            "Say something about artifacts that others can verify: an in-toto statement (v1) in a DSSE envelope.",
            "A review and a test result are written here; what a builder or scanner wrote is read from --predicate."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it is said and signed",
            "1:it cannot be written",
            "2:a file cannot be used, or the command line is wrong"
        })
final class ExtAttestCommand implements Callable<Integer> {
    private static final int UNUSABLE = 2;

    @Parameters(
            arity = "1..*",
            paramLabel = "ARTIFACT",
            description =
                    "The files it is about. A manifest or an envelope with one stands for the artifacts it names.")
    private List<Path> about;

    @Option(
            names = "--type",
            required = true,
            paramLabel = "TYPE",
            description = "review, test-result, provenance, scan, or the URI of a predicate type.")
    private String type;

    @Option(names = "--failed", description = "Of a review or a test result: it did not pass.")
    private boolean failed;

    @Option(
            names = "--predicate",
            paramLabel = "FILE",
            description = "What is said (JSON); needed but for review and test-result.")
    private Path predicate;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "The private key (PEM).")
    private Path key;

    @Option(
            names = "--keyid",
            paramLabel = "NAME",
            description = "How the policy calls the key; a hint. Without it, the key's fingerprint.")
    private String keyid;

    @Option(names = "--at", paramLabel = "TIME", description = "When a review was made; without it, now.")
    private String at;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the envelope goes.")
    private Path to;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Optional<PredicateKind> kind = PredicateKind.named(type);
        String uri = kind.map(k -> k.types().get(0)).orElse(type);
        if (kind.isEmpty() && !type.contains(":")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--type must be review, test-result, provenance, scan or a URI, not " + type + ".");
        }
        Map<String, Json> statement = new LinkedHashMap<>();
        statement.put("_type", new Json.Text(Statement.TYPE));
        statement.put("subject", subjects());
        statement.put("predicateType", new Json.Text(uri));
        statement.put("predicate", predicate(kind));
        byte[] payload = JsonWriter.write(new Json.Obj(statement)).getBytes(StandardCharsets.UTF_8);
        List<JsonProblem> problems = new ArrayList<>();
        if (Statement.read(payload, problems).isEmpty()) {
            throw SignedFiles.wrong(
                    predicate == null ? about.get(0) : predicate,
                    problems,
                    "predicate of a " + type,
                    spec.commandLine().getErr());
        }
        KeyFiles.Pair pair = KeyFiles.privateKey(key);
        String hint = keyid == null ? pair.verifying().fingerprint().toString() : keyid;
        Envelope envelope = Envelope.unsigned(Envelope.STATEMENT_TYPE, payload).signedBy(hint, pair.signing());
        SignedFiles.write(to, envelope, key);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", to.toString());
            fields.put("digest", envelope.digest().toString());
            fields.put("keyid", hint);
            fields.put("predicate_type", uri);
            out.println(JsonLine.of(fields));
        } else {
            out.println("signed  " + to + "  statement " + uri);
        }
        out.flush();
        return 0;
    }

    private Json.Arr subjects() {
        Map<String, Digest> digests = new LinkedHashMap<>();
        for (Path file : about) {
            Optional<Map<String, Digest>> named = artifactsOf(file);
            if (named.isPresent()) {
                digests.putAll(named.get());
            } else {
                digests.put(file.getFileName().toString(), SignedFiles.digest(file));
            }
        }
        List<Json> subjects = new ArrayList<>();
        digests.forEach((name, digest) -> {
            Map<String, Json> subject = new LinkedHashMap<>();
            subject.put("name", new Json.Text(name));
            subject.put("digest", new Json.Obj(Map.of("sha256", new Json.Text(digest.hex()))));
            subjects.add(new Json.Obj(subject));
        });
        return new Json.Arr(subjects);
    }

    /** The artifacts of the manifest in a file, if there is one in it. */
    private static Optional<Map<String, Digest>> artifactsOf(Path file) {
        if (!file.getFileName().toString().endsWith(".json")) {
            return Optional.empty();
        }
        byte[] bytes = SignedFiles.read(file, Envelope.MOST_BYTES, "an artifact or a manifest");
        byte[] manifest = SignedFiles.envelope(bytes)
                .filter(e -> e.payloadType().equals(Envelope.MANIFEST_TYPE))
                .map(e -> e.payload().toArray())
                .orElse(bytes);
        return ManifestReader.read(manifest, new ArrayList<>()).map(Manifest::artifacts);
    }

    private Json predicate(Optional<PredicateKind> kind) {
        if (predicate != null) {
            List<JsonProblem> problems = new ArrayList<>();
            byte[] bytes = SignedFiles.read(predicate, Statement.MOST_BYTES, "a predicate");
            Optional<Json> json = JsonReader.read(bytes, Statement.MOST_BYTES, problems);
            if (!problems.isEmpty()) {
                throw SignedFiles.wrong(
                        predicate, problems, "a predicate", spec.commandLine().getErr());
            }
            return json.orElseThrow();
        }
        Map<String, Json> said = new LinkedHashMap<>();
        if (kind.filter(PredicateKind.REVIEW::equals).isPresent()) {
            said.put("result", new Json.Text(failed ? "fail" : "pass"));
            said.put("timestamp", new Json.Text(time()));
        } else if (kind.filter(PredicateKind.TEST_RESULT::equals).isPresent()) {
            said.put("result", new Json.Text(failed ? "FAILED" : "PASSED"));
            said.put("configuration", new Json.Arr(List.of()));
        } else {
            throw new CommandException(
                    "A statement of the type " + type + " says what its tool found: name that file with --predicate.",
                    UNUSABLE,
                    null);
        }
        return new Json.Obj(said);
    }

    private String time() {
        return at == null
                ? Timestamps.write(System.currentTimeMillis())
                : Timestamps.write(Timestamps.parse(at)
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(), "--at must be " + Timestamps.FORM + ", not " + at + ".")));
    }
}
