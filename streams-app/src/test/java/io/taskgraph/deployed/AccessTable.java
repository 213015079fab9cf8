package io.taskgraph.deployed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The two access tables of docs/operations.md, read from the page: the tests hold what an administrator would copy. */
final class AccessTable {
    private static final List<String> ROLES = List.of("engine", "planner", "agent", "operator", "keeper", "auditor");
    private static final Map<String, AclOperation> LETTERS = Map.of(
            "W", AclOperation.WRITE, "R", AclOperation.READ, "D", AclOperation.DESCRIBE, "X", AclOperation.DELETE);
    /** For instance: groups with prefix `taskgraph.agents.`, or: topic `taskgraph-run-entries-changelog`. */
    private static final Pattern RESOURCE =
            Pattern.compile("(topic|group|transactional id)s?( with prefix)? `([^`]+)`.*");

    private final Map<String, Map<String, List<AclOperation>>> topics = new TreeMap<>();
    private final List<AclBinding> bindings = new ArrayList<>();

    private AccessTable() {}

    static AccessTable read() {
        AccessTable table = new AccessTable();
        try {
            for (String line : Files.readAllLines(Images.root().resolve("docs/operations.md"))) {
                String[] cells =
                        Arrays.stream(line.split("\\|", -1)).map(String::trim).toArray(String[]::new);
                if (cells.length == 9 && cells[1].startsWith("`taskgraph.")) {
                    table.topic(cells);
                } else if (cells.length == 5 && ROLES.contains(cells[1].split(",")[0])) {
                    table.other(cells);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    /** Which roles may do that with which topic, by the topic's name. */
    Map<String, List<String>> rolesThatMay(AclOperation operation) {
        Map<String, List<String>> roles = new TreeMap<>();
        topics.forEach((topic, rights) -> roles.put(
                topic,
                ROLES.stream()
                        .filter(role -> rights.getOrDefault(role, List.of()).contains(operation))
                        .toList()));
        return roles;
    }

    /** Both tables as access control entries for the principals {@code User:<role>}, for topics of that prefix. */
    List<AclBinding> bindings(String prefix) {
        return bindings.stream()
                .map(b -> new AclBinding(
                        new ResourcePattern(
                                b.pattern().resourceType(),
                                b.pattern().name().replaceFirst("^taskgraph\\.", prefix),
                                b.pattern().patternType()),
                        b.entry()))
                .toList();
    }

    private void topic(String[] cells) {
        String topic = cells[1].replace("`", "");
        for (String role : ROLES) {
            for (String letter : cells[2 + ROLES.indexOf(role)].split(" ")) {
                if (!letter.isEmpty()) {
                    AclOperation operation = LETTERS.get(letter);
                    topics.computeIfAbsent(topic, t -> new TreeMap<>())
                            .computeIfAbsent(role, r -> new ArrayList<>())
                            .add(operation);
                    allow(role, new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL), operation);
                }
            }
        }
    }

    private void other(String[] cells) {
        Matcher resource = RESOURCE.matcher(cells[2]);
        if (!resource.matches()) {
            throw new IllegalStateException(
                    "the access table names a resource in words that nobody knows: " + cells[2]);
        }
        ResourceType type =
                ResourceType.valueOf(resource.group(1).replace(' ', '_').toUpperCase(Locale.ROOT));
        PatternType pattern = resource.group(2) == null ? PatternType.LITERAL : PatternType.PREFIXED;
        for (String operation : cells[3].split(", ")) {
            String name = operation.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
            allow(
                    cells[1].split(",")[0],
                    new ResourcePattern(type, resource.group(3), pattern),
                    AclOperation.valueOf(name));
        }
    }

    private void allow(String role, ResourcePattern resource, AclOperation operation) {
        bindings.add(new AclBinding(
                resource, new AccessControlEntry("User:" + role, "*", operation, AclPermissionType.ALLOW)));
    }
}
