package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.client.Action;
import io.taskgraph.client.ActionDeniedException;
import io.taskgraph.client.NonRetryableException;
import io.taskgraph.client.TaskContext;
import io.taskgraph.eval.SimulatedTrouble;
import io.taskgraph.eval.Simulation;
import io.taskgraph.spec.RunSpecification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a simulated agent does when a run specification says `simulate`. */
class SimulatedAttemptTest {
    private static final String TWO_ACTIONS = """
        {"simulate": {"actions": [
          {"tool": "db.backup", "risk": "read", "purpose": "copy first"},
          {"tool": "db.migrate", "risk": "destructive", "arguments": {"table": "orders"}, "needed": true, "unasked": 1}
        ]}}""";

    @TempDir
    Path files;

    /** Everything in its order: what is said to the control plane, how time passes, what the listener hears. */
    private static List<String> play(PlayedTask task) throws Exception {
        Simulation simulation = Simulation.of(task.payload().orElse(null));
        SimulatedWork.Listener listener = new SimulatedWork.Listener() {
            @Override
            public void ended(SimulatedWork.Done done) {
                // An attempt does not tell its end itself.
            }

            @Override
            public void acted(TaskContext of, Action action, String outcome, String reason) {
                task.said.add(outcome + " " + action.tool());
            }
        };
        String did = new SimulatedAttempt(
                        task, simulation, task.expectedMillis(), millis -> task.said.add("sleep " + millis), listener)
                .run();
        task.said.add("end" + did);
        return task.said;
    }

    @Test
    void aTaskWithoutASimulationTakesItsTime() throws Exception {
        assertThat(play(new PlayedTask(null, 1, 1_000, Set.of()))).containsExactly("sleep 1000", "end");
        assertThat(play(new PlayedTask("{\"role\": \"simulate\"}", 1, 0, Set.of())))
                .containsExactly("end");
        assertThat(play(new PlayedTask("not \"simulate\" json", 1, 0, Set.of())))
                .containsExactly("end");
    }

    @Test
    void tokensAndMoneyGrowEvenlyUpToWhatWasSaid() throws Exception {
        String payload = "{\"simulate\": {\"tokens\": 1000, \"cost\": \"0.000100\"}}";
        assertThat(play(new PlayedTask(payload, 1, 500, Set.of())))
                .containsExactly(
                        "sleep 200",
                        "used 400 40",
                        "sleep 200",
                        "used 800 80",
                        "sleep 100",
                        "used 1000 100",
                        "used 1000 100",
                        "end");
        assertThat(play(new PlayedTask(payload, 1, 0, Set.of()))).containsExactly("used 1000 100", "end");
    }

    @Test
    void actionsAreAskedForInOrderEvenlySpread() throws Exception {
        PlayedTask task = new PlayedTask(TWO_ACTIONS, 2, 300, Set.of());

        assertThat(play(task))
                .containsExactly(
                        "sleep 100",
                        "ask db.backup",
                        "did db.backup",
                        "performed db.backup",
                        "sleep 100",
                        "ask db.migrate",
                        "did db.migrate",
                        "performed db.migrate",
                        "sleep 100",
                        "end, 2 actions");
        assertThat(task.asked)
                .containsExactly(
                        Action.of("db.backup", Risk.READ, "", "copy first"),
                        Action.of("db.migrate", Risk.DESTRUCTIVE, "{\"table\":\"orders\"}", ""));
    }

    @Test
    void firstAttemptsMayActUnasked() throws Exception {
        assertThat(play(new PlayedTask(TWO_ACTIONS, 1, 0, Set.of())))
                .containsExactly(
                        "ask db.backup",
                        "did db.backup",
                        "performed db.backup",
                        "unasked db.migrate",
                        "unasked db.migrate",
                        "end, 2 actions");
    }

    @Test
    void aDeniedActionThatIsNeededEndsTheAttemptForGoodAnotherDoesNot() throws Exception {
        PlayedTask needed = new PlayedTask(TWO_ACTIONS, 2, 0, Set.of("db.migrate"));
        assertThatThrownBy(() -> play(needed))
                .isInstanceOf(ActionDeniedException.class)
                .isInstanceOf(NonRetryableException.class)
                .hasMessage("the action db.migrate was denied by rule rule: because");

        assertThat(play(new PlayedTask(TWO_ACTIONS, 2, 0, Set.of("db.backup"))))
                .containsExactly(
                        "ask db.backup",
                        "denied db.backup",
                        "ask db.migrate",
                        "did db.migrate",
                        "performed db.migrate",
                        "end, 1 action, 1 denied");
    }

    @Test
    void firstAttemptsFailWhenHalfOfTheWorkIsDone() throws Exception {
        String twice = "{\"simulate\": {\"fail\": 2}}";
        PlayedTask second = new PlayedTask(twice, 2, 100, Set.of());

        assertThatThrownBy(() -> play(second))
                .isInstanceOf(SimulatedWork.SimulatedFailure.class)
                .hasMessage("simulated failure of attempt 2");
        assertThat(second.said).containsExactly("sleep 50");
        assertThat(play(new PlayedTask(twice, 3, 100, Set.of()))).containsExactly("sleep 100", "end");
    }

    @Test
    void whatFailsHardFailsForGoodAndAlwaysUnlessItSaysHowOften() throws Exception {
        String always = "{\"simulate\": {\"fail_hard\": true}}";
        assertThatThrownBy(() -> play(new PlayedTask(always, 1_000_000, 0, Set.of())))
                .isInstanceOf(NonRetryableException.class);
        String once = "{\"simulate\": {\"fail\": 1, \"fail_hard\": true}}";
        assertThatThrownBy(() -> play(new PlayedTask(once, 1, 0, Set.of()))).isInstanceOf(NonRetryableException.class);
        assertThat(play(new PlayedTask(once, 2, 0, Set.of()))).containsExactly("end");
        assertThatThrownBy(() -> play(new PlayedTask("{\"simulate\": {\"fail\": \"often\"}}", 1, 0, Set.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("simulate.fail cannot be \"often\": see docs/feature-specs/run-specification.md.");
    }

    @Test
    void anAttemptThatHangsWorksHalfAndThenWaitsUntilItIsStopped() {
        PlayedTask task = new PlayedTask("{\"simulate\": {\"hang\": 1}}", 1, 100, Set.of());

        assertThatThrownBy(() -> play(task)).isInstanceOf(SimulatedWork.SimulatedFailure.class);
        assertThat(task.said).containsExactly("sleep 50", "sleep 86400000");
    }

    @Test
    void workThatTellsItsProgressGoesOnFromWhereItWas() throws Exception {
        String payload = "{\"simulate\": {\"progress\": true, \"fail\": 1}}";
        PlayedTask first = new PlayedTask(payload, 1, 1_000, Set.of());
        assertThatThrownBy(() -> play(first)).isInstanceOf(SimulatedWork.SimulatedFailure.class);
        assertThat(first.said)
                .containsExactly("sleep 200", "20 percent", "sleep 200", "40 percent", "sleep 100", "50 percent");

        PlayedTask second = new PlayedTask(payload, 2, 1_000, Set.of());
        second.previousProgress = "50 percent";
        assertThat(play(second))
                .containsExactly(
                        "50 percent",
                        "sleep 200",
                        "70 percent",
                        "sleep 200",
                        "90 percent",
                        "sleep 100",
                        "end, on from 50 percent");
    }

    @Test
    void theListenerHearsHowAnAttemptEnded() {
        List<String> heard = new ArrayList<>();
        SimulatedWork work = new SimulatedWork(0, 0, 0, 1, done -> heard.add(done.outcome()));

        assertThatThrownBy(() -> work.handle(new PlayedTask(TWO_ACTIONS, 2, 0, Set.of("db.migrate"))))
                .isInstanceOf(ActionDeniedException.class);
        assertThatThrownBy(() -> work.handle(new PlayedTask("{\"simulate\": {\"cost\": \"much\"}}", 1, 0, Set.of())))
                .isInstanceOf(NonRetryableException.class)
                .hasMessage("simulate.cost cannot be \"much\": see docs/feature-specs/run-specification.md.");
        assertThat(heard).containsExactly("failed", "failed");
    }

    @Test
    void whatASpecificationSaysIsWhatTheAgentDoes() throws Exception {
        Path file = Files.writeString(files.resolve("run.yaml"), """
            name: one
            tasks:
              - id: a
                payload: {role: dba}
                simulate:
                  tokens: 12000
                  cost: "0.35"
                  progress: true
                  fail: 2
                  fail_hard: true
                  hang: 1
                  actions:
                    - {tool: db.drop, risk: destructive, purpose: Clean up, arguments: {table: x, rows: 3}, needed: true}
                    - {tool: mail.send, arguments: to all, unasked: 2}
            """);
        TaskSpec task = RunSpecification.read(file).tasks().get(0);

        assertThat(Simulation.of(task.getPayload()))
                .isEqualTo(new Simulation(
                        12_000,
                        350_000,
                        List.of(
                                new Simulation.Step(
                                        Action.of(
                                                "db.drop",
                                                Risk.DESTRUCTIVE,
                                                "{\"table\":\"x\",\"rows\":3}",
                                                "Clean up"),
                                        true,
                                        0),
                                new Simulation.Step(Action.of("mail.send", Risk.UNKNOWN, "to all", ""), false, 2)),
                        true,
                        new SimulatedTrouble(2, true, 1)));
    }
}
