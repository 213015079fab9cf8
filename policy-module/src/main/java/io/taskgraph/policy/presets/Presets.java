package io.taskgraph.policy.presets;

import io.taskgraph.policy.contract.Policy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The policies that come with the product, by name. A released preset is frozen: runs pin it by digest. */
public final class Presets {
    private static final List<String> NAMES = List.of(
            "default",
            "local-permissive",
            "strict",
            "managed",
            "ci-unattended",
            "full",
            "demo",
            "bench",
            "bench-full",
            "offline");
    private static final Map<String, String> SOURCES = sources();
    private static final Map<String, Policy> BY_NAME = load();

    private Presets() {}

    /** The preset of that name, if there is one. Cost: a look-up. */
    public static Optional<Policy> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** All names, the usual one first. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Reads a document that may extend a preset.
     *
     * @throws io.taskgraph.policy.contract.PolicyException with all that is wrong with it
     */
    public static Policy parse(String yaml) {
        return Policy.parse(yaml, Presets::named);
    }

    /** The preset's document as it was shipped, comments and all; empty if there is no such preset. */
    public static Optional<String> source(String name) {
        return Optional.ofNullable(SOURCES.get(name));
    }

    private static Map<String, String> sources() {
        Map<String, String> sources = new LinkedHashMap<>();
        for (String name : NAMES) {
            try (InputStream in = Presets.class.getResourceAsStream(name + ".yaml")) {
                if (in == null) {
                    throw new IllegalStateException("preset " + name + " is missing from the jar");
                }
                sources.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sources;
    }

    private static Map<String, Policy> load() {
        Map<String, Policy> policies = new LinkedHashMap<>();
        for (String name : NAMES) {
            // A preset extends only those before it.
            Policy policy = Policy.parse(SOURCES.get(name), base -> Optional.ofNullable(policies.get(base)));
            if (!policy.name().equals(name)) {
                throw new IllegalStateException("preset " + name + " calls itself " + policy.name());
            }
            policies.put(name, policy);
        }
        return policies;
    }
}
