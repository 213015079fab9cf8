package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.NearestName;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.dsse.UnusableKey;
import io.taskgraph.policy.trust.dsse.VerifyingKey;
import io.taskgraph.policy.trust.settings.AttestationRule;
import io.taskgraph.policy.trust.settings.Signers;
import io.taskgraph.policy.trust.settings.TrustKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What {@code trust.keys} and {@code trust.signers} say. */
final class KeysSection {
    static final List<String> KEY_KEYS = List.of("public", "keyid", "from", "until", "revoked");
    static final List<String> PLAIN_KEY_KEYS = List.of("public", "from", "until", "revoked");
    static final List<String> SIGNERS_KEYS = List.of("publishers", "names", "keys", "threshold", "confers");

    private static final int MOST = 1_000;
    private static final int MOST_KEYS = 100;
    private static final int LONGEST = 256;

    private KeysSection() {}

    static SortedMap<String, TrustKey> keys(
            Reading reading, Optional<Node> node, SortedMap<String, TrustKey> inherited) {
        return named(reading, node, "keys", inherited, (name, value) -> key(reading, name, value, KEY_KEYS));
    }

    /** Keys that are known by their fingerprints alone. */
    static SortedMap<String, TrustKey> plainKeys(Reading reading, Optional<Node> node) {
        return named(
                reading,
                node,
                "keys",
                Collections.emptySortedMap(),
                (name, value) -> key(reading, name, value, PLAIN_KEY_KEYS));
    }

    static SortedMap<String, Signers> signers(
            Reading reading,
            Optional<Node> node,
            SortedMap<String, Signers> inherited,
            SortedMap<String, TrustKey> keys) {
        return named(reading, node, "signers", inherited, (name, value) -> signers(reading, name, value, keys));
    }

    /** Reads values by name; {@code none} takes an inherited one away. */
    static <T> SortedMap<String, T> named(
            Reading reading, Optional<Node> node, String what, SortedMap<String, T> inherited, NamedReader<T> reader) {
        SortedMap<String, T> all = new TreeMap<>(inherited);
        node.flatMap(n -> reading.mapping(n, what)).ifPresent(mapping -> {
            if (mapping.entries().size() > MOST) {
                reading.problem(mapping, what + " has more than the " + MOST + " names allowed");
                return;
            }
            for (Node.Entry entry : mapping.entries()) {
                Optional<String> name = reading.name(TrustSection.text(entry.key()), "a name under " + what);
                if (TrustSection.isNone(entry.value())) {
                    name.ifPresent(all::remove);
                } else {
                    name.flatMap(n -> reader.read(n, entry.value())).ifPresent(value -> all.put(name.get(), value));
                }
            }
        });
        return all;
    }

    interface NamedReader<T> {
        Optional<T> read(String name, Node node);
    }

    private static Optional<TrustKey> key(Reading reading, String name, Node node, List<String> known) {
        Map<String, Node> given = new HashMap<>();
        reading.section(node, "the key " + name, known, given::put);
        Optional<VerifyingKey> key = Optional.empty();
        if (given.containsKey("public")) {
            key = verifyingKey(reading, name, given.get("public"));
        } else if (node instanceof Node.Mapping) {
            reading.problem(node, "the key " + name + " has no public; add public: and the one line of its PEM file");
        }
        String keyid = given.containsKey("keyid")
                ? reading.text(given.get("keyid"), "keyid", LONGEST).orElse("")
                : "";
        long from = time(reading, given, "from", 0);
        long until = time(reading, given, "until", TrustKey.FOREVER);
        if (from >= until) {
            reading.problem(node, "the key " + name + " is never valid: until is not later than from");
        }
        boolean revoked = given.containsKey("revoked")
                && reading.truth(given.get("revoked"), "revoked").orElse(true);
        return key.map(k -> new TrustKey(name, k, keyid, from, until, revoked));
    }

    private static Optional<VerifyingKey> verifyingKey(Reading reading, String name, Node node) {
        return reading.text(node, "public", LONGEST).flatMap(text -> {
            try {
                return Optional.of(VerifyingKey.ofBase64(text));
            } catch (UnusableKey e) {
                reading.problem(node, "the public key of " + name + " cannot be used: " + e.getMessage());
                return Optional.empty();
            }
        });
    }

    private static long time(Reading reading, Map<String, Node> given, String key, long ifLeftOut) {
        Node node = given.get(key);
        if (node == null) {
            return ifLeftOut;
        }
        Optional<Long> time = node instanceof Node.Scalar scalar ? Timestamps.parse(scalar.text()) : Optional.empty();
        if (time.isEmpty()) {
            reading.problem(node, key + " must be " + Timestamps.FORM + ", not " + node.describe());
        }
        return time.orElse(ifLeftOut);
    }

    private static Optional<Signers> signers(
            Reading reading, String name, Node node, SortedMap<String, TrustKey> known) {
        String what = "the signers " + name;
        Map<String, Node> given = new HashMap<>();
        reading.section(node, what, SIGNERS_KEYS, given::put);
        if (!(node instanceof Node.Mapping)) {
            return Optional.empty();
        }
        List<String> publishers = patterns(reading, node, given, what, "publishers");
        List<String> names = patterns(reading, node, given, what, "names");
        SortedSet<String> keys = keyNames(reading, node, given, what, known);
        int threshold = threshold(reading, given, keys);
        TrustLevel confers = null;
        if (given.containsKey("confers")) {
            confers = reading.word(given.get("confers"), "confers", TrustSection.LEVELS)
                    .orElse(null);
        } else {
            reading.problem(node, what + " have no confers; add confers: and a level of trust");
        }
        return publishers.isEmpty() || names.isEmpty() || keys.isEmpty() || confers == null
                ? Optional.empty()
                : Optional.of(new Signers(name, publishers, names, keys, threshold, confers));
    }

    private static List<String> patterns(Reading reading, Node node, Map<String, Node> given, String what, String key) {
        List<String> patterns = new ArrayList<>();
        if (!given.containsKey(key)) {
            reading.problem(node, what + " have no " + key + "; add " + key + ": and a list of patterns");
            return patterns;
        }
        List<Node> items = reading.list(given.get(key), key, MOST_KEYS);
        for (Node item : items) {
            reading.text(item, "a pattern of " + key, LONGEST).ifPresent(patterns::add);
        }
        if (items.isEmpty() && given.get(key) instanceof Node.Sequence) {
            reading.problem(given.get(key), what + " may sign nothing; list a pattern under " + key);
        }
        return patterns;
    }

    /** The names of keys that a quorum is of; each must be one of the policy's. */
    static SortedSet<String> keyNames(
            Reading reading, Node node, Map<String, Node> given, String what, SortedMap<String, TrustKey> known) {
        SortedSet<String> keys = new TreeSet<>();
        if (!given.containsKey("keys")) {
            reading.problem(node, what + " names no keys; add keys: and a list of names of trust.keys");
            return keys;
        }
        List<Node> items = reading.list(given.get("keys"), "keys", MOST_KEYS);
        for (Node item : items) {
            reading.name(item, "a key").ifPresent(key -> {
                if (!known.containsKey(key)) {
                    String remedy =
                            known.isEmpty() ? "name it under trust.keys" : NearestName.hint(key, known.keySet());
                    reading.problem(item, "there is no key " + key + "; " + remedy);
                } else if (!keys.add(key)) {
                    reading.problem(item, "the key " + key + " is named twice; name it once");
                }
            });
        }
        if (items.isEmpty() && given.get("keys") instanceof Node.Sequence) {
            reading.problem(given.get("keys"), what + " names no keys; list some");
        }
        return keys;
    }

    static int threshold(Reading reading, Map<String, Node> given, SortedSet<String> keys) {
        Node node = given.get("threshold");
        return node == null
                ? 1
                : reading.whole(node, "threshold", 1, Math.max(1, keys.size()))
                        .orElse(1L)
                        .intValue();
    }

    /** Tells of keys that are one and the same, and of keys that are gone while somebody needs them. */
    static void check(
            Reading reading,
            Node at,
            SortedMap<String, TrustKey> keys,
            SortedMap<String, Signers> signers,
            SortedMap<String, AttestationRule> attestations) {
        Map<Digest, String> byFingerprint = new HashMap<>();
        for (TrustKey key : keys.values()) {
            String other = byFingerprint.putIfAbsent(key.key().fingerprint(), key.name());
            if (other != null) {
                reading.problem(
                        at,
                        "the keys " + other + " and " + key.name()
                                + " are one and the same, so that one signature would count twice; leave one out");
            }
        }
        Map<String, SortedSet<String>> needed = new TreeMap<>();
        signers.values().forEach(s -> needed.put("the signers " + s.name(), s.keys()));
        attestations.values().forEach(a -> needed.put("the attestation " + a.name(), a.keys()));
        needed.forEach((who, names) -> names.stream()
                .filter(name -> !keys.containsKey(name))
                .forEach(name -> reading.problem(at, who + " needs the key " + name + ", which is gone")));
    }

    static void write(StringBuilder text, SortedMap<String, TrustKey> keys, SortedMap<String, Signers> signers) {
        text.append(keys.isEmpty() ? "" : "  keys:\n");
        keys.values().forEach(key -> write(text, "    ", key));
        text.append(signers.isEmpty() ? "" : "  signers:\n");
        for (Signers s : signers.values()) {
            text.append("    ").append(Quoted.of(s.name())).append(": {publishers: ");
            text.append(PeopleSection.list(s.publishers()));
            text.append(", names: ").append(PeopleSection.list(s.names()));
            text.append(", keys: ").append(PeopleSection.list(List.copyOf(s.keys())));
            text.append(", threshold: ").append(s.threshold());
            text.append(", confers: ").append(s.confers().key()).append("}\n");
        }
    }

    /** One line: a key under its name. */
    static void write(StringBuilder text, String indent, TrustKey key) {
        text.append(indent).append(Quoted.of(key.name())).append(": {public: ");
        text.append(Quoted.of(key.key().base64()));
        if (!key.keyid().isEmpty()) {
            text.append(", keyid: ").append(Quoted.of(key.keyid()));
        }
        if (key.fromMillis() > 0) {
            text.append(", from: ").append(Quoted.of(Timestamps.write(key.fromMillis())));
        }
        if (key.untilMillis() != TrustKey.FOREVER) {
            text.append(", until: ").append(Quoted.of(Timestamps.write(key.untilMillis())));
        }
        text.append(key.revoked() ? ", revoked: true}\n" : "}\n");
    }
}
