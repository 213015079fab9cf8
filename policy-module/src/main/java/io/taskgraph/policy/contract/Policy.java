package io.taskgraph.policy.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A policy: what bounds a run. A run pins one by its digest when it is created, and the decision log carries the
 * document, so that a log explains itself.
 *
 * @param name the policy's name
 * @param caps the numbers
 * @param document the canonical text: every key in a fixed order, defaults resolved. It parses back to an equal policy.
 *     A key that joins the contract later is written only when it differs from its default, so that the documents of
 *     older logs keep their text and digest.
 */
public record Policy(String name, Caps caps, String document) {

    /**
     * Reads a document.
     *
     * @throws PolicyException with all that is wrong with it
     */
    public static Policy parse(String yaml) {
        return PolicyReader.read(yaml);
    }

    /**
     * A policy of these parts, with its canonical document.
     *
     * @throws IllegalArgumentException if the name is not one
     */
    public static Policy of(String name, Caps caps) {
        if (!PolicyReader.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a policy's name must be " + PolicyReader.NAME_FORM);
        }
        return new Policy(name, caps, canonical(name, caps));
    }

    /** Checks that the document is the canonical one of the other parts: equal policies have equal digests. */
    public Policy {
        if (!document.equals(canonical(name, caps))) {
            throw new IllegalArgumentException("the document of policy " + name + " is not canonical; use Policy.of");
        }
    }

    /** SHA-256 of the document (UTF-8) in lower-case hexadecimal. Cost: hashes the document. */
    public String digest() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(document.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    // A name needs no quotes unless YAML would take it for something else; quoting always is the same for all.
    private static String canonical(String name, Caps caps) {
        StringBuilder text = new StringBuilder("name: \"").append(name).append("\"\ncaps:\n");
        for (Cap cap : Cap.values()) {
            text.append("  ")
                    .append(cap.key())
                    .append(": ")
                    .append(cap.write(cap.of(caps)))
                    .append('\n');
        }
        return text.toString();
    }
}
