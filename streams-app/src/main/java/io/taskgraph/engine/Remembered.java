package io.taskgraph.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Answers of one family of topic that stand in one entry, oldest first. One entry an answer would be written with each
 * decision and never again; several share one, so that those of one transaction cost one write.
 *
 * @param id the family, a slash, and the sequence of the first answer that ever stood in it
 * @param answers at least one
 */
record Remembered(String id, List<Answer> answers) {
    /** The most answers in one entry: what a decision writes again grows with it. */
    static final int MOST = 16;

    /** A new entry for an answer. */
    static Remembered of(Answer first) {
        return new Remembered(first.family() + '/' + first.sequence(), List.of(first));
    }

    boolean isFull() {
        return answers.size() >= MOST;
    }

    Remembered with(Answer next) {
        List<Answer> all = new ArrayList<>(answers.size() + 1);
        all.addAll(answers);
        all.add(next);
        return new Remembered(id, all);
    }

    /** Null if it was the only one. */
    Remembered withoutOldest() {
        return answers.size() == 1 ? null : new Remembered(id, List.copyOf(answers.subList(1, answers.size())));
    }

    long sequence() {
        return answers.get(0).sequence();
    }
}
