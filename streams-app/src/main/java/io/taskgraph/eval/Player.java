package io.taskgraph.eval;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Mutation;
import io.taskgraph.engine.Facts;
import io.taskgraph.replay.RunFold;
import io.taskgraph.spec.Scenario;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/**
 * Plays a scenario on a stage: what agents, people and events do is due at some time; what is decided is heard, and more
 * becomes due. The same scenario, seed and stage give the same play.
 */
final class Player {
    private record Due(long at, long ordinal, Runnable what) {}

    /** What was said last may be decided a moment later. */
    private static final long SETTLES = 500;

    private final Scenario scenario;
    private final Stage stage;
    private final String runId;
    private final Agents agents;
    private final Acts acts;
    private final PriorityQueue<Due> due =
            new PriorityQueue<>((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.ordinal, b.ordinal));
    private final List<Stage.Logged> log = new ArrayList<>();
    private final Map<Scenario.Event, Integer> seen = new IdentityHashMap<>();
    private final RunFold fold;
    private final long begun;
    private long ordinal;
    private long messages;
    private int eventsLeft;

    private Player(Scenario scenario, Stage stage, String runId, long seed) {
        this.scenario = scenario;
        this.stage = stage;
        this.runId = runId;
        this.begun = stage.now();
        this.fold = new RunFold(runId, null, null);
        this.agents = new Agents(this, scenario.agents(), new Random(seed));
        this.acts = new Acts(this, agents);
        this.eventsLeft = scenario.events().size();
    }

    /** Plays to the end that the scenario expects, or until its time is over. */
    static Play play(Scenario scenario, Stage stage, String runId, long seed) {
        return new Player(scenario, stage, runId, seed).play();
    }

    private Play play() {
        Mutation create = scenario.run()
                .withPreset(stage.reference(scenario.policy()))
                .toMutation(runId, nextMessage(), Instant.ofEpochMilli(begun), "planner");
        stage.say(create);
        for (Scenario.Event e : scenario.events()) {
            if (e.fact().isEmpty()) {
                in(e.atMillis(), () -> happen(e));
            }
        }
        agents.begin();
        long limit = begun + scenario.expect().withinMillis();
        long ended = limit;
        while (stage.now() < limit) {
            if (over()) {
                ended = stage.now();
                List<Stage.Logged> late = stage.proceed(Math.min(limit, ended + SETTLES));
                late.forEach(this::hear);
                if (late.isEmpty()) {
                    break;
                }
                continue;
            }
            long next = due.isEmpty() ? limit : Math.min(limit, Math.max(stage.now(), due.peek().at));
            List<Stage.Logged> decided = stage.proceed(next);
            decided.forEach(this::hear);
            while (decided.isEmpty() && !due.isEmpty() && due.peek().at <= stage.now()) {
                due.remove().what.run();
            }
        }
        return new Play(scenario, log, fold, Math.min(ended, stage.now()) - begun, stage.deadLetters(), over());
    }

    /** Whether the run is where it is to end, and nobody has anything more to say. */
    private boolean over() {
        return eventsLeft == 0
                && agents.idle()
                && fold.run().phase().name().equals(scenario.expect().ends());
    }

    private void hear(Stage.Logged logged) {
        log.add(logged);
        Decision d = logged.decision();
        if (d.getSequence() == 0) {
            return;
        }
        fold.accept(d, logged.record(), logged.partition(), logged.offset());
        d.getFacts().forEach(f -> {
            SpecificRecord kind = Facts.kind(f);
            if (kind != null) {
                agents.hear(kind);
                acts.hear(kind);
                events(kind);
            }
        });
        agents.decided(d);
    }

    private void events(SpecificRecord kind) {
        String name = kind.getSchema().getName();
        for (Scenario.Event e : scenario.events()) {
            if (e.fact().equals(name)
                    && (e.task().isEmpty() || e.task().equals(FactWords.task(kind)))
                    && seen.merge(e, 1, Integer::sum) == e.nth()) {
                in(e.atMillis(), () -> happen(e));
            }
        }
    }

    private void happen(Scenario.Event e) {
        eventsLeft--;
        acts.happen(e);
    }

    /** Has something happen after so many milliseconds. */
    void in(long millis, Runnable what) {
        due.add(new Due(stage.now() + millis, ordinal++, what));
    }

    Stage stage() {
        return stage;
    }

    RunFold fold() {
        return fold;
    }

    Scenario scenario() {
        return scenario;
    }

    String runId() {
        return runId;
    }

    /** A message's identity that nobody has used. */
    String nextMessage() {
        return "e" + ++messages;
    }

    Instant time() {
        return Instant.ofEpochMilli(stage.now());
    }
}
