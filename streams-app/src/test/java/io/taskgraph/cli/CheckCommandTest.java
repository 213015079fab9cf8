package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(Object... arguments) {
        List<String> line = new ArrayList<>(List.of("check"));
        for (Object argument : arguments) {
            line.add(argument.toString());
        }
        return Main.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(line.toArray(String[]::new));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private List<String> lines() {
        return out.toString().replace(directory.toString(), "DIR").lines().toList();
    }

    private static final String HISTORY = """
            {"seq":10,"operations":[{"op":"add_task","id":"a","title":"A","priority":2},{"op":"add_task","id":"b","depends_on":["a"]}]}
            {"seq":11,"operations":[{"op":"update_task","id":"a","status":"running","assignee":"ada"}]}
            {"seq":12,"operations":[{"op":"update_task","id":"a","status":"running"}]}
            {"seq":13,"expected_version":1,"operations":[{"op":"update_task","id":"a","title":"AA"}]}
            {"seq":14,"operations":[{"op":"add_dependency","id":"a","depends_on":"b"}]}
            {"seq":15,"operations":[{"op":"update_task","id":"a","status":"done"},{"op":"archive_task","id":"a"}]}
            """;

    @Test
    void aHistoryIsJudgedPatchByPatch() throws IOException {
        // given, when
        int exitCode = check("--json", file("h.jsonl", HISTORY));
        // then
        assertThat(exitCode).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(lines().subList(0, 6))
                .containsExactly(
                        accepted(10, 1),
                        accepted(11, 2),
                        accepted(12, 2),
                        "{\"seq\":13,\"outcome\":\"REJECTED\",\"code\":\"VERSION_CONFLICT\",\"detail\":{\"message\":\"the patch"
                                + " was made for graph version 1 and the graph is at 2; read what changed and send it"
                                + " again\",\"actual_version\":2,\"changed_tasks\":[\"a\"],\"expected_version\":1},"
                                + "\"graph_version\":2}",
                        "{\"seq\":14,\"outcome\":\"REJECTED\",\"code\":\"CYCLE\",\"detail\":{\"message\":\"the dependencies"
                                + " would form a cycle of length 2: \\\"a\\\" -> \\\"b\\\" -> \\\"a\\\"; take one of them"
                                + " out\",\"path\":[\"a\",\"b\",\"a\"]},\"graph_version\":2}",
                        accepted(15, 3));
        assertThat(lines().get(6))
                .matches("\\{\"file\":\"DIR/h.jsonl\",\"accepted\":4,\"rejected\":2,\"tasks\":2,\"live_tasks\":1,"
                        + "\"state_digest\":\"[0-9a-f]{64}\",\"preset\":\"offline\"}");
        assertThat(lines()).hasSize(7);
    }

    private static String accepted(int seq, int version) {
        return "{\"seq\":" + seq + ",\"outcome\":\"ACCEPTED\",\"code\":null,\"detail\":null,\"graph_version\":"
                + version + "}";
    }

    @Test
    void peopleGetALineAPatch() throws IOException {
        assertThat(check(file("h.jsonl", HISTORY))).isZero();
        assertThat(lines().subList(0, 8))
                .containsExactly(
                        "DIR/h.jsonl",
                        "  10  accepted  version 1",
                        "  11  accepted  version 2",
                        "  12  accepted  version 2",
                        "  13  refused   VERSION_CONFLICT  the patch was made for graph version 1 and the graph is at 2;"
                                + " read what changed and send it again  (actual_version=2, changed_tasks=[\"a\"],"
                                + " expected_version=1)",
                        "  14  refused   CYCLE  the dependencies would form a cycle of length 2: \"a\" -> \"b\" -> \"a\";"
                                + " take one of them out  (path=[\"a\",\"b\",\"a\"])",
                        "  15  accepted  version 3",
                        "  4 accepted, 2 refused; 2 tasks, 1 live; graph version 3; judged by preset offline");
        assertThat(lines().get(8)).matches("  state digest [0-9a-f]{64}");
    }

    @Test
    void theDumpHoldsTheWholeGraphSorted() throws IOException {
        // given
        Path dump = directory.resolve("graph.json");
        // when
        assertThat(check("--dump", dump, file("h.jsonl", HISTORY))).isZero();
        // then
        assertThat(Files.readString(dump)).isEqualTo("""
                        {"tasks":[{"id":"a","status":"DONE","priority":2,"title":"A","assignee":"ada","depends_on":[]},\
                        {"id":"b","status":"READY","priority":0,"title":"","assignee":null,"depends_on":["a"]}],\
                        "archived":["a"]}
                        """);
    }

    @Test
    void theDumpOfSeveralFilesIsKeyedByFile() throws IOException {
        Path dump = directory.resolve("graph.json");
        Path one = file("one.yaml", "name: x\ntasks: [{id: a}]");
        Path two = file("two.yaml", "name: x\ntasks: [{id: b}]");
        assertThat(check("--dump", dump, one, two)).isZero();
        JsonNode graphs = JSON.readTree(dump.toFile());
        assertThat(graphs.at("/" + one.toString().replace("/", "~1") + "/tasks/0/id")
                        .asText())
                .isEqualTo("a");
        assertThat(graphs.at("/" + two.toString().replace("/", "~1") + "/tasks/0/id")
                        .asText())
                .isEqualTo("b");
    }

    @Test
    void aDumpNeverOverwritesAnInput() throws IOException {
        Path input = file("x.yaml", "name: x\ntasks: [{id: a}]");
        assertThat(check("--dump", input, input)).isEqualTo(2);
        assertThat(input).hasContent("name: x\ntasks: [{id: a}]");
    }

    @Test
    void anUnreadableFileIsToldAndTheOthersAreJudged() throws IOException {
        Path bad = file("bad.yaml", "name: x\ntask: []\n");
        Path good = file("good.yaml", "name: x\ntasks: [{id: a}]");
        assertThat(check(bad, directory.resolve("none.json"), good)).isEqualTo(2);
        assertThat(err.toString().replace(directory.toString(), "DIR")).isEqualTo("""
                        taskgraph: DIR/bad.yaml:1: a run specification has no "tasks"; add it
                        taskgraph: DIR/bad.yaml:2: "task" is not a field of a run specification; did you mean "tasks"?
                        taskgraph: DIR/none.json: there is no such file; check the path
                        """);
        assertThat(lines()).startsWith("DIR/good.yaml", "  0  accepted  version 1");
    }

    @Test
    void theSamePatchesGiveTheSameDigestUnderAnyNameAndFormat() throws IOException {
        check("--json", file("a.yaml", "name: x\ntasks: [{id: a}]"));
        check("--json", file("b.json", "{\"tasks\":[{\"id\":\"a\"}],\"name\":\"x\"}"));
        List<String> lines = lines();
        assertThat(lines.get(3).replace("b.json", "a.yaml")).isEqualTo(lines.get(1));
    }

    @Test
    void thePresetDecidesTheCaps() throws IOException {
        Path file =
                file("x.json", "{\"name\":\"x\",\"tasks\":[{\"id\":\"a\",\"payload\":\"" + "p".repeat(5_000) + "\"}]}");
        assertThat(check(file)).isZero();
        assertThat(lines()).contains("  0  accepted  version 1");
        assertThat(check("--preset", "bench", file)).isZero();
        assertThat(lines()).anyMatch(l -> l.startsWith("  0  refused   CAP_EXCEEDED"));
        assertThat(check("--preset", "nothing", file)).isEqualTo(2);
        assertThat(err.toString()).startsWith("taskgraph: There is no policy preset nothing; choose one of default, ");
    }

    @Test
    void aPresetThatTheSpecificationInventsIsRefused() throws IOException {
        assertThat(check("--json", file("x.yaml", "name: x\npreset: lax\ntasks: [{id: a}]")))
                .isZero();
        JsonNode patch = JSON.readTree(lines().get(0));
        assertThat(patch.path("code").asText()).isEqualTo("UNKNOWN_POLICY");
        assertThat(patch.at("/detail").toString()).contains("lax");
        assertThat(JSON.readTree(lines().get(1)).path("tasks").asInt()).isZero();
    }

    /** Above the surrogates of UTF-16 stand characters whose units are smaller than those of U+FF5E and its like. */
    @Test
    void theDumpIsSortedByCodePoint() throws IOException {
        Path dump = directory.resolve("graph.json");
        String rocket = "\uD83D\uDE80";
        String tilde = "\uFF5E";
        assertThat(check(
                        "--dump",
                        dump,
                        file(
                                "x.yaml",
                                "name: x\ntasks: [{id: " + rocket + "}, {id: " + tilde + "}, {id: a, depends_on: ["
                                        + rocket + ", " + tilde + "]}]")))
                .isZero();
        JsonNode graph = JSON.readTree(dump.toFile());
        assertThat(graph.path("tasks").findValuesAsText("id")).containsExactly("a", tilde, rocket);
        assertThat(graph.at("/tasks/0/depends_on")).isEqualTo(JSON.valueToTree(List.of(tilde, rocket)));
    }

    @Test
    void itIsSaidWhichPresetJudged() throws IOException {
        String many = "name: x\npreset: default\ntasks: ["
                + IntStream.range(0, 21).mapToObj(i -> "{id: t" + i + "}").collect(Collectors.joining(", ")) + "]";
        Path file = file("many.yaml", many);

        check(file);
        check("--preset", "default", file);
        check("--preset", "default", "--json", file);

        assertThat(lines())
                .contains("  1 accepted, 0 refused; 21 tasks, 21 live; graph version 1; judged by preset offline")
                .contains("  0 accepted, 1 refused; 0 tasks, 0 live; graph version 0; judged by preset default");
        assertThat(lines().get(lines().size() - 1)).endsWith(",\"preset\":\"default\"}");
    }
}
