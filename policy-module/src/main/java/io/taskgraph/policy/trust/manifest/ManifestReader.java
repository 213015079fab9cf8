package io.taskgraph.policy.trust.manifest;

import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.json.JsonFields;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.json.JsonReader;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.Names;
import io.taskgraph.policy.trust.TrustLevel;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a manifest strictly: nothing unknown, nothing left out but description and tags, all that is wrong told at once. */
public final class ManifestReader {
    /** The most bytes of a manifest. */
    public static final int MOST_BYTES = 256 * 1024;

    static final List<String> KEYS = List.of(
            "schema_version",
            "kind",
            "name",
            "version",
            "description",
            "publisher",
            "risk_profile",
            "required_trust",
            "capabilities",
            "tools",
            "artifacts",
            "tags");
    static final List<String> TOOL_KEYS = List.of("name", "input_schema", "risk");
    static final List<String> ARTIFACT_KEYS = List.of("name", "digest");
    static final int MOST_TOOLS = 256;
    static final int MOST_ARTIFACTS = 64;
    static final int MOST_TAGS = 32;
    static final int LONGEST_DESCRIPTION = 1_024;

    private static final Map<String, ExtensionKind> KINDS = words(ExtensionKind.values(), ExtensionKind::key);
    private static final Map<String, RiskProfile> PROFILES = words(RiskProfile.values(), RiskProfile::key);
    private static final Map<String, TrustLevel> LEVELS = words(TrustLevel.values(), TrustLevel::key);
    private static final Map<String, Capability> CAPABILITIES = words(Capability.values(), Capability::key);
    private static final Map<String, Risk> RISKS = words(Risk.values(), Risk::key);
    // One line without controls, and without the characters that turn or hide what stands beside them.
    private static final Pattern ONE_LINE = Pattern.compile(
            "[^\\x00-\\x1F\\x7F-\\x9F\\u00AD\\u061C\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF9-\\uFFFB\\uD800-\\uDFFF]*+");

    private final List<JsonProblem> problems = new ArrayList<>();

    private ManifestReader() {}

    /**
     * Reads a manifest.
     *
     * @param json its bytes
     * @param problems receives all that is wrong with it
     * @return the manifest; empty if anything is wrong
     */
    public static Optional<Manifest> read(byte[] json, List<JsonProblem> problems) {
        ManifestReader reader = new ManifestReader();
        Optional<Json> value = JsonReader.read(json, MOST_BYTES, reader.problems);
        Optional<Manifest> manifest = value.flatMap(reader::manifest);
        problems.addAll(reader.problems);
        return reader.problems.isEmpty() ? manifest : Optional.empty();
    }

    private Optional<Manifest> manifest(Json json) {
        JsonFields fields = JsonFields.of(json, "", "a manifest", problems).only(KEYS);
        schemaVersion(fields);
        Optional<ExtensionKind> kind = fields.word("kind", KINDS);
        Optional<String> name = fields.text("name", Names.LONGEST, Names.EXTENSION, Names.EXTENSION_FORM);
        Optional<SemanticVersion> version = fields.text("version").flatMap(text -> version(fields, text));
        String description = fields.textIfAny("description")
                .filter(text -> isOneLine(fields, text))
                .orElse("");
        Optional<String> publisher = fields.text("publisher", Names.LONGEST, Names.EXTENSION, Names.EXTENSION_FORM);
        Optional<RiskProfile> profile = fields.word("risk_profile", PROFILES);
        Optional<TrustLevel> trust = fields.word("required_trust", LEVELS);
        Set<Capability> capabilities = capabilities(fields, kind, profile);
        boolean mustHaveTools =
                kind.isPresent() && (kind.get() == ExtensionKind.TOOLPACK || kind.get() == ExtensionKind.MCP_SERVER);
        SortedMap<String, Tool> tools = tools(fields, mustHaveTools ? 1 : 0, capabilities);
        SortedMap<String, Digest> artifacts = artifacts(fields);
        List<String> tags = tags(fields);
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Manifest(
                kind.orElseThrow(),
                name.orElseThrow(),
                version.orElseThrow(),
                description,
                publisher.orElseThrow(),
                profile.orElseThrow(),
                trust.orElseThrow(),
                capabilities,
                tools,
                artifacts,
                tags));
    }

    private static void schemaVersion(JsonFields fields) {
        fields.required("schema_version").ifPresent(value -> {
            if (!value.equals(new Json.Num("1"))) {
                fields.problem(
                        "schema_version",
                        "schema_version must be " + Manifest.SCHEMA_VERSION + ", the only one there is, not "
                                + value.describe());
            }
        });
    }

    private static Optional<SemanticVersion> version(JsonFields fields, String text) {
        Optional<SemanticVersion> version = SemanticVersion.parse(text);
        if (version.isEmpty()) {
            fields.problem("version", "version must be " + SemanticVersion.FORM + ", not " + Json.printable(text));
        }
        return version;
    }

    private static boolean isOneLine(JsonFields fields, String text) {
        boolean fits =
                text.length() <= LONGEST_DESCRIPTION && ONE_LINE.matcher(text).matches();
        if (!fits) {
            fields.problem(
                    "description",
                    "description must be one line of at most " + LONGEST_DESCRIPTION
                            + " characters, none of them a control or one that turns or hides text");
        }
        return fits;
    }

    private Set<Capability> capabilities(
            JsonFields fields, Optional<ExtensionKind> kind, Optional<RiskProfile> profile) {
        Set<Capability> asked = EnumSet.noneOf(Capability.class);
        List<Json> items = fields.list("capabilities", 0, CAPABILITIES.size());
        for (int i = 0; i < items.size(); i++) {
            Capability capability = word(fields.at("capabilities"), i, items.get(i), "a capability", CAPABILITIES);
            if (capability == null) {
                continue;
            }
            if (!asked.add(capability)) {
                problem("capabilities", i, "", capability.key() + " is asked for twice; ask once");
            }
            if (kind.isPresent() && profile.isPresent()) {
                Set<Capability> most = profile.get().most(kind.get());
                if (!most.contains(capability)) {
                    problem(
                            "capabilities",
                            i,
                            "",
                            "a " + kind.get().key() + " with the risk profile "
                                    + profile.get().key() + " may ask for " + keys(most) + ", not for "
                                    + capability.key());
                }
            }
        }
        kind.flatMap(ExtensionKind::own).filter(own -> !asked.contains(own)).ifPresent(own -> {
            if (fields.optional("capabilities").isPresent()) {
                fields.problem("capabilities", "a " + own.key() + " needs the capability " + own.key() + "; add it");
            }
        });
        return asked;
    }

    private SortedMap<String, Tool> tools(JsonFields fields, int least, Set<Capability> capabilities) {
        SortedMap<String, Tool> tools = new TreeMap<>();
        Set<String> inOneCase = new HashSet<>();
        List<Json> items = fields.list("tools", least, MOST_TOOLS);
        for (int i = 0; i < items.size(); i++) {
            JsonFields item = JsonFields.of(items.get(i), fields.at("tools") + "/" + i, "a tool", problems)
                    .only(TOOL_KEYS);
            Optional<String> name = item.text("name", Names.LONGEST, Names.TOOL, Names.TOOL_FORM)
                    .filter(n -> isFirst(item, n, inOneCase));
            Optional<Digest> schema = digest(item, "input_schema");
            Optional<Risk> risk = item.word("risk", RISKS);
            if (name.isPresent() && schema.isPresent() && risk.isPresent()) {
                Tool tool = new Tool(name.get(), schema.get(), risk.get());
                if (!tool.fits(capabilities)) {
                    String needed = tool.risk() == Risk.DESTRUCTIVE
                            ? "write or exec"
                            : tool.risk().key();
                    item.problem(
                            "risk",
                            "a tool with the risk " + tool.risk().key()
                                    + " is of no use to an extension without the capability " + needed
                                    + "; ask for it or leave the tool out");
                }
                tools.put(tool.name(), tool);
            }
        }
        return tools;
    }

    private SortedMap<String, Digest> artifacts(JsonFields fields) {
        SortedMap<String, Digest> artifacts = new TreeMap<>();
        Set<String> inOneCase = new HashSet<>();
        List<Json> items = fields.list("artifacts", 1, MOST_ARTIFACTS);
        for (int i = 0; i < items.size(); i++) {
            JsonFields item = JsonFields.of(items.get(i), fields.at("artifacts") + "/" + i, "an artifact", problems)
                    .only(ARTIFACT_KEYS);
            Optional<String> name = item.text("name", Names.LONGEST, Names.ARTIFACT, Names.ARTIFACT_FORM)
                    .filter(n -> isFirst(item, n, inOneCase));
            Optional<Digest> digest = digest(item, "digest");
            if (name.isPresent() && digest.isPresent()) {
                artifacts.put(name.get(), digest.get());
            }
        }
        return artifacts;
    }

    private static boolean isFirst(JsonFields item, String name, Set<String> inOneCase) {
        boolean first = inOneCase.add(name.toLowerCase(Locale.ROOT));
        if (!first) {
            item.problem("name", "another has the name " + name + " (case does not count); give each its own");
        }
        return first;
    }

    private static Optional<Digest> digest(JsonFields fields, String key) {
        return fields.text(key, 80, Digest.WRITTEN, Digest.FORM).flatMap(Digest::parse);
    }

    private List<String> tags(JsonFields fields) {
        List<String> tags = new ArrayList<>();
        List<Json> items = fields.listIfAny("tags", MOST_TAGS);
        for (int i = 0; i < items.size(); i++) {
            Json item = items.get(i);
            if (!(item instanceof Json.Text text) || !Names.isExtension(text.value())) {
                problem("tags", i, "", "a tag must be " + Names.EXTENSION_FORM + ", not " + item.describe());
            } else if (tags.contains(text.value())) {
                problem("tags", i, "", "the tag " + text.value() + " is given twice; give it once");
            } else {
                tags.add(text.value());
            }
        }
        return tags;
    }

    private <E> E word(String at, int index, Json item, String what, Map<String, E> words) {
        E word = item instanceof Json.Text text ? words.get(text.value()) : null;
        if (word == null) {
            add(
                    at + "/" + index,
                    what + " must be one of " + String.join(", ", words.keySet()) + ", not " + item.describe());
        }
        return word;
    }

    private void problem(String list, int index, String field, String message) {
        add("/" + list + "/" + index + (field.isEmpty() ? "" : "/" + field), message);
    }

    private void add(String pointer, String message) {
        if (problems.size() < JsonProblem.MOST) {
            problems.add(new JsonProblem(pointer, message));
        }
    }

    private static String keys(Set<Capability> capabilities) {
        return capabilities.stream().map(Capability::key).collect(Collectors.joining(", "));
    }

    private static <E> Map<String, E> words(E[] values, Function<E, String> key) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E value : values) {
            words.put(key.apply(value), value);
        }
        return words;
    }
}
