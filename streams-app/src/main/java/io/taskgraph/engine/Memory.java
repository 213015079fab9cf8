package io.taskgraph.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/**
 * What a run's recent messages were told, bounded by count and age for each family of topic by itself: however many
 * reports agents send, a planner's or operator's retry is still known.
 */
final class Memory {
    /** By family; within one in the order of their decisions. */
    private final TreeMap<String, LinkedHashMap<String, Answer>> families = new TreeMap<>();

    /** What the message was told, or null; by {@link Answer#keyOf}. */
    Answer get(String message) {
        return family(message).get(message);
    }

    /** Takes an answer back from a store; oldest first. */
    void load(Answer answer) {
        family(answer.message()).put(answer.message(), answer);
    }

    /** Keeps an answer, and gives the messages that are forgotten for it. */
    List<String> remember(Answer answer) {
        load(answer);
        List<String> forgotten = new ArrayList<>();
        LinkedHashMap<String, Answer> family = family(answer.message());
        Iterator<Answer> oldest = family.values().iterator();
        while (oldest.hasNext()) {
            Answer a = oldest.next();
            if (family.size() <= Answer.REMEMBERED && a.decidedAt() >= answer.decidedAt() - Answer.REMEMBERED_FOR) {
                break;
            }
            oldest.remove();
            forgotten.add(a.message());
        }
        return forgotten;
    }

    /** All of it, oldest first. O(n log n). */
    List<Answer> all() {
        return families.values().stream()
                .flatMap(f -> f.values().stream())
                .sorted(Comparator.comparingLong(Answer::sequence))
                .toList();
    }

    private LinkedHashMap<String, Answer> family(String message) {
        String name = message.substring(0, message.indexOf('/'));
        return families.computeIfAbsent(name, f -> new LinkedHashMap<>());
    }
}
