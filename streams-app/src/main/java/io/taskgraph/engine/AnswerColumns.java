package io.taskgraph.engine;

import java.util.Arrays;
import java.util.List;

/**
 * How the answers of one entry are stored: column by column, times as distances to the first. A decision adds one answer to
 * each column; those before it are copied from where they were last written, for their objects lie far apart by then.
 */
final class AnswerColumns {
    private static final int COLUMNS = 6;

    private byte[] written = new byte[0];
    /** Where each column ends in what was written; column 0 is empty. */
    private final int[] ends = new int[COLUMNS + 1];
    /** Of how many answers, from that one on. */
    private int count;

    private long first;

    /** Writes the entry. If it is another one than last time, or has lost its oldest answers, as costly as all of them. */
    void write(EntryWriter out, Remembered entry) {
        List<Answer> all = entry.answers();
        if (entry.sequence() != first || count > all.size()) {
            first = entry.sequence();
            count = 0;
            Arrays.fill(ends, 0);
        }
        Answer oldest = all.get(0);
        int prefix = oldest.family().length() + 1;
        int begin = out.length();
        int from = 0;
        for (int column = 1; column <= COLUMNS; column++) {
            int to = ends[column];
            out.bytes(written, from, to - from);
            from = to;
            for (int i = count; i < all.size(); i++) {
                one(out, column, all.get(i), oldest.decidedAt(), prefix);
            }
            ends[column] = out.length() - begin;
        }
        written = out.copySince(begin, written);
        count = all.size();
        out.number(7, oldest.decidedAt());
    }

    private static void one(EntryWriter out, int column, Answer a, long from, int prefix) {
        switch (column) {
            case 1 -> out.oneMoreText(1, a.message(), prefix);
            case 2 -> out.oneMore(2, a.sequence());
            case 3 -> out.oneMore(3, a.outcome().ordinal());
            case 4 -> out.oneMore(4, a.code() == null ? 0 : a.code().ordinal());
            case 5 -> out.oneMore(5, a.graphVersion());
            default -> out.oneMore(6, a.decidedAt() - from);
        }
    }
}
