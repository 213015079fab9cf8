package io.taskgraph.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Sets of gates are read strictly: thresholds that make no sense are refused, all at once, with their places. */
class GateSetTest {
    private static List<String> problems(String yaml) {
        SheetException e = catchThrowableOfType(SheetException.class, () -> GateSet.read(yaml));
        assertThat(e).as(yaml).isNotNull();
        return e.problems().stream().map(Object::toString).toList();
    }

    @Test
    void theSetsThatComeWithItAreReadByAnyCase() {
        assertThat(GateSet.BUILT_IN).allSatisfy(name -> {
            GateSet set = GateSet.named(name.toLowerCase(java.util.Locale.ROOT)).orElseThrow();
            assertThat(set.name()).isEqualTo(name);
            assertThat(set.title()).isNotBlank();
            assertThat(set.gates()).isNotEmpty();
        });
        assertThat(GateSet.named("D")).isEmpty();
        assertThat(GateSet.named("C").orElseThrow().gates())
                .as("every gate is in the last set")
                .containsOnlyKeys(Gates.all().stream().map(Gate::id).toArray(String[]::new));
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        GateSet set = GateSet.read("name: mine\ngates:\n  caps: {}\n  compensation: {blocking: false, failed: 2}\n");
        assertThat(set.gates().get("caps")).isEqualTo(new Setting(true, java.util.Map.of("caps_hit", 1L)));
        assertThat(set.gates().get("compensation"))
                .isEqualTo(new Setting(false, java.util.Map.of("undone", 1L, "failed", 2L)));
    }

    @Test
    void allThatIsWrongIsToldWithItsPlace() {
        assertThat(problems("""
                name: ""
                titel: x
                gates:
                  caps: {caps_hit: 0, blocking: maybe}
                  cap: {}
                  approval_bypass: {incidents: -1, performed: 2.5, runs: 3}
                  reconcile: yes
                """))
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("line 1, column 7: name must be"),
                        p -> assertThat(p).startsWith("line 2, column 1: \"titel\" is not a key of a set of gates"),
                        p -> assertThat(p).startsWith("line 4, column 20: caps_hit must be a whole number from 1 to"),
                        p -> assertThat(p).startsWith("line 4, column 33: blocking must be true or false"),
                        p -> assertThat(p).startsWith("line 5, column 3: \"cap\" is not a key of gates"),
                        p -> assertThat(p).startsWith("line 6, column 32: incidents must be a whole number from 0 to"),
                        p -> assertThat(p).startsWith("line 6, column 47: performed must be a whole number from 1 to"),
                        p -> assertThat(p).startsWith("line 6, column 52: \"runs\" is not a key of approval_bypass"),
                        p -> assertThat(p).startsWith("line 7, column 14: reconcile must be a mapping"));
    }

    @Test
    void aSetThatCannotFailIsRefused() {
        assertThat(problems("name: a\ngates: {}\n")).singleElement().asString().contains("no gate of the set blocks");
        assertThat(problems("name: a\ngates: {caps: {blocking: false}}\n"))
                .singleElement()
                .asString()
                .contains("make one blocking");
        assertThat(problems("name: a\n")).singleElement().asString().contains("the set has no gates");
        assertThat(problems("gates: {caps: {}}\n")).singleElement().asString().contains("the set has no name");
    }

    @Test
    void whatIsNoDocumentIsRefused() {
        assertThat(problems("")).hasSize(1);
        assertThat(problems("- a\n")).singleElement().asString().contains("must be a mapping");
        assertThat(problems("name: [")).singleElement().asString().contains("not YAML");
        assertThat(problems("name: a\nname: b\ngates: {caps: {}}"))
                .singleElement()
                .asString()
                .contains("twice");
    }
}
