package io.taskgraph.engine;

import io.taskgraph.avro.PassMade;
import io.taskgraph.avro.Phase;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.Policy;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes by timer: the strategy is asked about what stands otherwise than it should, once each period of {@code every} that it
 * has stood so. A pass of which nothing comes leaves no record; those that leave one are {@code reconcile_cooldown} apart. Costs
 * what is due.
 */
final class Passes {
    /** About how many tasks one pass does more than call an operator: a decision is one record. Others have the next period. */
    private static final int ACTS = 200;

    private record Answer(Finding finding, Consultation consultation) {}

    private Passes() {}

    /** Whether the policy has passes by timer. */
    static boolean has(Policy policy) {
        return policy.on(Flag.RECONCILE) && policy.reconcile().everyMillis() > 0;
    }

    /** When the last recorded pass was, in milliseconds since the epoch; 0: there was none. */
    static long lastAt(Run run) {
        return Math.max(run.header().lastPassAt(), run.lastPass().at());
    }

    /** When the next recorded pass may be, in milliseconds since the epoch. */
    static long cooledDownAt(Run run) {
        long last = lastAt(run);
        return last == 0 ? 0 : last + run.policy().caps().reconcileCooldownMillis();
    }

    static boolean cooledDown(Deliberation d) {
        return d.now() >= cooledDownAt(d.run());
    }

    /** Whether a pass may go through RECONCILING under the policy's transitions, from where the run is. */
    static boolean mayGoThrough(Deliberation d) {
        return d.run().phase() == Phase.EXECUTING
                && Lifecycle.allowed(d, Phase.RECONCILING)
                && Lifecycle.allowed(d, Phase.RECONCILING, Phase.EXECUTING);
    }

    /** Makes a pass, if anything is due and the last one is long enough ago. */
    static void make(Deliberation d) {
        if (!has(d.policy()) || d.run().phase() != Phase.EXECUTING || !cooledDown(d)) {
            return;
        }
        Calls calls = new Calls(d);
        List<Answer> answers = new ArrayList<>();
        ask(d, calls, answers);
        if (answers.isEmpty()) {
            return;
        }
        putOff(d, answers);
        boolean through = mayGoThrough(d);
        if (through) {
            Lifecycle.go(d, Phase.RECONCILING, "a look at what has stood for too long");
        }
        int acted = 0;
        for (Answer a : answers) {
            boolean goesOn = d.run().phase() == Phase.RECONCILING || d.run().phase() == Phase.EXECUTING;
            // What was done about one of them may have changed another.
            if (goesOn && a.finding.equals(Finding.of(d.run(), a.finding.taskId()))) {
                a.consultation.take();
                acted++;
            }
        }
        calls.make();
        d.emit(new PassMade(answers.size(), acted));
        if (through && d.run().phase() == Phase.RECONCILING) {
            Lifecycle.go(d, Phase.EXECUTING, "what was due was looked at");
        }
    }

    /** Records it if the pass was due before it could be: whatever else is decided meanwhile says nothing of it. */
    private static void putOff(Deliberation d, List<Answer> answers) {
        if (d.caps().reconcileCooldownMillis() == 0) {
            // There is none. That workers were lost in the moment before, or in this one, puts nothing off.
            return;
        }
        long every = d.policy().reconcile().everyMillis();
        long before = d.run().lastPass().at();
        long due = answers.stream()
                .mapToLong(a -> a.finding.next(before, every))
                .min()
                .orElse(Long.MAX_VALUE);
        if (due < cooledDownAt(d.run())) {
            d.emit(Reached.byRun(d, Cap.RECONCILE_COOLDOWN, Math.max(0, due - lastAt(d.run()))));
        }
    }

    /** Asks about all that is due, before anything is done about it. */
    private static void ask(Deliberation d, Calls calls, List<Answer> answers) {
        Run run = d.run();
        long every = d.policy().reconcile().everyMillis();
        long last = run.lastPass().at();
        int acts = 0;
        for (String id : run.dates().findings().due(d.now())) {
            Finding f = Finding.of(run, id);
            if (f == null || f.periods(d.now(), every) <= f.periods(last, every) || !f.matters(run)) {
                continue;
            }
            Task t = run.graph().task(id);
            String stands = t.outcome() == null ? "" : t.outcome();
            Consultation c = new Consultation(d, calls, f.trigger(), f.periods(d.now(), every), t, stands, true).ask();
            if (c.isNoop() || acts == ACTS && !c.onlyCalls()) {
                continue;
            }
            acts += c.onlyCalls() ? 0 : 1;
            answers.add(new Answer(f, c));
        }
    }
}
