package io.taskgraph.policy.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReaderTest {
    private final List<JsonProblem> problems = new ArrayList<>();

    private Optional<Json> read(String text) {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8), 1_000_000, problems);
    }

    @Test
    void everyKindOfValueIsRead() {
        // when
        Json json = read(" {\"a\": [1, -2.5e3, true, null, \"\\u00fc\\n\"], \"b\": {}} ")
                .orElseThrow();
        // then
        assertThat(problems).isEmpty();
        assertThat(((Json.Obj) json).members())
                .containsEntry(
                        "a",
                        new Json.Arr(List.of(
                                new Json.Num("1"),
                                new Json.Num("-2.5e3"),
                                new Json.Bool(true),
                                new Json.Null(),
                                new Json.Text("ü\n"))))
                .containsEntry("b", new Json.Obj(java.util.Map.of()));
        assertThat(read(JsonWriter.write(json))).contains(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | it is empty",
                "`   ` | it is empty",
                "{} {} | something follows the value (line 1, column 5)",
                "{} x | it is not JSON (line 1, column 5): Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                "{\"a\":1,} | it is not JSON (line 1, column 8): Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
                "{\"a\":01} | it is not JSON (line 1, column 7): Invalid numeric value: Leading zeroes not allowed",
                "{'a':1} | it is not JSON (line 1, column 2): Unexpected character (''' (code 39)): was expecting double-quote to start field name",
                "{\"a\":1,\"a\":2} | /a: the name is given twice; give it once",
                "{\"a\":{\"b/c\":1,\"\\u0062/c\":2}} | /a/b~1c: the name is given twice; give it once",
                "{\"a\":\"\\ud800\"} | /a: it has half a character (a surrogate without its other half); leave it out",
                "{\"a\\u001b[2J\":1,\"a\\u001b[2J\":1} | /a\\u001b[2J: the name is given twice; give it once"
            })
    void whatIsNotStrictJsonIsToldWithItsPlace(String text, String problem) {
        read(text == null ? "" : text);
        assertThat(problems).extracting(JsonProblem::toString).containsExactly(problem);
    }

    @Test
    void allRepeatedNamesAreToldAtOnceAndTheFirstValueIsKept() {
        Json json = read("{\"a\":1,\"a\":2,\"b\":[{\"c\":1,\"c\":{\"d\":1,\"d\":2}}]}")
                .orElseThrow();
        assertThat(problems).extracting(JsonProblem::pointer).containsExactly("/a", "/b/0/c", "/b/0/c/d");
        assertThat(((Json.Obj) json).members()).containsEntry("a", new Json.Num("1"));
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        assertThat(JsonReader.read(new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'}, 100, problems))
                .isEmpty();
        assertThat(JsonReader.read("{}".getBytes(StandardCharsets.UTF_16LE), 100, problems))
                .isEmpty();
        assertThat(JsonReader.read("\uFEFF{}".getBytes(StandardCharsets.UTF_8), 100, problems))
                .isEmpty();
        assertThat(problems.get(0).message()).isEqualTo("it is not UTF-8; write it in UTF-8");
        assertThat(problems).hasSize(3);
    }

    @Test
    void hostileDocumentsAreRefusedQuickly() {
        assertThat(read("[".repeat(900_000))).isEmpty();
        assertThat(read("{\"a\":" + "9".repeat(900_000) + "}")).isEmpty();
        assertThat(JsonReader.read(new byte[1_000_001], 1_000_000, problems)).isEmpty();
        assertThat(problems)
                .extracting(JsonProblem::message)
                .last()
                .isEqualTo("it has 1000001 bytes, more than the 1000000 allowed");
        problems.clear();
        read("{" + "\"a\":1,".repeat(100_000) + "\"a\":1}");
        assertThat(problems).hasSize(JsonProblem.MOST);
    }

    @Property(tries = 2_000)
    void anyDamagedDocumentIsReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = "{\"a\": [1, -2.5e3, true, null, \"\\u00fc\\n\"], \"b\": {\"c\": \"ü\"}}"
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 3; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        List<JsonProblem> found = new ArrayList<>();
        Optional<Json> json = JsonReader.read(bytes, 1_000, found);
        assertThat(json.isPresent() || !found.isEmpty()).isTrue();
        if (found.isEmpty()) {
            byte[] again = JsonWriter.write(json.orElseThrow()).getBytes(StandardCharsets.UTF_8);
            assertThat(JsonReader.read(again, 1_000, found)).isEqualTo(json);
        }
    }
}
