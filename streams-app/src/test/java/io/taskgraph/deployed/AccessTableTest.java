package io.taskgraph.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

/** The access table in docs/operations.md against the catalogue's word on who writes and reads a topic. */
class AccessTableTest {
    private static final List<String> ROLES = List.of("engine", "planner", "agent", "operator", "keeper");

    @Test
    void givenTheCatalogue_thenTheTableLetsThoseWriteWhoAreTheTopicsWriters() {
        Map<String, List<String>> expected = new TreeMap<>();
        TopicCatalogue.standard().all().forEach(topic -> expected.put(topic.name(), writers(topic)));

        assertThat(AccessTable.read().rolesThatMay(AclOperation.WRITE)).isEqualTo(expected);
    }

    private static List<String> writers(Topic<?> topic) {
        return ROLES.stream().filter(role -> topic.writers().contains(role)).toList();
    }
}
