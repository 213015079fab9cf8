package io.taskgraph.engine;

import io.taskgraph.avro.CompensationSpec;
import io.taskgraph.avro.RestoredTask;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TimeLimits;
import io.taskgraph.schemas.codec.Digests;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/**
 * The digest of tasks that are restored: a sum modulo 2^256 of the SHA-256 of each, so that the order and the pieces in
 * which they come do not matter and each costs its own size. A task's bytes are those of an {@link EntryWriter}, whose
 * numbers below are never used again: a field that joins later does not change what does not use it.
 */
final class RestoredDigest {
    /** Of no task. */
    static final String ZERO = "0".repeat(2 * Digests.BYTES);

    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(8 * Digests.BYTES);

    private RestoredDigest() {}

    /** Of these tasks, in lower-case hexadecimal. */
    static String of(List<RestoredTask> tasks) {
        String sum = ZERO;
        for (RestoredTask t : tasks) {
            sum = plus(sum, t);
        }
        return sum;
    }

    /** Of the tasks with that sum and this one. */
    static String plus(String sum, RestoredTask task) {
        BigInteger digest = new BigInteger(1, Digests.sha256(bytes(task)).bytes());
        BigInteger total = new BigInteger(sum, 16).add(digest).mod(MODULUS);
        return String.format(Locale.ROOT, "%064x", total);
    }

    private static byte[] bytes(RestoredTask r) {
        TaskSpec s = r.getTask();
        EntryWriter out = new EntryWriter();
        out.text(1, s.getTaskId())
                .text(2, s.getTitle())
                .texts(3, s.getDependsOn().stream().distinct().sorted().toList())
                .number(4, s.getPriority())
                .number(5, s.getRisk().ordinal())
                .text(6, s.getAgentType())
                .text(7, s.getAssignee())
                .number(8, s.getFailureMode().ordinal())
                .text(9, s.getPayload())
                .number(10, s.getExpectedMillis());
        Ledger.writeBounds(out, 11, Usage.bounds(s.getBudget()));
        out.text(14, s.getCompensates());
        TimeLimits l = s.getLimits();
        if (l != null) {
            out.number(15, orZero(l.getStartMillis()))
                    .number(16, orZero(l.getEndMillis()))
                    .number(17, orZero(l.getHeartbeatMillis()));
        }
        CompensationSpec c = s.getCompensation();
        if (c != null) {
            out.text(18, c.getTitle())
                    .number(19, c.getRisk().ordinal())
                    .text(20, c.getAgentType())
                    .text(21, c.getPayload())
                    .number(22, c.getExpectedMillis());
        }
        return out.number(23, r.getStatus().ordinal())
                .text(24, r.getOutcome())
                .number(25, r.getArchived() ? 1 : 0)
                .texts(26, s.getToolpacks(), RegisteredExtension::id)
                .done();
    }

    private static long orZero(Long millis) {
        return millis == null ? 0 : millis;
    }
}
