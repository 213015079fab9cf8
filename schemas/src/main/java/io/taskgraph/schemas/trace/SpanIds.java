package io.taskgraph.schemas.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Ids of traces and spans as a function of what they are of, so that whoever knows a run, a task or an attempt knows its
 * span: two exports are equal, and an agent's own spans join the run's without a word exchanged. The beginning of a
 * SHA-256 over a kind and the names, each ended by a zero byte, which no name has. All methods are safe for any thread.
 */
public final class SpanIds {
    private static final int TRACE = 16;
    private static final int SPAN = 8;
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(SpanIds::newSha256);

    private SpanIds() {}

    /** The trace of a run whose producer gave none: 32 hex digits. */
    public static String trace(String runId) {
        return id(TRACE, "trace", runId);
    }

    /** The span of a run: 16 hex digits, as of all that follow. */
    public static String run(String runId) {
        return id(SPAN, "run", runId);
    }

    /** The span of a phase, by the decision that began it and the fact's place in it. */
    public static String phase(String runId, long sequence, int index) {
        return id(SPAN, "phase", runId, Long.toString(sequence), Integer.toString(index));
    }

    /** The span of a task. */
    public static String task(String runId, String taskId) {
        return id(SPAN, "task", runId, taskId);
    }

    /** The span of an attempt. */
    public static String attempt(String runId, String taskId, int attempt) {
        return id(SPAN, "attempt", runId, taskId, Integer.toString(attempt));
    }

    /** The span of an approval. */
    public static String approval(String runId, String approvalId) {
        return id(SPAN, "approval", runId, approvalId);
    }

    private static String id(int bytes, String... names) {
        MessageDigest digest = SHA_256.get();
        for (String name : names) {
            digest.update(name.getBytes(UTF_8));
            digest.update((byte) 0);
        }
        String hex = HexFormat.of().formatHex(digest.digest(), 0, bytes);
        // All zeros mean "no id".
        return hex.chars().allMatch(c -> c == '0') ? hex.substring(1) + "1" : hex;
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
