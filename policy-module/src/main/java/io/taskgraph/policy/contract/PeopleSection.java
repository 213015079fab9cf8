package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The section {@code approvers}: who has which role. A role that is given again has its new people only. */
final class PeopleSection {
    private static final int MOST = 1_000;
    private static final int LONGEST_NAME = 256;

    private PeopleSection() {}

    static SortedMap<String, List<String>> read(Reading reading, Node node, SortedMap<String, List<String>> inherited) {
        SortedMap<String, List<String>> people = new TreeMap<>(inherited);
        reading.mapping(node, "approvers").ifPresent(mapping -> {
            for (Node.Entry entry : mapping.entries()) {
                reading.name(entry.key(), "a role")
                        .ifPresent(role -> people.put(role, names(reading, role, entry.value())));
            }
        });
        return Collections.unmodifiableSortedMap(people);
    }

    private static List<String> names(Reading reading, String role, Node node) {
        TreeSet<String> names = new TreeSet<>();
        for (Node item : reading.list(node, role, MOST)) {
            reading.text(item, "a name under " + role, LONGEST_NAME).ifPresent(names::add);
        }
        return List.copyOf(names);
    }

    static void write(StringBuilder text, SortedMap<String, List<String>> people) {
        text.append("approvers:").append(people.isEmpty() ? " {}\n" : "\n");
        people.forEach((role, names) -> text.append("  ")
                .append(Quoted.of(role))
                .append(": ")
                .append(list(names))
                .append('\n'));
    }

    static String list(List<String> texts) {
        return texts.stream().map(Quoted::of).collect(Collectors.joining(", ", "[", "]"));
    }
}
