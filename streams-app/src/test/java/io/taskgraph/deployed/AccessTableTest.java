package io.taskgraph.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The access table in docs/operations.md against the catalogue's word on who writes and reads a topic. */
class AccessTableTest {
    private static final List<String> ROLES = List.of("engine", "planner", "agent", "operator");

    @Test
    void givenTheCatalogue_thenTheTableLetsThoseWriteWhoAreTheTopicsWriters() throws IOException {
        Map<String, List<String>> expected = new TreeMap<>();
        TopicCatalogue.standard().all().forEach(topic -> expected.put(topic.name(), writers(topic)));

        Map<String, List<String>> documented = new TreeMap<>();
        for (String line : Files.readAllLines(Images.root().resolve("docs/operations.md"))) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == 8 && cells[1].trim().startsWith("`taskgraph.")) {
                documented.put(
                        cells[1].trim().replace("`", ""),
                        ROLES.stream()
                                .filter(role -> Arrays.asList(cells[2 + ROLES.indexOf(role)]
                                                .trim()
                                                .split(" "))
                                        .contains("W"))
                                .toList());
            }
        }

        assertThat(documented).isEqualTo(expected);
    }

    private static List<String> writers(Topic<?> topic) {
        return ROLES.stream().filter(role -> topic.writers().contains(role)).toList();
    }
}
