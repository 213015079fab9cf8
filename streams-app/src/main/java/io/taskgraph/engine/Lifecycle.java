package io.taskgraph.engine;

import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;

/** What follows from the state itself, after any input: the run starts, dispatches up to its cap, ends. Level-triggered. */
final class Lifecycle {
    private Lifecycle() {}

    static void proceed(Deliberation d) {
        Run run = d.run();
        if (!run.exists() || run.quarantine() != null) {
            return;
        }
        TaskGraph graph = run.graph();
        if (run.phase() == Phase.COMPLETED && graph.unfinished() > 0) {
            go(d, Phase.IDLE, "the plan has grown");
        }
        // Also when every task came in resolved: such a run goes through to its end in this same decision.
        if (run.phase() == Phase.IDLE && graph.size() > 0) {
            go(d, Phase.PLANNING, "there are tasks");
            go(d, Phase.EXECUTING, "the plan is accepted");
        }
        if (run.phase() != Phase.EXECUTING) {
            return;
        }
        dispatch(d);
        if (graph.unfinished() == 0 && graph.size() > 0) {
            go(d, Phase.SYNTHESIZING, "every task has ended");
            go(d, Phase.COMPLETED, "every task has ended");
        }
    }

    private static void dispatch(Deliberation d) {
        TaskGraph graph = d.run().graph();
        int cap = d.caps().maxWorkers();
        for (Task t = graph.nextReady(); t != null && graph.inFlight() < cap; t = graph.nextReady()) {
            d.emit(new TaskDispatched(t.id(), t.attempt() + 1, null));
        }
    }

    static void go(Deliberation d, Phase to, String why) {
        d.emit(new PhaseChanged(d.run().phase(), to, why));
    }

    static Rejection illegal(Phase from, Phase to, String why) {
        return Refusal.of(RejectionCode.ILLEGAL_TRANSITION, "the run is " + from + ": " + why)
                .with("from", from.name())
                .with("to", to.name())
                .build();
    }
}
