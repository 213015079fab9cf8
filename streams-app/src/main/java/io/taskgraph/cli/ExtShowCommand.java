package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.manifest.Growth;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.use.Verification;
import io.taskgraph.policy.trust.use.Verifier;
import io.taskgraph.query.RegisteredExtensions;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a registered extension. */
@Command(
        name = "show",
        description = {
            "Show a registered extension: where it is in its life, since when and why, what its manifest says, and what it",
            "takes more of than the version before it.",
            "`ext why` says who may use it."
        })
final class ExtShowCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "NAME@VERSION",
            converter = ExtensionId.class,
            description = "Which, as `ext list` names it.")
    private ExtensionRef extension;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        RegisteredExtensions registered =
                Registered.in(connection.cluster(), spec.commandLine().getErr());
        ExtensionRecord r = Registered.version(registered, extension);
        Verification read = Verifier.verify(r.getVersion().getEnvelope().getBytes(UTF_8), List.of(), List.of());
        Manifest manifest = read.manifest()
                .orElseThrow(() -> new CommandException("The registry's record of " + ExtensionId.text(extension)
                        + " holds no manifest: " + String.join("; ", read.manifestProblems())));
        Map<String, Object> fields = fields(manifest);
        before(registered, manifest).ifPresent(agreed -> {
            fields.put("update_of", agreed.version().text());
            fields.put(
                    "more_than_before",
                    Growth.between(agreed, manifest).stream()
                            .map(Growth::toString)
                            .toList());
        });
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> all = ExtListCommand.fields(r);
            all.putAll(fields);
            out.println(JsonLine.of(all));
        } else {
            out.println(ExtensionId.text(extension) + "  " + r.getVersion().getState() + "  since " + r.getDecidedAt()
                    + (r.getReason().isEmpty() ? "" : ": " + Text.plain(r.getReason())));
            String by = ExtListCommand.by(r);
            if (!by.isEmpty()) {
                out.println("  by  " + Text.plain(by));
            }
            out.println("  digest  " + r.getVersion().getDigest());
            fields.forEach((key, value) -> out.println("  " + key + "  " + Text.plain(value.toString())));
        }
        out.flush();
        return 0;
    }

    /** What the version before it says, which somebody may have agreed to. */
    private static Optional<Manifest> before(RegisteredExtensions registered, Manifest update) {
        return registered.versions().stream()
                .filter(r -> r.getVersion().getExtension().getName().equals(update.name()))
                .flatMap(r -> Verifier.manifest(r.getVersion().getEnvelope().getBytes(UTF_8)).stream())
                .filter(m -> m.version().compareTo(update.version()) < 0)
                .max(Comparator.comparing(Manifest::version));
    }

    private static Map<String, Object> fields(Manifest m) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", m.kind().key());
        fields.put("publisher", m.publisher());
        fields.put("description", m.description());
        fields.put("risk_profile", m.riskProfile().key());
        fields.put("required_trust", m.requiredTrust().key());
        fields.put(
                "capabilities", m.capabilities().stream().map(Capability::key).toList());
        Map<String, String> tools = new TreeMap<>();
        m.tools().forEach((name, tool) -> tools.put(name, tool.risk().key()));
        fields.put("tools", tools);
        Map<String, String> artifacts = new TreeMap<>();
        m.artifacts().forEach((name, digest) -> artifacts.put(name, digest.toString()));
        fields.put("artifacts", artifacts);
        return fields;
    }
}
