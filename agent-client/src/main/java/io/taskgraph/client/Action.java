package io.taskgraph.client;

import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Risk;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/**
 * Something that an agent wants to do to the world, as the control plane is asked about it. The arguments stay with the
 * agent: an answer is bound to their digest, so that it holds for exactly these.
 *
 * @param tool what it is done with: 1 to 256 characters, no control characters, no white space at either end
 * @param risk how much harm it can do; unknown is treated as the most dangerous
 * @param argumentsDigest SHA-256 of the arguments as the agent serializes them: the same arguments must always give the
 *     same bytes
 * @param purpose what for, for whoever approves; its first 1024 characters are kept
 */
public record Action(String tool, Risk risk, Digest argumentsDigest, String purpose) {
    private static final int MOST_TOOL = 256;
    private static final int MOST_PURPOSE = 1024;

    /** @throws IllegalArgumentException with one sentence, if the tool's name is none */
    public Action {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(risk, "risk");
        Objects.requireNonNull(argumentsDigest, "argumentsDigest");
        requireName(tool);
        purpose = Cut.to(MOST_PURPOSE, purpose);
    }

    /** An action with arguments in text form, such as JSON with its keys in a fixed order; may be empty. */
    public static Action of(String tool, Risk risk, String arguments, String purpose) {
        return of(tool, risk, arguments.getBytes(StandardCharsets.UTF_8), purpose);
    }

    /** An action with arguments in bytes. */
    public static Action of(String tool, Risk risk, byte[] arguments, String purpose) {
        return new Action(tool, risk, new Digest(sha256(arguments)), purpose);
    }

    /** The control plane refuses such a request, and a refused request has no answer to wait for. */
    private static void requireName(String tool) {
        boolean odd = tool.isEmpty()
                || tool.length() > MOST_TOOL
                || !tool.equals(tool.strip())
                || tool.codePoints().anyMatch(Action::isOdd);
        if (odd) {
            throw new IllegalArgumentException("The tool's name must have 1 to " + MOST_TOOL
                    + " characters, no control characters, and no white space at either end.");
        }
    }

    private static boolean isOdd(int point) {
        int type = Character.getType(point);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
