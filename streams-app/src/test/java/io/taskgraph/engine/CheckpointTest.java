package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.avro.CheckpointTaken;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SaveCheckpoint;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Checkpoints as the engine decides them: who may take them, when the policy does, which are kept. */
class CheckpointTest {
    private static Team team(String checkpoints) {
        return Team.under("name: test\nflags: {mutable_graph: true, trace_replay: true}\ncaps: {max_workers: 1}\n"
                + (checkpoints.isEmpty() ? "" : "checkpoints: {" + checkpoints + "}\n"));
    }

    private static SaveCheckpoint save(String name) {
        return new SaveCheckpoint(name, "so far", new HashMap<>(Map.of("k", "v")));
    }

    private static CheckpointTaken taken(Decision d) {
        return d.getFacts().stream()
                .filter(f -> f.getCheckpointTaken() != null)
                .map(f -> f.getCheckpointTaken())
                .findFirst()
                .orElse(null);
    }

    @Test
    void anOperatorAndAnAgentTakeThem() {
        Team team = team("");
        team.patch(add("a"));
        team.start("w", "a", 1);

        assertAccepted(
                team.direct(save("first")),
                new CheckpointTaken("first", 1, false, "so far", Map.of("k", "v"), List.of()));
        assertAccepted(
                team.report("w", "a", 1, save("first")),
                new CheckpointTaken("first", 2, false, "so far", Map.of("k", "v"), List.of()));
    }

    @Test
    void anAgentTakesNoneUnderALeaseThatIsOverNorWhereThePolicyDeniesIt() {
        Team team = team("");
        team.patch(add("a"));
        team.start("w", "a", 1);
        assertThat(team.report("w", "a", 2, save("c")).getRejection().getCode()).isEqualTo(RejectionCode.FENCED);

        Team strict = team("agents: false");
        strict.patch(add("a"));
        strict.start("w", "a", 1);
        Decision denied = strict.report("w", "a", 1, save("c"));
        assertRefused(
                denied,
                RejectionCode.DENIED,
                "rule",
                "checkpoints.agents",
                "reason",
                "agents take no checkpoints in this run");
        assertThat(denied.getRule()).isEqualTo("checkpoints.agents");
        assertThat(strict.direct(save("c")).getRejection()).isNull();
    }

    @Test
    void thePolicyTakesThemAtThePhasesItNamesAndNotOfThoseThatAreOnlyPassed() {
        Team team = team("at: [planning, executing, await_user, completed]");

        assertThat(taken(team.patch(add("a"))))
                .isEqualTo(new CheckpointTaken("executing", 1, true, "the plan is accepted", Map.of(), List.of()));
        assertThat(taken(team.direct(new PauseRun())).getName()).isEqualTo("await_user");
        team.start("w", "a", 1);
        assertThat(team.log.get(team.log.size() - 1).decision().getFacts()).hasSize(1);
    }

    @Test
    void theOldestMakesWayAndVersionsGoOn() {
        Team team = team("keep: 2");
        team.patch(add("a"));
        team.direct(save("a"));
        team.direct(save("b"));

        Decision third = team.direct(save("a"));
        team.reload();
        Decision fourth = team.direct(save("c"));

        assertThat(taken(third).getDropped()).containsExactly("a@1");
        assertThat(taken(third).getVersion()).isEqualTo(3);
        assertThat(taken(fourth).getDropped()).containsExactly("b@2");
        assertThat(team.run.tables().checkpoints.copy().keySet()).containsExactly("a@3", "c@4");
    }

    @Test
    void underASmallerBoundSeveralMakeWay() {
        Team team = team("keep: 5");
        for (String name : List.of("a", "b", "c")) {
            team.direct(save(name));
        }
        io.taskgraph.policy.contract.Policy tighter = io.taskgraph.policy.contract.Policy.parse(
                team.run.policy().document().replace("keep: 5", "keep: 1"));
        team.step(new Input.OfDirective(
                Messages.directive("r", team.nextMessageId(), "", new io.taskgraph.avro.ChangePolicy("p")),
                Origin.NONE,
                name -> java.util.Optional.of(tighter)));

        assertThat(taken(team.direct(save("d"))).getDropped()).containsExactly("a@1", "b@2", "c@3");
    }

    @Test
    void oddOnesAreRefused() {
        Team team = team("");
        for (String odd : List.of("", ".", "..", "../up", "a/b", "a\\b", "-a", "a b", "ä", "a\u0000", "x".repeat(65))) {
            Decision d = team.direct(save(odd));
            assertThat(d.getRejection().getCode()).as(odd).isEqualTo(RejectionCode.INVALID_ID);
            assertThat(d.getRejection().getDetails()).containsEntry("field", "checkpoint name");
        }
        assertThat(team.direct(new SaveCheckpoint("c", "x".repeat(4097), Map.of()))
                        .getRejection()
                        .getMessage())
                .contains("summary has 4097 characters");
        Map<String, String> many = IntStream.range(0, 65).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
        for (Map<String, String> odd : List.of(many, Map.of("", "v"), Map.of("k", "v".repeat(257)))) {
            assertThat(team.direct(new SaveCheckpoint("c", "", odd))
                            .getRejection()
                            .getCode())
                    .isEqualTo(RejectionCode.INVALID_VALUE);
        }
    }

    @Test
    void itsRecordSaysWhereTheRunStood() {
        Team team = team("");
        team.patch(add("a"), add("b"), add("c", "a"));
        team.start("w", "a", 1);

        Decision d = team.direct(save("c"));

        assertThat(Checkpoints.record(team.run, d, taken(d)))
                .isEqualTo(new Checkpoint(
                        1,
                        "r",
                        "c",
                        1,
                        d.getSequence(),
                        d.getStateDigest(),
                        new Digest(team.run.lastHash()),
                        Instant.ofEpochMilli(team.now),
                        "directives",
                        "operator",
                        Phase.EXECUTING,
                        "goal",
                        "so far",
                        "test",
                        team.run.policy().digest(),
                        team.run.graphVersion(),
                        List.of("a", "b"),
                        3,
                        3,
                        Map.of("k", "v")));
    }
}
