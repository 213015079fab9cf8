package io.taskgraph.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a run's recent messages were told, bounded by count and age for each family of topic by itself: however many
 * reports agents send, a planner's or operator's retry is still known. An answer costs the same however many there are.
 */
final class Memory {
    /** By name; a handful. */
    private final List<Family> families = new ArrayList<>();

    private static final class Family {
        /** With a slash: what ids and keys of its answers begin with. */
        final String prefix;

        final Map<String, Answer> answers = new HashMap<>();
        /** In the order of their decisions. */
        final ArrayDeque<Remembered> entries = new ArrayDeque<>();

        Family(String prefix) {
            this.prefix = prefix;
        }

        void load(Remembered entry) {
            entries.addLast(entry);
            entry.answers().forEach(a -> answers.put(a.message(), a));
        }

        /** Gives the entry that it stands in now. */
        Remembered add(Answer answer) {
            Remembered last = entries.peekLast();
            Remembered now;
            if (last == null || last.isFull()) {
                now = Remembered.of(answer);
            } else {
                entries.removeLast();
                now = last.with(answer);
            }
            entries.addLast(now);
            answers.put(answer.message(), answer);
            return now;
        }

        void forgetOldest(Consumer<String> changed) {
            Remembered first = entries.removeFirst();
            answers.remove(first.answers().get(0).message());
            Remembered rest = first.withoutOldest();
            if (rest != null) {
                entries.addFirst(rest);
            }
            changed.accept(first.id());
        }
    }

    /** What the message was told, or null; by {@link Answer#keyOf}. */
    Answer get(String message) {
        Family family = known(message);
        return family == null ? null : family.answers.get(message);
    }

    /** Takes an entry back from a store; oldest first. */
    void load(Remembered entry) {
        family(entry.id()).load(entry);
    }

    /** Keeps an answer, and forgets the oldest beyond what is remembered. Tells the ids of the entries that changed. */
    void remember(Answer answer, Consumer<String> changed) {
        Family family = family(answer.message());
        changed.accept(family.add(answer).id());
        long since = answer.decidedAt() - Answer.REMEMBERED_FOR;
        while (family.answers.size() > Answer.REMEMBERED
                || family.entries.getFirst().answers().get(0).decidedAt() < since) {
            family.forgetOldest(changed);
        }
    }

    /** The entry of that id, or null if all that stood in it is forgotten. What changes is the newest or the oldest. */
    Remembered entry(String id) {
        ArrayDeque<Remembered> entries = family(id).entries;
        Remembered last = entries.peekLast();
        if (last != null && last.id().equals(id)) {
            return last;
        }
        for (Remembered entry : entries) {
            if (entry.id().equals(id)) {
                return entry;
            }
        }
        return null;
    }

    /** All entries. O(n). */
    List<Remembered> entries() {
        return families.stream().flatMap(f -> f.entries.stream()).toList();
    }

    /** All answers, oldest first. O(n log n). */
    List<Answer> all() {
        return entries().stream()
                .map(Remembered::answers)
                .flatMap(Collection::stream)
                .sorted(Comparator.comparingLong(Answer::sequence))
                .toList();
    }

    /** By an id or key of one of its answers; null: it has none yet. */
    private Family known(String id) {
        for (Family f : families) {
            if (id.startsWith(f.prefix)) {
                return f;
            }
        }
        return null;
    }

    private Family family(String id) {
        Family known = known(id);
        if (known == null) {
            known = new Family(Answer.family(id) + '/');
            families.add(known);
            families.sort(Comparator.comparing(f -> f.prefix));
        }
        return known;
    }
}
