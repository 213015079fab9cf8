package io.taskgraph.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way a file can be wrong ends in clear sentences with the line and the remedy. */
class BadFilesTest {
    @TempDir
    Path directory;

    private List<String> sentences(String name, byte[] bytes) throws IOException {
        Path file = directory.resolve(name);
        Files.write(file, bytes);
        UnreadableFile refused = catchThrowableOfType(UnreadableFile.class, () -> InputFile.read(file));
        assertThat(refused).as("file %s was taken", name).isNotNull();
        return refused.sentences().stream()
                .map(s -> s.replace(directory.toString() + file.getFileSystem().getSeparator(), ""))
                .toList();
    }

    private List<String> sentences(String name, String text) throws IOException {
        return sentences(name, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void unknownFieldsAreNamedWithWhatWasPerhapsMeant() throws IOException {
        String yaml = """
                name: x
                gaol: win
                tasks:
                  - id: a
                    depend_on: [b]
                  - id: b
                    colour: red
                """;
        assertThat(sentences("x.yaml", yaml))
                .containsExactly(
                        "x.yaml:2: \"gaol\" is not a field of a run specification; did you mean \"goal\"?",
                        "x.yaml:5: \"depend_on\" is not a field of a task; did you mean \"depends_on\"?",
                        "x.yaml:7: \"colour\" is not a field of a task; known are id, title, depends_on, priority, risk,"
                                + " agent_type, assignee, payload, failure_mode, seconds, budget, limits, compensation, compensates,"
                                + " toolpacks, simulate");
    }

    @Test
    void wrongTypesAndChoicesAreNamed() throws IOException {
        String yaml = """
                tasks:
                  - id: 12
                    priority: high
                    seconds: -1
                    risk: wirte
                    depends_on: a
                  - title: no id
                    depends_on: [b, 7]
                    priority: 99999999999
                    seconds: 1e999999999
                  - just a text
                """;
        assertThat(sentences("x.yaml", yaml))
                .containsExactly(
                        "x.yaml:1: a run specification has no \"name\"; add it",
                        "x.yaml:2: id must be a text, not 12; put it in quotes",
                        "x.yaml:3: priority must be a whole number, not the text \"high\"",
                        "x.yaml:4: seconds must be at least 0, not -1",
                        "x.yaml:5: risk must be one of read, write, exec, destructive, not the text \"wirte\"; did you mean"
                                + " \"write\"?",
                        "x.yaml:6: depends_on must be a list, not the text \"a\"",
                        "x.yaml:7: a task has no \"id\"; add it",
                        "x.yaml:8: an entry of depends_on must be a text, not 7; put it in quotes",
                        "x.yaml:9: priority must be at most 1000, not 99999999999",
                        "x.yaml:10: seconds must be at most 1000000000, not 1e999999999",
                        "x.yaml: and 1 more problem");
    }

    @Test
    void budgetsAndSimulationsAreReadAsStrictly() throws IOException {
        String yaml = """
                name: x
                budget: {token: 5}
                tasks:
                  - id: a
                    budget: {tokens: -1, cost: 12.50, time: 2 days}
                  - id: b
                    budget: {cost: "1e9", tokens: 9999999999999999999}
                    simulate: {actions: [{risk: write}], costs: "1"}
                """;
        assertThat(sentences("x.yaml", yaml))
                .containsExactly(
                        "x.yaml:2: \"token\" is not a field of a budget; did you mean \"tokens\"?",
                        "x.yaml:5: tokens must be at least 0, not -1",
                        "x.yaml:5: cost must be a text, not 12.50; put it in quotes",
                        "x.yaml:5: time must look like \"30s\" or \"10m\" or \"2h\", not the text \"2 days\"",
                        "x.yaml:7: cost must look like \"12.50\", not the text \"1e9\"",
                        "x.yaml:7: tokens must be at most 9007199254740992, not 9999999999999999999",
                        "x.yaml:8: a simulated action has no \"tool\"; add it",
                        "x.yaml:8: \"costs\" is not a field of a simulation; did you mean \"cost\"?");
        assertThat(
                        sentences(
                                "x.jsonl",
                                "{\"seq\":0,\"operations\":[{\"op\":\"add_task\",\"id\":\"a\",\"budget\":{\"time\":\"x\",\"y\":1}}]}"))
                .containsExactly(
                        "x.jsonl:1: time must look like \"30s\" or \"10m\" or \"2h\", not the text \"x\"",
                        "x.jsonl:1: \"y\" is not a field of a budget; known are tokens, cost, time");
    }

    @Test
    void limitsAndCompensationsAreReadAsStrictly() throws IOException {
        String yaml = """
                name: x
                tasks:
                  - {id: a, limits: {begin: 1s, end: 30}}
                  - {id: b, limits: {heartbeat: soon}, failure_mode: repairable}
                  - {id: c, compensation: {depends_on: [a], risk: some}}
                  - {id: d, simulate: {fail: -1, hang: often, progress: 1}}
                """;
        assertThat(sentences("x.yaml", yaml))
                .containsExactly(
                        "x.yaml:3: \"begin\" is not a field of limits on time; known are start, end, heartbeat",
                        "x.yaml:3: end must be a text, not 30; put it in quotes",
                        "x.yaml:4: heartbeat must look like \"3s\" or \"30s\" or \"1m\", not the text \"soon\"",
                        "x.yaml:4: failure_mode must be one of fail_fast, reconcilable, continue, not the text"
                                + " \"repairable\"",
                        "x.yaml:5: \"depends_on\" is not a field of a compensation; known are title, risk, agent_type,"
                                + " payload, seconds",
                        "x.yaml:5: risk must be one of read, write, exec, destructive, not the text \"some\"",
                        "x.yaml:6: fail must be at least 0, not -1",
                        "x.yaml:6: hang must be a whole number, not the text \"often\"",
                        "x.yaml:6: progress must be true or false, not 1");
        assertThat(
                        sentences(
                                "x.jsonl",
                                "{\"seq\":0,\"operations\":[{\"op\":\"update_task\",\"id\":\"a\",\"limits\":{\"end\":\"x\",\"y\":1},\"compensation\":{}}]}"))
                .contains("x.jsonl:1: end must look like \"30s\" or \"10m\" or \"2h\", not the text \"x\"")
                .contains("x.jsonl:1: \"y\" is not a field of limits on time; known are start, end, heartbeat")
                .anySatisfy(sentence ->
                        assertThat(sentence).startsWith("x.jsonl:1: \"compensation\" is not a field of update_task"));
    }

    @Test
    void historiesAreToldByTheLine() throws IOException {
        String lines = """
                {"seq":0,"operations":[{"op":"add_task","id":"a"}]}
                {"seq":1,"operations":[{"op":"ad_task","id":"a"},{"id":"b"},{"op":"remove_task"}]}
                {"seq":2,"operations":[{"op":"add_dependency","id":"a","depends_on":["b"]}]}

                {"seq":3,"operations":[{"op":"update_task","id":"a","status":"finished"}],"expected":1}
                {"seq":"4","operations":{},"at":"yesterday"}
                {"seq":5,"at":"yesterday","operations":[]}
                {"seq":6,"operations":[]} {}
                {"seq":7,"operations":[
                [1]
                """;
        assertThat(sentences("h.jsonl", lines))
                .containsExactly(
                        "h.jsonl:2: op must be one of add_task, update_task, remove_task, archive_task, add_dependency,"
                                + " remove_dependency, not the text \"ad_task\"; did you mean \"add_task\"?",
                        "h.jsonl:2: an operation has no \"op\"; add it",
                        "h.jsonl:2: remove_task has no \"id\"; add it",
                        "h.jsonl:3: depends_on must be a text, not a list",
                        "h.jsonl:5: status must be one of pending, deferred, done, failed, cancelled, running, not the text"
                                + " \"finished\"",
                        "h.jsonl:5: \"expected\" is not a field of a patch; known are seq, at, commit, actor,"
                                + " expected_version, operations",
                        "h.jsonl:6: seq must be a whole number, not the text \"4\"",
                        "h.jsonl:6: operations must be a list, not a mapping",
                        "h.jsonl:7: at must be a time with an offset such as 2026-01-31T12:00:00Z, not the text"
                                + " \"yesterday\"",
                        "h.jsonl:8: more text follows the end of the JSON value; remove it",
                        "h.jsonl: and 2 more problems");
    }

    @Test
    void namesGivenTwiceAreRefused() throws IOException {
        assertThat(sentences("x.yaml", "name: x\nname: y\ntasks: []\n"))
                .containsExactly("x.yaml:2: \"name\" is given twice; keep one of them");
        assertThat(sentences("x.json", "{\"name\":\"x\",\n\"tasks\":[],\n\"tasks\":[]}"))
                .containsExactly("x.json:3: \"tasks\" is given twice; keep one of them");
        assertThat(sentences("h.jsonl", "{\"seq\":0,\"operations\":[],\"seq\":1}"))
                .containsExactly("h.jsonl:1: \"seq\" is given twice; keep one of them");
    }

    @Test
    void aliasBombsAreRefusedAtTheFuse() throws IOException {
        StringBuilder bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
        for (char c = 'b'; c <= 'j'; c++) {
            String alias = "*" + (char) (c - 1);
            bomb.append("%s: &%s [%s]\n".formatted(c, c, String.join(",", Collections.nCopies(10, alias + " "))));
        }
        assertThat(sentences("bomb.yaml", bomb.toString()))
                .containsExactly("bomb.yaml:5: aliases stand for more than 100000 values together; write them out");
    }

    @Test
    void whatIsNoYamlIsRefused() throws IOException {
        assertThat(sentences("x.yaml", "{\"name\": \"x\", \"tasks\": [}"))
                .singleElement()
                .satisfies(s -> assertThat(s).startsWith("x.yaml:1: this is not YAML: "));
        assertThat(sentences("x.yaml", "name: x\ntasks:\n\t- id: a\n"))
                .singleElement()
                .satisfies(s -> assertThat(s).startsWith("x.yaml:3: this is not YAML: "));
        assertThat(sentences("x.yaml", "Dear team,\nplease do this.\n"))
                .containsExactly(
                        "x.yaml:1: a run specification must be a mapping, not the text \"Dear team, please do this."
                                + "\"");
        assertThat(sentences("x.yaml", "name: x\ntasks: []\n---\nname: y\n"))
                .containsExactly("x.yaml:3: a second document begins here; keep one document a file");
    }

    @Test
    void whatIsNoJsonIsRefused() throws IOException {
        assertThat(sentences("x.json", "{\"name\": \"x\",\n \"tasks\": [}\n"))
                .singleElement()
                .satisfies(s -> assertThat(s).startsWith("x.json:2: this is not JSON: "));
        assertThat(sentences("h.jsonl", "{\"seq\":0,\"operations\":[]}\nnot json\n"))
                .singleElement()
                .satisfies(s -> assertThat(s).startsWith("h.jsonl:2: this is not JSON: "));
    }

    @Test
    void hugeNestingIsRefused() throws IOException {
        assertThat(sentences("x.yaml", "[".repeat(200_000)))
                .containsExactly("x.yaml:1: values are nested more than 64 deep; flatten them");
        assertThat(sentences("x.json", "[".repeat(200_000)))
                .containsExactly("x.json:1: values are nested more than 64 deep; flatten them");
        assertThat(sentences("x.yaml", "- ".repeat(5_000) + "x"))
                .containsExactly("x.yaml:1: values are nested more than 64 deep; flatten them");
    }

    @Test
    void filesThatAreNoTextAreRefused() throws IOException {
        assertThat(sentences("x.yaml", new byte[] {'a', '\n', (byte) 0xff, (byte) 0xfe}))
                .containsExactly("x.yaml:2: this is not a text file; save it as UTF-8 text");
        assertThat(sentences("x.json", new byte[] {'{', 0, '}'}))
                .containsExactly("x.json:1: this is not a text file; save it as UTF-8 text");
        assertThat(sentences("x.yaml", new byte[] {'a', (byte) 0xe2, (byte) 0x82}))
                .containsExactly("x.yaml:1: this is not a text file; save it as UTF-8 text");
    }

    @Test
    void emptyFilesAreRefused() throws IOException {
        String sentence = ": the file is empty; put a run specification or a patch history into it";
        assertThat(sentences("x.yaml", "")).containsExactly("x.yaml" + sentence);
        assertThat(sentences("h.jsonl", " \n\n")).containsExactly("h.jsonl" + sentence);
        assertThat(sentences("x.yaml", "# nothing yet\n"))
                .containsExactly("x.yaml:1: the document is empty; write name: value lines");
    }

    @Test
    void filesThatAreNotThereAreRefused() {
        UnreadableFile missing =
                catchThrowableOfType(UnreadableFile.class, () -> InputFile.read(directory.resolve("none.yaml")));
        assertThat(missing).hasMessageEndingWith("none.yaml: there is no such file; check the path");
        UnreadableFile folder = catchThrowableOfType(UnreadableFile.class, () -> InputFile.read(directory));
        assertThat(folder).hasMessageEndingWith(": this is a directory; name a file");
    }

    @Test
    void manyProblemsAreCounted() throws IOException {
        StringBuilder yaml = new StringBuilder("name: x\ntasks:\n");
        for (int i = 0; i < 30; i++) {
            yaml.append("- {}\n");
        }
        assertThat(sentences("x.yaml", yaml.toString())).hasSize(11).last().isEqualTo("x.yaml: and 20 more problems");
    }

    @Test
    void aStreamWithoutEndIsAFileThatIsTooLong() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'a';
            }

            @Override
            public int read(byte[] into, int from, int most) {
                Arrays.fill(into, from, from + most, (byte) 'a');
                return most;
            }
        };

        assertThat(catchThrowableOfType(
                                UnreadableFile.class, () -> SourceText.read("/dev/zero", endless, 1 << 20, "a graph"))
                        .sentences())
                .containsExactly("/dev/zero: the file has more than 1 MiB; split it");
    }

    @Test
    void anEmptyNameIsNoFile() {
        assertThat(catchThrowableOfType(UnreadableFile.class, () -> InputFile.read(Path.of("")))
                        .sentences())
                .containsExactly("'': an empty name is no file; name one");
    }

    @Test
    void whatIsNoNumberIsSaidWithoutTheParsersAdvice() throws IOException {
        assertThat(sentences("x.json", "{\"name\": \"x\", \"tasks\": [{\"id\": \"a\", \"seconds\": NaN}]}"))
                .containsExactly(
                        "x.json:1: this is not JSON: Non-standard token 'NaN'; check quotes, commas and brackets here");
        assertThat(sentences(
                        "x.jsonl",
                        "{\"seq\":1,\"operations\":[{\"op\":\"add_task\",\"id\":\"a\",\"priority\":-99999999999}]}"))
                .containsExactly("x.jsonl:1: priority must be at least -1000, not -99999999999");
    }
}
