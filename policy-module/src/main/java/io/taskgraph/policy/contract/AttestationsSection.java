package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.NearestName;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.attest.PredicateKind;
import io.taskgraph.policy.trust.settings.AttestationRule;
import io.taskgraph.policy.trust.settings.TrustKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** What {@code trust.attestations} says. */
final class AttestationsSection {
    static final List<String> KEYS =
            List.of("predicate", "keys", "threshold", "capabilities", "trust", "max_age", "by", "most_findings");

    private static final Map<String, PredicateKind> PREDICATES =
            Reading.words(PredicateKind.values(), PredicateKind::key);
    private static final Map<String, Capability> CAPABILITIES = Reading.words(Capability.values(), Capability::key);
    private static final int LONGEST = 512;
    private static final int MOST_PATTERNS = 100;
    private static final int MOST_FINDINGS = 1_000_000;
    private static final long LONGEST_AGE = 10L * 366 * 24 * 3_600_000;

    private AttestationsSection() {}

    static SortedMap<String, AttestationRule> read(
            Reading reading,
            Optional<Node> node,
            SortedMap<String, AttestationRule> inherited,
            SortedMap<String, TrustKey> keys) {
        return KeysSection.named(
                reading, node, "attestations", inherited, (name, value) -> rule(reading, name, value, keys));
    }

    private static Optional<AttestationRule> rule(
            Reading reading, String name, Node node, SortedMap<String, TrustKey> known) {
        String what = "the attestation " + name;
        Map<String, Node> given = new HashMap<>();
        reading.section(node, what, KEYS, given::put);
        if (!(node instanceof Node.Mapping)) {
            return Optional.empty();
        }
        Optional<String> predicate = predicate(reading, node, given.get("predicate"), what);
        SortedSet<String> keys = KeysSection.keyNames(reading, node, given, what, known);
        int threshold = KeysSection.threshold(reading, given, keys);
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (Node item : list(reading, given, "capabilities")) {
            reading.word(item, "a capability", CAPABILITIES).ifPresent(capabilities::add);
        }
        Optional<TrustLevel> trust = Optional.ofNullable(given.get("trust"))
                .flatMap(value -> reading.word(value, "trust", TrustSection.LEVELS));
        long maxAge = given.containsKey("max_age")
                ? reading.quantity(given.get("max_age"), "max_age", Unit.MILLIS, 0, LONGEST_AGE)
                        .orElse(0L)
                : 0;
        List<String> by = new ArrayList<>();
        for (Node item : list(reading, given, "by")) {
            reading.text(item, "a pattern of by", LONGEST).ifPresent(by::add);
        }
        int findings = given.containsKey("most_findings")
                ? reading.whole(given.get("most_findings"), "most_findings", 0, MOST_FINDINGS)
                        .orElse(0L)
                        .intValue()
                : 0;
        return predicate.isEmpty() || keys.isEmpty()
                ? Optional.empty()
                : Optional.of(new AttestationRule(
                        name, predicate.get(), keys, threshold, capabilities, trust, maxAge, by, findings));
    }

    private static List<Node> list(Reading reading, Map<String, Node> given, String key) {
        return given.containsKey(key) ? reading.list(given.get(key), key, MOST_PATTERNS) : List.of();
    }

    private static Optional<String> predicate(Reading reading, Node rule, Node node, String what) {
        if (node == null) {
            reading.problem(
                    rule,
                    what + " has no predicate; add predicate: and one of " + String.join(", ", PREDICATES.keySet())
                            + " or a predicate type's URI");
            return Optional.empty();
        }
        return reading.text(node, "predicate", LONGEST).filter(text -> {
            boolean fits = PREDICATES.containsKey(text) || text.contains(":");
            if (!fits) {
                reading.problem(
                        node,
                        "predicate must be one of its words or a predicate type's URI, not " + node.describe() + "; "
                                + NearestName.hint(text, PREDICATES.keySet()));
            }
            return fits;
        });
    }

    static void write(StringBuilder text, SortedMap<String, AttestationRule> rules) {
        text.append(rules.isEmpty() ? "" : "  attestations:\n");
        for (AttestationRule rule : rules.values()) {
            text.append("    ").append(Quoted.of(rule.name())).append(": {predicate: ");
            text.append(Quoted.of(rule.predicate()));
            text.append(", keys: ").append(PeopleSection.list(List.copyOf(rule.keys())));
            text.append(", threshold: ").append(rule.threshold());
            text.append(", capabilities: ")
                    .append(rule.capabilities().stream()
                            .map(Capability::key)
                            .collect(Collectors.joining(", ", "[", "]")));
            rule.trust().ifPresent(level -> text.append(", trust: ").append(level.key()));
            text.append(", max_age: ").append(Unit.MILLIS.write(rule.maxAgeMillis()));
            text.append(", by: ").append(PeopleSection.list(rule.by()));
            text.append(", most_findings: ").append(rule.mostFindings()).append("}\n");
        }
    }
}
