package io.taskgraph.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.CompensationSpec;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.ExtensionPin;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TimeLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunSpecificationTest {
    private static RunSpecification read(String file, String text) throws UnreadableFile {
        return RunSpecification.read(SourceText.of(file, text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void pinsAreReadByNameAndVersion() throws UnreadableFile {
        String digest = "sha256:" + "0a".repeat(32);
        String yaml = "name: x\npins:\n  files: {1.0.0: \"" + digest + "\", 1.1.0: \"" + digest + "\"}\ntasks: []\n";
        assertThat(read("x.yaml", yaml)
                        .toMutation("r", "m", Instant.EPOCH, "me")
                        .getCreateRun()
                        .getPins())
                .containsExactly(
                        new ExtensionPin("files", "1.0.0", digest), new ExtensionPin("files", "1.1.0", digest));
    }

    @Test
    void aSpecificationBecomesOneMutation() throws UnreadableFile {
        // given
        String yaml = """
                name: report
                goal: Know more
                preset: demo
                labels: {team: blue, cost-centre: "42"}
                tasks:
                  - id: find
                  - id: write
                    title: Write it
                    depends_on: [find]
                    priority: -3
                    risk: write
                    agent_type: writer
                    assignee: ada
                    failure_mode: continue
                    payload: {words: 500, tone: [dry, short]}
                    seconds: 1.2345
                """;
        // when
        Mutation mutation = read("report.yaml", yaml).toMutation("run-1", "m-1", Instant.EPOCH, "me");
        // then
        assertThat(mutation)
                .isEqualTo(Mutation.newBuilder()
                        .setMessageId("m-1")
                        .setRunId("run-1")
                        .setSentAt(Instant.EPOCH)
                        .setActor("me")
                        .setCreateRun(new CreateRun(
                                "report",
                                "Know more",
                                "demo",
                                Map.of("team", "blue", "cost-centre", "42"),
                                null,
                                null,
                                null,
                                null,
                                List.of()))
                        .setOperations(List.of(
                                add(TaskSpec.newBuilder().setTaskId("find").build()),
                                add(TaskSpec.newBuilder()
                                        .setTaskId("write")
                                        .setTitle("Write it")
                                        .setDependsOn(List.of("find"))
                                        .setPriority(-3)
                                        .setRisk(Risk.WRITE)
                                        .setAgentType("writer")
                                        .setAssignee("ada")
                                        .setFailureMode(FailureMode.CONTINUE)
                                        .setPayload("{\"words\":500,\"tone\":[\"dry\",\"short\"]}")
                                        .setExpectedMillis(1235)
                                        .build())))
                        .build());
    }

    private static Operation add(TaskSpec task) {
        return Operation.newBuilder().setAddTask(new AddTask(task)).build();
    }

    @Test
    void budgetsAndCompensationAreReadExactly() throws UnreadableFile {
        // given
        String yaml = """
                name: x
                budget: {tokens: 1000, cost: "12.000001", time: 2h}
                tasks:
                  - {id: a, budget: {time: 500ms}}
                  - {id: b, compensates: a, budget: {cost: "3"}}
                """;
        // when
        Mutation mutation = read("x.yaml", yaml).toMutation("r", "m", Instant.EPOCH, "me");
        // then
        assertThat(mutation.getCreateRun())
                .isEqualTo(new CreateRun(
                        "x",
                        "",
                        "",
                        Map.of(),
                        new Budget(1000L, 12_000_001L, 7_200_000L),
                        null,
                        null,
                        null,
                        List.of()));
        assertThat(mutation.getOperations())
                .containsExactly(
                        add(TaskSpec.newBuilder()
                                .setTaskId("a")
                                .setBudget(new Budget(null, null, 500L))
                                .build()),
                        add(TaskSpec.newBuilder()
                                .setTaskId("b")
                                .setCompensates("a")
                                .setBudget(new Budget(null, 3_000_000L, null))
                                .build()));
    }

    @Test
    void whatBecomesOfFailuresIsReadExactly() throws UnreadableFile {
        // given
        String yaml = """
                name: x
                tasks:
                  - {id: a, failure_mode: fail_fast, limits: {start: 500ms, end: 5m, heartbeat: 10s}}
                  - {id: b, failure_mode: RECONCILABLE, limits: {end: 2h}}
                  - id: c
                    failure_mode: continue
                    compensation: {title: Undo it, risk: write, agent_type: undoer, payload: {what: c}, seconds: 0.5}
                  - {id: d, compensation: {}}
                """;
        // when
        Mutation mutation = read("x.yaml", yaml).toMutation("r", "m", Instant.EPOCH, "me");
        // then
        assertThat(mutation.getOperations())
                .containsExactly(
                        add(TaskSpec.newBuilder()
                                .setTaskId("a")
                                .setLimits(new TimeLimits(500L, 300_000L, 10_000L))
                                .build()),
                        add(TaskSpec.newBuilder()
                                .setTaskId("b")
                                .setFailureMode(FailureMode.RECONCILABLE)
                                .setLimits(new TimeLimits(null, 7_200_000L, null))
                                .build()),
                        add(TaskSpec.newBuilder()
                                .setTaskId("c")
                                .setFailureMode(FailureMode.CONTINUE)
                                .setCompensation(
                                        new CompensationSpec("Undo it", Risk.WRITE, "undoer", "{\"what\":\"c\"}", 500L))
                                .build()),
                        add(TaskSpec.newBuilder()
                                .setTaskId("d")
                                .setCompensation(CompensationSpec.newBuilder().build())
                                .build()));
    }

    @Test
    void aSimulationStandsInThePayload() throws UnreadableFile {
        String simulation = "simulate: {tokens: 5, actions: [{tool: db.drop, risk: destructive}]}";
        String written = "\"simulate\":{\"tokens\":5,\"actions\":[{\"tool\":\"db.drop\",\"risk\":\"destructive\"}]}}";

        assertThat(payload("payload: {role: x}, " + simulation)).isEqualTo("{\"role\":\"x\"," + written);
        assertThat(payload("payload: just text, " + simulation)).isEqualTo("{\"input\":\"just text\"," + written);
        assertThat(payload(simulation)).isEqualTo("{" + written);
    }

    private static String payload(String fields) throws UnreadableFile {
        return read("x.yaml", "name: x\ntasks: [{id: a, " + fields + "}]")
                .tasks()
                .get(0)
                .getPayload();
    }

    @Test
    void jsonAndYamlSayTheSame() throws UnreadableFile {
        String json =
                "{\"name\":\"x\",\"tasks\":[{\"id\":\"a\",\"depends_on\":[],\"seconds\":64.417,\"assignee\":null}]}";
        assertThat(read("x.json", json)).isEqualTo(read("x.yaml", json));
        assertThat(read("x", json)).isEqualTo(read("x", "name: x\ntasks:\n- id: a\n  seconds: 64.417\n"));
        assertThat(read("x.json", json).tasks().get(0).getExpectedMillis()).isEqualTo(64_417);
        assertThat(read("x.json", "\uFEFF" + json)).isEqualTo(read("x.json", json));
    }

    @Test
    void anAliasRepeatsAList() throws UnreadableFile {
        RunSpecification spec = read(
                "x.yaml", "name: x\ntasks:\n- {id: a}\n- {id: b, depends_on: &all [a]}\n- {id: c, depends_on: *all}\n");
        assertThat(spec.tasks().get(2).getDependsOn()).containsExactly("a");
    }

    @Test
    void valuesThatTheEngineJudgesAreLeftToIt() throws UnreadableFile {
        RunSpecification spec = read(
                "x.json",
                "{\"name\":\"\",\"tasks\":[{\"id\":\"\"},{\"id\":\"a/\\\"\uD83D\uDE00\\u0007\",\"priority\":5000},"
                        + "{\"id\":\"a\",\"depends_on\":[\"a\"]},{\"id\":\"a\"},{\"id\":\"\\ud800\"}]}");
        assertThat(spec.tasks())
                .extracting(TaskSpec::getTaskId)
                .containsExactly("", "a/\"\uD83D\uDE00\u0007", "a", "a", "\uD800");
        assertThat(read("x.yaml", "name: x\ntasks: []").tasks()).isEmpty();
    }

    @Test
    void aPayloadOfTwoMegabytesIsNoProblemOfTheFile() throws UnreadableFile {
        String payload = "p".repeat(2_000_000);
        assertThat(read("x.json", "{\"name\":\"x\",\"tasks\":[{\"id\":\"a\",\"payload\":\"" + payload + "\"}]}")
                        .tasks()
                        .get(0)
                        .getPayload())
                .isEqualTo(payload);
        assertThat(read("x.yaml", "name: x\ntasks:\n- id: a\n  payload: " + payload)
                        .tasks()
                        .get(0)
                        .getPayload())
                .isEqualTo(payload);
    }
}
