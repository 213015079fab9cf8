package io.taskgraph.gates;

import io.taskgraph.avro.Outcome;
import io.taskgraph.policy.contract.Flag;
import java.util.List;

/** Were graphs changed while they were worked on, and only where that is on? */
final class MutableGraphGate implements Gate {
    private static final Threshold PATCHES =
            Threshold.atLeast("patches", "patches of a graph that had a plan already", 1);

    @Override
    public String id() {
        return "mutable_graph";
    }

    @Override
    public String question() {
        return "Is the graph mutable, and was it changed while it was worked on?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(PATCHES);
    }

    @Override
    public void listen(Hearing run) {
        new OfRun(run).begin();
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        if (t.objected() > 0) {
            return Finding.fail(Words.count(t.objected(), "run") + " had the graph changed with the flag off");
        }
        long patches = t.of("patches");
        return patches < s.of(PATCHES)
                ? Finding.notObserved(Words.tooFew(patches, "patch/patches", s.of(PATCHES)))
                : Finding.pass(Words.count(patches, "patch/patches") + " of graphs that had a plan, in "
                        + Words.count(t.of("runs_with_it_on"), "run") + " with the flag on");
    }

    private static final class OfRun {
        private final Hearing run;
        private long version;
        private long patches;
        private long rebased;
        private boolean on;

        OfRun(Hearing run) {
            this.run = run;
        }

        void begin() {
            run.decided(this::decided);
            run.ended(to -> {
                to.add("runs_with_it_on", on ? 1 : 0);
                to.add("patches", patches);
                to.add("rebased", rebased);
                if (patches > 0 && !on) {
                    to.object(
                            new Tally.Objection(run.runId(), 0, "its graph was changed although mutable_graph is off"));
                }
            });
        }

        void decided(At at) {
            on |= at.policy().on(Flag.MUTABLE_GRAPH);
            long now = at.decision().getGraphVersion();
            if (at.decision().getOutcome() == Outcome.ACCEPTED
                    && at.family().equals("mutations")
                    && version > 0
                    && now > version) {
                patches++;
                rebased += at.decision().getRebasedFrom() == null ? 0 : 1;
            }
            version = now;
        }
    }
}
