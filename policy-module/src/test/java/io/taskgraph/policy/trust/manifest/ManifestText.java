package io.taskgraph.policy.trust.manifest;

import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TrustLevel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes manifests for tests. */
public final class ManifestText {
    private final String name;
    private final String version;
    private ExtensionKind kind = ExtensionKind.TOOLPACK;
    private String publisher = "acme";
    private RiskProfile profile = RiskProfile.STANDARD;
    private TrustLevel trust = TrustLevel.UNTRUSTED;
    private Set<Capability> capabilities = Set.of(Capability.READ, Capability.WRITE);
    private final Map<String, Risk> tools = new LinkedHashMap<>();
    private final Map<String, Digest> artifacts = new LinkedHashMap<>();

    private ManifestText(String name, String version) {
        this.name = name;
        this.version = version;
    }

    /** A toolpack of acme with the risk profile standard, which asks for read and write and requires no trust. */
    public static ManifestText of(String name, String version) {
        return new ManifestText(name, version);
    }

    public ManifestText kind(ExtensionKind other) {
        kind = other;
        return this;
    }

    public ManifestText publisher(String other) {
        publisher = other;
        return this;
    }

    public ManifestText profile(RiskProfile other) {
        profile = other;
        return this;
    }

    public ManifestText trust(TrustLevel other) {
        trust = other;
        return this;
    }

    public ManifestText capabilities(Set<Capability> other) {
        capabilities = other;
        return this;
    }

    public ManifestText capabilities(Capability... other) {
        return capabilities(new TreeSet<>(List.of(other)));
    }

    /** One tool more; without any there is one, named look, that reads. */
    public ManifestText tool(String tool, Risk risk) {
        tools.put(tool, risk);
        return this;
    }

    /** One artifact more; without any there is one, named a.zip, of the digest of {@code a.zip}. */
    public ManifestText artifact(String file) {
        artifacts.put(file, digest(file));
        return this;
    }

    /** The digest that stands for a file or a tool in tests. */
    public static Digest digest(String file) {
        return Digest.of(file.getBytes(StandardCharsets.UTF_8));
    }

    public String text() {
        if (tools.isEmpty()) {
            tools.put("look", Risk.READ);
        }
        if (artifacts.isEmpty()) {
            artifact("a.zip");
        }
        return "{\"schema_version\": 1, \"kind\": \"" + kind.key() + "\", \"name\": \"" + name + "\", \"version\": \""
                + version + "\", \"publisher\": \"" + publisher + "\", \"risk_profile\": \"" + profile.key()
                + "\", \"required_trust\": \"" + trust.key() + "\", \"capabilities\": "
                + new TreeSet<>(capabilities)
                        .stream().map(c -> '"' + c.key() + '"').collect(Collectors.joining(", ", "[", "]"))
                + ", \"tools\": "
                + tools.entrySet().stream()
                        .map(t -> "{\"name\": \"" + t.getKey() + "\", \"input_schema\": \"" + digest(t.getKey())
                                + "\", \"risk\": \"" + t.getValue().key() + "\"}")
                        .collect(Collectors.joining(", ", "[", "]"))
                + ", \"artifacts\": "
                + artifacts.entrySet().stream()
                        .map(a -> "{\"name\": \"" + a.getKey() + "\", \"digest\": \"" + a.getValue() + "\"}")
                        .collect(Collectors.joining(", ", "[", "]"))
                + "}";
    }

    public byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    public Manifest manifest() {
        List<JsonProblem> problems = new ArrayList<>();
        return ManifestReader.read(bytes(), problems).orElseThrow(() -> new AssertionError(problems.toString()));
    }
}
