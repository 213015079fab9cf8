package io.taskgraph.policy.trust.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TrustLevel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestReaderTest {
    private static final Path ROOT = Path.of(System.getProperty("taskgraph.root"));
    private static final Path EXAMPLES = ROOT.resolve("examples/toolpacks");
    private static final Path BAD = ROOT.resolve("policy-module/src/test/resources/io/taskgraph/policy/trust/bad");
    /** What a schema cannot say: names that differ in case, risks beside capabilities, names given twice. */
    private static final Set<String> BEYOND_A_SCHEMA = Set.of(
            "names-that-differ-in-case", "a-tool-that-does-more", "a-name-given-twice", "cut-off", "more-than-one");

    private static final JsonSchema SCHEMA = schema();

    private final List<JsonProblem> problems = new ArrayList<>();

    private static JsonSchema schema() {
        try (InputStream in = Manifest.class.getResourceAsStream("/io/taskgraph/policy/toolpack.schema.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Path> good() throws IOException {
        return Files.walk(EXAMPLES)
                .filter(p -> p.getFileName().toString().equals("manifest.json"))
                .sorted();
    }

    static Stream<Path> bad() throws IOException {
        return Files.list(BAD).filter(p -> p.toString().endsWith(".json")).sorted();
    }

    @Test
    void everyFieldIsReadAsItSays() throws IOException {
        // when
        Optional<Manifest> manifest =
                ManifestReader.read(Files.readAllBytes(EXAMPLES.resolve("repo-tools/manifest.json")), problems);
        // then
        assertThat(problems).isEmpty();
        Digest status = digest("repo-tools/schemas/repo.status.json");
        Digest commit = digest("repo-tools/schemas/repo.commit.json");
        assertThat(manifest)
                .contains(new Manifest(
                        ExtensionKind.TOOLPACK,
                        "repo-tools",
                        new SemanticVersion("1.2.0"),
                        "Looks at a git repository and records changes in it",
                        "acme",
                        RiskProfile.STANDARD,
                        TrustLevel.WORKSPACE,
                        EnumSet.of(Capability.READ, Capability.WRITE),
                        new TreeMap<>(Map.of(
                                "repo.status", new Tool("repo.status", status, Risk.READ),
                                "repo.commit", new Tool("repo.commit", commit, Risk.WRITE))),
                        new TreeMap<>(Map.of("repo_tools.py", digest("repo-tools/repo_tools.py"))),
                        List.of("git", "vcs")));
    }

    private static Digest digest(String file) throws IOException {
        return Digest.of(Files.readAllBytes(EXAMPLES.resolve(file)));
    }

    @ParameterizedTest
    @MethodSource("good")
    void examplesAreReadAndAreOfTheSchema(Path file) throws IOException {
        assertThat(ManifestReader.read(Files.readAllBytes(file), problems)).isPresent();
        assertThat(problems).isEmpty();
        assertThat(SCHEMA.validate(new ObjectMapper().readTree(file.toFile()))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void allThatIsWrongIsToldAtOnceWithItsPlace(Path file) throws IOException {
        // when
        Optional<Manifest> manifest = ManifestReader.read(Files.readAllBytes(file), problems);
        // then
        String name = file.getFileName().toString().replace(".json", "");
        assertThat(manifest).isEmpty();
        assertThat(problems)
                .extracting(JsonProblem::toString)
                .isEqualTo(Files.readAllLines(file.resolveSibling(name + ".txt")));
        if (!BEYOND_A_SCHEMA.contains(name)) {
            assertThat(SCHEMA.validate(new ObjectMapper().readTree(file.toFile())))
                    .isNotEmpty();
        }
    }

    @Test
    void hugeManifestsAreRefusedUnread() {
        byte[] huge = new byte[ManifestReader.MOST_BYTES + 1];
        assertThat(ManifestReader.read(huge, problems)).isEmpty();
        String many = "{\"tools\": [" + "{}, ".repeat(256) + "{}]}";
        ManifestReader.read(many.getBytes(StandardCharsets.UTF_8), problems);
        assertThat(problems)
                .extracting(JsonProblem::toString)
                .contains(
                        "it has 262145 bytes, more than the 262144 allowed",
                        "/tools: tools must have 0 to 256 values, not 257");
    }

    /** The bridge of the risk profile: each capability is taken if it is on the list, and refused if not. */
    @ParameterizedTest
    @EnumSource(RiskProfile.class)
    void aManifestMayAskForLessThanItsProfileNeverForMore(RiskProfile profile) {
        for (ExtensionKind kind : ExtensionKind.values()) {
            for (Capability capability : Capability.values()) {
                Set<Capability> asked = EnumSet.of(Capability.READ, capability);
                kind.own().ifPresent(asked::add);
                problems.clear();
                boolean taken = ManifestReader.read(
                                ManifestText.of("x", "1.0.0")
                                        .kind(kind)
                                        .profile(profile)
                                        .capabilities(asked)
                                        .bytes(),
                                problems)
                        .isPresent();
                assertThat(taken)
                        .as(kind + " " + profile + " " + capability)
                        .isEqualTo(profile.most().contains(capability)
                                || kind.own().filter(capability::equals).isPresent());
            }
        }
    }

    @Test
    void theBridgeIsTheContracts() {
        assertThat(RiskProfile.READ_ONLY.most()).containsExactly(Capability.READ, Capability.TRACE);
        assertThat(RiskProfile.STANDARD.most()).containsExactly(Capability.READ, Capability.WRITE, Capability.TRACE);
        assertThat(RiskProfile.PRIVILEGED.most())
                .containsExactly(
                        Capability.READ, Capability.WRITE, Capability.EXEC, Capability.NETWORK, Capability.TRACE);
    }

    @Property(tries = 1_000)
    void anyDamagedManifestIsReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = ManifestText.of("x", "1.0.0").bytes();
        for (int i = 0; i < 3; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(95));
        }
        List<JsonProblem> found = new ArrayList<>();
        assertThat(ManifestReader.read(bytes, found).isPresent()).isEqualTo(found.isEmpty());
    }
}
