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
 * @param file where it stands in an export, as in {@code decisions-03.avro, record 17}; empty on a log
 */
public record Divergence(
        String runId,
        long sequence,
        int partition,
        long offset,
        String what,
        String recorded,
        String replayed,
        String file) {
    /** What parts where the numbers of decisions do not follow one another. */
    static final String SEQUENCE = "the sequence number";

    /** One on a log. */
    public Divergence(
            String runId, long sequence, int partition, long offset, String what, String recorded, String replayed) {
        this(runId, sequence, partition, offset, what, recorded, replayed, "");
    }

    /** One sentence. */
    public String sentence() {
        String where = sequence == 0 ? "" : " at decision " + sequence;
        String on = !file.isEmpty()
                ? " (" + file + ")"
                : offset < 0 ? "" : " (partition " + partition + ", offset " + offset + ")";
        return "Run " + runId + " diverges" + where + on + ": " + what + " is recorded as " + recorded
                + " and replayed as " + replayed + gap() + ".";
    }

    /** What it means when the numbers do not follow one another. */
    private String gap() {
        if (!what.equals(SEQUENCE)) {
            return "";
        }
        long is = Long.parseLong(recorded);
        long due = Long.parseLong(replayed);
        if (is < due) {
            return ": a decision is doubled, or two are in the wrong order";
        }
        return (is == due + 1 ? ": decision " + due + " is" : ": decisions " + due + " to " + (is - 1) + " are")
                + " missing; the log was compacted, cut or tampered with";
    }
}
