package io.taskgraph.replay;

/**
 * The first place where what is recorded and what follows from it part.
 *
 * @param sequence the decision, 0 if none is to blame
 * @param partition where it stands on the log, -1 if none is to blame
 * @param offset where it stands on the log, -1 if none is to blame
 * @param what which check failed, and on which entry and field
 * @param recorded what is recorded
 * @param replayed what follows from the log
 */
public record Divergence(
        String runId, long sequence, int partition, long offset, String what, String recorded, String replayed) {
    /** One sentence. */
    public String sentence() {
        String where = sequence == 0 ? "" : " at decision " + sequence;
        String on = offset < 0 ? "" : " (partition " + partition + ", offset " + offset + ")";
        return "Run " + runId + " diverges" + where + on + ": " + what + " is recorded as " + recorded
                + " and replayed as " + replayed + ".";
    }
}
