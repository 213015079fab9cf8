package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs that cannot be: the file is read, and the engine refuses with a code and the details. */
class BadGraphsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final ArrayNode tasks = JSON.createArrayNode();

    private ObjectNode task(String id, String... dependsOn) {
        ObjectNode task = tasks.addObject().put("id", id);
        ArrayNode dependencies = task.putArray("depends_on");
        for (String dependency : dependsOn) {
            dependencies.add(dependency);
        }
        return task;
    }

    /** What {@code check --json} says of a specification with the tasks so far: the patch. */
    private JsonNode verdict() throws IOException {
        ObjectNode specification = JSON.createObjectNode().put("name", "x");
        specification.set("tasks", tasks);
        Path file = directory.resolve("x.json");
        JSON.writeValue(file.toFile(), specification);
        return check(file).get(0);
    }

    private static List<JsonNode> check(Path file) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine(new PrintWriter(out), new PrintWriter(err))
                .execute("check", "--json", file.toString());
        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private static void assertRefused(JsonNode patch, String code, String key, String value) {
        assertThat(patch.path("outcome").asText()).isEqualTo("REJECTED");
        assertThat(patch.path("code").asText()).isEqualTo(code);
        assertThat(patch.path("detail").path(key).asText()).isEqualTo(value);
        assertThat(patch.path("detail").path("message").asText()).isNotBlank();
        assertThat(patch.path("graph_version").asLong()).isZero();
    }

    @Test
    void anEmptyGraphIsARunThatWaitsForPatches() throws IOException {
        assertThat(verdict())
                .isEqualTo(JSON.readTree(
                        "{\"seq\":0,\"outcome\":\"ACCEPTED\",\"code\":null,\"detail\":null," + "\"graph_version\":0}"));
    }

    @Test
    void anEmptyPatchIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("h.jsonl"), "{\"seq\":0,\"operations\":[]}\n");
        assertThat(check(file).get(0).path("code").asText()).isEqualTo("EMPTY_PATCH");
    }

    @Test
    void duplicateIdsAreRefused() throws IOException {
        task("a");
        task("a");
        assertRefused(verdict(), "DUPLICATE_TASK", "task_id", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "a\n", "a\u0007b", "\u001b[2J", "\uD83D"})
    void idsThatAreNoneAreRefused(String id) throws IOException {
        Path file = directory.resolve("x.json");
        // Escaped, so that half a surrogate pair survives being written.
        StringBuilder escaped = new StringBuilder();
        id.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
        Files.writeString(file, "{\"name\":\"x\",\"tasks\":[{\"id\":\"" + escaped + "\"}]}");
        assertThat(check(file).get(0).path("code").asText()).isEqualTo("INVALID_ID");
    }

    @Test
    void anOverlongIdIsRefused() throws IOException {
        task("i".repeat(257));
        assertRefused(verdict(), "INVALID_ID", "id", "i".repeat(257));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "\"quoted\"", "it's", "\uD83D\uDE80", "a b", "\u00fc", "{}", "..", "null"})
    void oddIdsAreIds(String id) throws IOException {
        task(id);
        task("z", id);
        assertThat(verdict().path("outcome").asText()).isEqualTo("ACCEPTED");
    }

    @Test
    void anIdOfTheGreatestLengthIsAnId() throws IOException {
        task("i".repeat(256));
        assertThat(verdict().path("outcome").asText()).isEqualTo("ACCEPTED");
    }

    @Test
    void aDependencyOnNothingIsRefused() throws IOException {
        task("a", "ghost");
        assertRefused(verdict(), "UNKNOWN_TASK", "task_id", "ghost");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1_000})
    void cyclesAreRefusedWithTheirPath(int length) throws IOException {
        // given
        for (int i = 0; i < length; i++) {
            task("t" + i, "t" + (i + 1) % length);
        }
        // when
        JsonNode patch = verdict();
        // then: each depends on the next, and the first comes again at the end
        assertThat(patch.path("code").asText()).isEqualTo("CYCLE");
        JsonNode path = patch.at("/detail/path");
        assertThat(path).hasSize(length + 1);
        for (int i = 0; i < length; i++) {
            int at = Integer.parseInt(path.get(i).asText().substring(1));
            assertThat(path.get(i + 1).asText()).isEqualTo("t" + (at + 1) % length);
        }
    }

    @Test
    void aPatchOfTenThousandOperationsIsAcceptedAndOneMoreIsNot() throws IOException {
        for (int i = 0; i < 10_000; i++) {
            task("t" + i);
        }
        assertThat(verdict().path("outcome").asText()).isEqualTo("ACCEPTED");
        task("one more");
        assertRefused(verdict(), "CAP_EXCEEDED", "cap", "max_patch_operations");
    }

    @Test
    void aPayloadOfTwoMegabytesIsRefused() throws IOException {
        task("a").put("payload", "p".repeat(2_000_000));
        JsonNode patch = verdict();
        assertRefused(patch, "CAP_EXCEEDED", "cap", "max_payload");
        assertThat(patch.at("/detail/value").asLong()).isEqualTo(2_000_000);
    }

    @Test
    void aPriorityOutOfRangeIsRefused() throws IOException {
        task("a").put("priority", 1001);
        assertRefused(verdict(), "INVALID_VALUE", "field", "priority");
    }

    /** An independent reference (another program, in another language) gave these numbers for the real history. */
    @Test
    void theRealHistoryIsJudgedAsTheReferenceJudgesIt() throws IOException {
        // given
        Path file =
                Path.of(System.getProperty("taskgraph.root", "..")).resolve("../shared/data/agent-task-history.jsonl");
        assumeTrue(Files.exists(file));
        // when
        List<JsonNode> lines = check(file);
        // then
        JsonNode summary = lines.remove(lines.size() - 1);
        assertThat(summary.path("accepted").asInt()).isEqualTo(111);
        assertThat(summary.path("rejected").asInt()).isEqualTo(278);
        assertThat(summary.path("tasks").asInt()).isEqualTo(246);
        assertThat(summary.path("live_tasks").asInt()).isEqualTo(241);
        assertThat(lines).hasSize(389);
        assertThat(lines.get(388).path("graph_version").asLong()).isEqualTo(108);
        Map<String, Integer> codes = new HashMap<>();
        lines.forEach(l -> codes.merge(l.path("code").asText("ACCEPTED"), 1, Integer::sum));
        assertThat(codes)
                .isEqualTo(Map.of(
                        "ACCEPTED",
                        111,
                        "UNKNOWN_TASK",
                        187,
                        "DUPLICATE_TASK",
                        49,
                        "TASK_TERMINAL",
                        41,
                        "UNKNOWN_DEPENDENCY",
                        1));
        assertThat(lines.get(33).at("/detail/dependent").isTextual()).isTrue();
        assertThat(lines.get(75).path("code").asText()).isEqualTo("UNKNOWN_DEPENDENCY");
    }
}
