package io.taskgraph.eval;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Outcome;
import io.taskgraph.engine.Facts;
import io.taskgraph.graph.Task;
import io.taskgraph.replay.RunVerdict;
import io.taskgraph.spec.Scenario;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** What a scenario expects, looked for in the log that it left. Nothing that the stage or the agents know counts. */
final class Checks {
    private final Play play;
    private final Scenario.Expectation expect;
    private final Map<String, Long> facts = new HashMap<>();
    private final Map<String, Long> refusals = new HashMap<>();
    private final List<SpecificRecord> kinds = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();

    private Checks(Play play) {
        this.play = play;
        this.expect = play.scenario().expect();
        for (Stage.Logged l : play.log()) {
            Decision d = l.decision();
            d.getFacts().forEach(f -> {
                SpecificRecord kind = Facts.kind(f);
                if (kind != null) {
                    kinds.add(kind);
                    facts.merge(kind.getSchema().getName(), 1L, Long::sum);
                }
            });
            if (d.getRejection() != null && d.getOutcome() == Outcome.REJECTED) {
                refusals.merge(d.getRejection().getCode().name(), 1L, Long::sum);
            }
        }
    }

    static List<Check> of(Play play) {
        return new Checks(play).all();
    }

    private List<Check> all() {
        RunVerdict replayed = play.fold().finish();
        check(
                "every decision replays to what is recorded",
                replayed.agrees() && replayed.decisions() > 0,
                replayed.divergence().map(d -> d.sentence()).orElse(replayed.decisions() + " decisions"));
        check(
                "the run ends " + expect.ends(),
                play.ended(),
                play.fold().run().phase().name());
        expect.tasks().forEach((id, status) -> {
            Task t = play.fold().run().graph().task(id);
            String found = t == null ? "not there" : t.status().name();
            check("task " + id + " is " + status, found.equals(status), found);
        });
        expect.facts().forEach((kind, times) -> times(kind, facts.getOrDefault(kind, 0L), times));
        expect.refusals().forEach((code, times) -> times(code, refusals.getOrDefault(code, 0L), times));
        if (!expect.order().isEmpty()) {
            order();
        }
        times("dead letters", play.deadLetters(), expect.deadLetters());
        return checks;
    }

    private void times(String what, long n, Scenario.Times times) {
        String asked = times.least() == times.most()
                ? times.least() + " times"
                : times.most() == Long.MAX_VALUE
                        ? "at least " + times.least() + " times"
                        : times.least() + " to " + times.most() + " times";
        check(what + " is on record " + asked, n >= times.least() && n <= times.most(), n + " times");
    }

    private void order() {
        int at = 0;
        for (SpecificRecord kind : kinds) {
            if (at < expect.order().size() && FactWords.is(kind, expect.order().get(at))) {
                at++;
            }
        }
        boolean met = at == expect.order().size();
        check(
                "in this order: " + String.join(", ", expect.order()),
                met,
                met ? "all" : "no " + expect.order().get(at) + " after the first " + at);
    }

    private void check(String what, boolean met, String found) {
        checks.add(new Check(what, met, found));
    }
}
