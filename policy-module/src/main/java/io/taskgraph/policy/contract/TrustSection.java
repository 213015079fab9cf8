package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.Names;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.manifest.RiskProfile;
import io.taskgraph.policy.trust.manifest.SemanticVersion;
import io.taskgraph.policy.trust.settings.AttestationRule;
import io.taskgraph.policy.trust.settings.OnRevocation;
import io.taskgraph.policy.trust.settings.Signers;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The section {@code trust}. What is named in it replaces what is inherited under the same name. */
final class TrustSection {
    static final List<String> KEYS = List.of(
            "default",
            "run",
            "agent_types",
            "publishers",
            "keys",
            "signers",
            "pins",
            "attestations",
            "enable",
            "on_revocation",
            "clock_skew");
    static final List<String> PROFILES = List.of("read-only", "standard", "privileged");
    static final List<String> ENABLE_KEYS =
            List.of("approvers", "roles", "expires_after", PROFILES.get(0), PROFILES.get(1), PROFILES.get(2));

    static final Map<String, TrustLevel> LEVELS = Reading.words(TrustLevel.values(), TrustLevel::key);
    private static final Map<String, OnRevocation> ON_REVOCATION =
            Reading.words(OnRevocation.values(), OnRevocation::key);
    private static final Map<String, RiskProfile> BY_PROFILE = Reading.words(RiskProfile.values(), RiskProfile::key);
    private static final int LONGEST_NAME = 256;
    private static final int MOST_PINS = 10_000;
    private static final long MOST_SKEW = 3_600_000;

    private final Reading reading;
    private final Map<String, Node> given = new HashMap<>();

    private TrustSection(Reading reading) {
        this.reading = reading;
    }

    static TrustSettings read(
            Reading reading, Node node, TrustSettings inherited, SortedMap<String, List<String>> people) {
        TrustSection section = new TrustSection(reading);
        reading.section(node, "trust", KEYS, section.given::put);
        return section.settings(node, inherited, people);
    }

    private TrustSettings settings(Node node, TrustSettings from, SortedMap<String, List<String>> people) {
        TrustLevel ifNotNamed = word("default", LEVELS, from.ifNotNamed());
        TrustLevel run = word("run", LEVELS, from.run());
        SortedMap<String, TrustLevel> agentTypes = levels("agent_types", from.agentTypes(), false);
        SortedMap<String, TrustLevel> publishers = levels("publishers", from.publishers(), true);
        SortedMap<String, TrustKey> keys =
                KeysSection.keys(reading, Optional.ofNullable(given.get("keys")), from.keys());
        SortedMap<String, Signers> signers =
                KeysSection.signers(reading, Optional.ofNullable(given.get("signers")), from.signers(), keys);
        SortedMap<String, AttestationRule> attestations = AttestationsSection.read(
                reading, Optional.ofNullable(given.get("attestations")), from.attestations(), keys);
        KeysSection.check(reading, node, keys, signers, attestations);
        long skew = given.containsKey("clock_skew")
                ? reading.quantity(given.get("clock_skew"), "clock_skew", Unit.MILLIS, 0, MOST_SKEW)
                        .orElse(from.clockSkewMillis())
                : from.clockSkewMillis();
        return new TrustSettings(
                ifNotNamed,
                run,
                agentTypes,
                publishers,
                keys,
                signers,
                pins(from.pins()),
                attestations,
                enable(from, people),
                word("on_revocation", ON_REVOCATION, from.onRevocation()),
                skew);
    }

    private <E> E word(String key, Map<String, E> words, E inherited) {
        return given.containsKey(key) ? reading.word(given.get(key), key, words).orElse(inherited) : inherited;
    }

    private SortedMap<String, TrustLevel> levels(
            String what, SortedMap<String, TrustLevel> inherited, boolean publishers) {
        SortedMap<String, TrustLevel> levels = new TreeMap<>(inherited);
        entries(what).forEach(entry -> {
            // Whatever YAML would take a key for, here it is a name.
            Node name = text(entry.key());
            Optional<String> read =
                    publishers ? publisher(reading, name) : reading.text(name, "a name under " + what, LONGEST_NAME);
            read.ifPresent(n ->
                    reading.word(entry.value(), "the level of " + n, LEVELS).ifPresent(level -> levels.put(n, level)));
        });
        return levels;
    }

    private static Optional<String> publisher(Reading reading, Node node) {
        String name = ((Node.Scalar) node).text();
        if (Names.isExtension(name)) {
            return Optional.of(name);
        }
        reading.problem(node, "a publisher must be " + Names.EXTENSION_FORM + ", not " + node.describe());
        return Optional.empty();
    }

    private List<Node.Entry> entries(String key) {
        return Optional.ofNullable(given.get(key))
                .flatMap(node -> reading.mapping(node, key))
                .map(Node.Mapping::entries)
                .orElse(List.of());
    }

    static Node.Scalar text(Node.Scalar key) {
        return new Node.Scalar(Node.Kind.TEXT, key.text(), key.line(), key.column());
    }

    /** Whether a value takes an inherited one away. */
    static boolean isNone(Node node) {
        return node instanceof Node.Scalar scalar && scalar.text().equals("none");
    }

    private SortedMap<String, SortedMap<String, Digest>> pins(SortedMap<String, SortedMap<String, Digest>> inherited) {
        SortedMap<String, SortedMap<String, Digest>> pins = new TreeMap<>(inherited);
        List<Node.Entry> entries = entries("pins");
        if (entries.size() > MOST_PINS) {
            reading.problem(given.get("pins"), "pins has more than the " + MOST_PINS + " names allowed");
            return pins;
        }
        for (Node.Entry entry : entries) {
            String name = entry.key().text();
            if (!Names.isExtension(name)) {
                reading.problem(
                        entry.key(),
                        "the name of an extension must be " + Names.EXTENSION_FORM + ", not "
                                + text(entry.key()).describe());
            } else if (isNone(entry.value())) {
                pins.remove(name);
            } else {
                reading.mapping(entry.value(), "the pins of " + name)
                        .ifPresent(mapping -> pins.put(name, versions(mapping)));
            }
        }
        return pins;
    }

    private SortedMap<String, Digest> versions(Node.Mapping mapping) {
        SortedMap<String, Digest> versions = new TreeMap<>();
        for (Node.Entry entry : mapping.entries()) {
            Optional<SemanticVersion> version =
                    SemanticVersion.parse(entry.key().text());
            if (version.isEmpty()) {
                reading.problem(
                        entry.key(),
                        "a pinned version must be " + SemanticVersion.FORM + ", not "
                                + text(entry.key()).describe());
            }
            Optional<Digest> digest =
                    entry.value() instanceof Node.Scalar scalar ? Digest.parse(scalar.text()) : Optional.empty();
            if (digest.isEmpty()) {
                reading.problem(
                        entry.value(),
                        "the digest of version " + entry.key().text() + " must be " + Digest.FORM + ", not "
                                + entry.value().describe());
            }
            version.ifPresent(v -> digest.ifPresent(d -> versions.put(v.text(), d)));
        }
        return versions;
    }

    private Map<RiskProfile, ApprovalTerms> enable(TrustSettings from, SortedMap<String, List<String>> people) {
        Map<RiskProfile, ApprovalTerms> terms = new EnumMap<>(RiskProfile.class);
        for (RiskProfile profile : RiskProfile.values()) {
            terms.put(profile, from.toEnable(profile));
        }
        Node node = given.get("enable");
        if (node == null) {
            return terms;
        }
        reading.section(node, "enable", ENABLE_KEYS, (key, value) -> {
            if (!BY_PROFILE.containsKey(key)) {
                var term = ApprovalsSection.term(reading, key, value, people);
                terms.replaceAll((profile, t) -> term.apply(t));
            }
        });
        if (node instanceof Node.Mapping mapping) {
            // The nearer one holds, wherever it stands.
            BY_PROFILE.forEach((word, profile) -> mapping.get(word)
                    .ifPresent(own -> reading.section(
                            own,
                            word,
                            ApprovalsSection.TERMS,
                            (key, value) -> terms.computeIfPresent(
                                    profile, (p, t) -> ApprovalsSection.term(reading, key, value, people)
                                            .apply(t)))));
        }
        return terms;
    }

    /** Tells of terms of enabling that can never be met. */
    static void check(Reading reading, Node at, TrustSettings trust, SortedMap<String, List<String>> people) {
        for (RiskProfile profile : RiskProfile.values()) {
            ApprovalsSection.check(
                    reading, at, "enabling what is " + profile.key() + " takes", trust.toEnable(profile), people);
        }
    }

    /** What joined later is left out where it does not differ from its default: so older policies keep their text. */
    static void write(StringBuilder text, TrustSettings trust) {
        text.append("trust:\n  default: ").append(trust.ifNotNamed().key()).append('\n');
        write(text, "agent_types", trust.agentTypes());
        write(text, "publishers", trust.publishers());
        TrustSettings d = TrustSettings.DEFAULT;
        if (trust.run() != d.run()) {
            text.append("  run: ").append(trust.run().key()).append('\n');
        }
        KeysSection.write(text, trust.keys(), trust.signers());
        if (!trust.pins().isEmpty()) {
            text.append("  pins:\n");
            trust.pins().forEach((name, versions) -> {
                text.append("    ").append(Quoted.of(name)).append(":").append(versions.isEmpty() ? " {}\n" : "\n");
                versions.forEach((version, digest) -> text.append("      ")
                        .append(Quoted.of(version))
                        .append(": ")
                        .append(Quoted.of(digest.toString()))
                        .append('\n'));
            });
        }
        AttestationsSection.write(text, trust.attestations());
        if (!trust.enable().isEmpty()) {
            text.append("  enable:\n");
            for (RiskProfile profile : RiskProfile.values()) {
                text.append("    ").append(profile.key()).append(": ");
                ApprovalsSection.write(text, trust.toEnable(profile));
            }
        }
        if (trust.onRevocation() != d.onRevocation()) {
            text.append("  on_revocation: ").append(trust.onRevocation().key()).append('\n');
        }
        if (trust.clockSkewMillis() != d.clockSkewMillis()) {
            text.append("  clock_skew: ")
                    .append(Unit.MILLIS.write(trust.clockSkewMillis()))
                    .append('\n');
        }
    }

    private static void write(StringBuilder text, String what, SortedMap<String, TrustLevel> levels) {
        text.append("  ").append(what).append(":").append(levels.isEmpty() ? " {}\n" : "\n");
        levels.forEach((name, level) -> text.append("    ")
                .append(Quoted.of(name))
                .append(": ")
                .append(level.key())
                .append('\n'));
    }
}
