package io.taskgraph.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.gates.GateReport;
import io.taskgraph.gates.GateSet;
import io.taskgraph.spec.Scenario;
import io.taskgraph.spec.UnreadableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios are played on the simulation, and what comes of them is found in their log. */
class SuiteTest {
    private static final Path EVALS = Path.of(System.getProperty("taskgraph.root"), "examples", "evals");

    private static final String SMALL = """
            name: small
            policy: |
              name: eval
              extends: full
            run:
              name: Small
              tasks:
                - {id: a, seconds: 1}
                - {id: b, seconds: 1, depends_on: [a]}
            """;

    @TempDir
    Path files;

    private static List<ScenarioResult> play(Suite suite, long seed) {
        return suite.play((s, runId) -> new SimulatedStage(runId, s.policy()), "", seed);
    }

    private ScenarioResult small(String expect) throws Exception {
        Path file = Files.writeString(files.resolve("small.yaml"), SMALL + expect);
        return play(Suite.read(file), 1).get(0);
    }

    @Test
    void theBaselineSuiteComesOutAsExpectedAndNoWorseThanBefore() throws Exception {
        Suite suite = Suite.read(EVALS);
        assertThat(suite.scenarios()).hasSizeGreaterThanOrEqualTo(12);
        List<ScenarioResult> results = play(suite, 1);
        List<String> unmet = new ArrayList<>();
        results.forEach(r -> r.checks().stream()
                .filter(c -> !c.met())
                .forEach(c -> unmet.add(r.name() + ": " + c.what() + "; found " + c.found())));
        assertThat(unmet).isEmpty();
        assertThat(Baseline.read(EVALS.resolve("baseline.json")).regressions(results, true))
                .isEmpty();
    }

    @Test
    void theGatesOfTheSuitePassOnTheLogThatItLeaves() throws Exception {
        GateSet set = GateSet.read(Files.readString(EVALS.resolve("gates.yaml")));
        GateReport report = Suite.judge(set, play(Suite.read(EVALS), 1));
        assertThat(report.gates()).allSatisfy(g -> assertThat(g.blocks())
                .as("%s is %s: %s %s", g.id(), g.verdict(), g.because(), g.objections())
                .isFalse());
    }

    @Test
    void theSameSeedGivesTheSameLogByteForByte() throws Exception {
        Suite suite = Suite.read(EVALS);
        List<ScenarioResult> one = play(suite, 7);
        List<ScenarioResult> other = play(suite, 7);
        for (int i = 0; i < one.size(); i++) {
            assertThat(one.get(i).log()).hasSameSizeAs(other.get(i).log());
            for (int j = 0; j < one.get(i).log().size(); j++) {
                assertThat(one.get(i).log().get(j).record())
                        .as(one.get(i).name())
                        .isEqualTo(other.get(i).log().get(j).record());
            }
        }
    }

    @Test
    void theSuiteComesOutAsExpectedUnderOtherSeedsToo() throws Exception {
        Suite suite = Suite.read(EVALS);
        for (long seed = 2; seed < 6; seed++) {
            for (ScenarioResult r : play(suite, seed)) {
                assertThat(r.checks()).as("%s, seed %s", r.name(), seed).allMatch(Check::met);
            }
        }
    }

    @Test
    void whatIsExpectedAndNotOnRecordIsTold() throws Exception {
        ScenarioResult r = small("""
                expect:
                  ends: completed
                  within: 1m
                  tasks: {a: done, b: failed}
                  facts: {TaskCompleted: 3}
                  refusals: {CYCLE: {least: 1}}
                  order: [TaskCompleted b, TaskStarted a]
                """);
        assertThat(r.passes()).isFalse();
        assertThat(r.score()).isEqualTo(100 * 4 / 8);
        assertThat(r.checks().stream().filter(c -> !c.met()))
                .containsExactly(
                        new Check("task b is FAILED", false, "DONE"),
                        new Check("TaskCompleted is on record 3 times", false, "2 times"),
                        new Check("CYCLE is on record at least 1 times", false, "0 times"),
                        new Check(
                                "in this order: TaskCompleted b, TaskStarted a",
                                false,
                                "no TaskStarted a after the first 1"));
    }

    @Test
    void aRunThatDoesNotEndInTimeHasNotEnded() throws Exception {
        ScenarioResult r = small("agents: {count: 0}\nexpect: {ends: completed, within: 10s}\n");
        assertThat(r.checks()).contains(new Check("the run ends COMPLETED", false, "EXECUTING"));
        assertThat(r.measures()).containsEntry("millis", 10_000L);
    }

    @Test
    void everyActIsUnderstoodAndInTheSchema() throws IOException {
        JsonNode schema = new ObjectMapper().readTree(Suite.class.getResourceAsStream("/schemas/scenario.schema.json"));
        JsonNode acts = schema.at("/$defs/event/properties/do/properties");
        assertThat(acts.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(Acts.words());
        assertThat(Scenario.ACTS).containsExactlyInAnyOrderElementsOf(Acts.words());
        assertThat(acts.at("/direct/properties").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(Acts.directives());
    }

    private List<String> problems(String text) throws IOException {
        Path file = Files.writeString(files.resolve("bad.yaml"), text);
        UnreadableFile e = catchThrowableOfType(UnreadableFile.class, () -> Suite.read(file));
        assertThat(e).as(text).isNotNull();
        return e.problems().stream().map(p -> p.line() + ": " + p.message()).toList();
    }

    @Test
    void whatIsWrongWithAScenarioIsToldWithItsLine() throws Exception {
        assertThat(problems("name: x\npolicy: a\nrun: {name: r, tasks: []}\nexpect: {ends: over}\nevent: []\n"))
                .hasSize(2)
                .anyMatch(p -> p.startsWith("4: ends"))
                .anyMatch(p -> p.startsWith("5: \"event\" is not a field of a scenario"));
        assertThat(problems(SMALL + """
                events:
                  - {after: TaskStartet, do: {kill: {holder_of: a}}}
                  - {at: 1s, after: TaskStarted, do: {restart: control_plane}}
                  - {at: 1s, do: {patch: {operations: [{op: add_tusk, id: x}]}}}
                expect:
                  ends: completed
                  facts: {TaskDone: 1, WorkerLost: {least: 3, most: 1}}
                  refusals: {CYCEL: 1}
                """))
                .anyMatch(p -> p.startsWith("11: \"TaskStartet\" is not a kind of fact; did you mean"))
                .anyMatch(p -> p.startsWith("12: an event has either at"))
                .anyMatch(p -> p.startsWith("13: "))
                .anyMatch(p -> p.startsWith("16: \"TaskDone\" is not a kind of fact"))
                .anyMatch(p -> p.startsWith("16: least is greater than most"))
                .anyMatch(p -> p.startsWith("17: \"CYCEL\" is not a code of refusal"));
        assertThat(problems("""
                name: x
                policy: |
                  name: p
                  caps: {max_tasks: 0}
                run: {name: r, tasks: [{id: 5}]}
                expect: {ends: completed}
                """))
                .anyMatch(p -> p.startsWith("4: policy, line 2: max_tasks"))
                .anyMatch(p -> p.startsWith("5: id must be"));
    }

    @Test
    void aSuiteHasScenariosWithNamesOfTheirOwn() throws Exception {
        assertThatThrownBy(() -> Suite.read(files)).hasMessageContaining("There is no scenario in");
        Files.writeString(files.resolve("a.yaml"), SMALL + "expect: {ends: completed}\n");
        Files.writeString(files.resolve("b.yaml"), SMALL + "expect: {ends: completed}\n");
        assertThatThrownBy(() -> Suite.read(files))
                .hasMessageContaining("another scenario of the suite is named small");
    }

    @Test
    void aBaselineFindsWhatIsWorse() throws Exception {
        ScenarioResult r = small("expect: {ends: completed, within: 1m}\n");
        Path file = Files.writeString(
                files.resolve("b.json"), Baseline.of(List.of(r)).write());
        Baseline same = Baseline.read(file);
        assertThat(same.regressions(List.of(r), true)).isEmpty();
        assertThat(same.regressions(List.of(), true)).containsExactly("small is in the baseline and was not played");
        Files.writeString(
                file,
                "{\"tolerance_percent\": 10, \"scenarios\": {\"small\": {\"score\": 101, \"decisions\": 1, \"millis\": 9999999}}}");
        assertThat(Baseline.read(file).regressions(List.of(r), true))
                .containsExactly(
                        "small scores 100, and 101 before",
                        "small takes " + r.measures().get("decisions")
                                + " decisions, and 1 before (10 % more is tolerated)");
        assertThat(Baseline.read(file).regressions(List.of(r), false)).hasSize(1);
    }

    @Test
    void whatIsNoBaselineIsRefused() throws Exception {
        for (String bad : List.of(
                "",
                "[]",
                "{\"tolerance_percent\": -1}",
                "{\"tolerance_percent\": 5}",
                "{\"tolerance_percent\": 5, \"scenarios\": {\"a\": {\"score\": \"x\"}}}")) {
            Path file = Files.writeString(files.resolve("bad.json"), bad);
            assertThatThrownBy(() -> Baseline.read(file))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bad.json");
        }
    }
}
