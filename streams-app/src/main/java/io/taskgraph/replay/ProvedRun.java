package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A run that was proved as far as it is to be compared, and let go: where its log stands. Decisions that follow were made
 * since, and their state is compared with nothing; but each has to follow the one before, or it was not the run's control
 * plane that wrote it.
 */
final class ProvedRun {
    /** Where its verdict stands in the list of verdicts. */
    final int verdict;

    private final String runId;
    private long sequence;
    private byte[] hash;
    private boolean diverged;

    ProvedRun(String runId, long sequence, byte[] hash, int verdict) {
        this.runId = runId;
        this.sequence = sequence;
        this.hash = hash;
        this.verdict = verdict;
    }

    /**
     * One more decision of the run.
     *
     * @param key the run by the record's key, or null: there is no key beside the record
     * @return why it does not follow, told once a run
     */
    Optional<Divergence> follows(Decision d, Recorded r, String key) {
        if (diverged) {
            return Optional.empty();
        }
        Optional<Divergence> problem = problem(d, r, key);
        diverged = problem.isPresent();
        if (!diverged) {
            sequence = d.getSequence();
            hash = r.hash();
        }
        return problem;
    }

    private Optional<Divergence> problem(Decision d, Recorded r, String key) {
        if (key != null && !key.equals(runId)) {
            return at(d, r, "the run that the decision is of", runId, key + " by its key");
        }
        if (d.getSequence() != sequence + 1) {
            return at(d, r, Divergence.SEQUENCE, Long.toString(d.getSequence()), Long.toString(sequence + 1));
        }
        byte[] previous = d.getPreviousHash().bytes();
        return Arrays.equals(previous, hash)
                ? Optional.empty()
                : at(d, r, "the previous decision's hash", hex(previous), hex(hash));
    }

    private Optional<Divergence> at(Decision d, Recorded r, String what, String recorded, String replayed) {
        return Optional.of(new Divergence(
                runId, d.getSequence(), r.place().partition(), r.place().number(), what, recorded, replayed));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
