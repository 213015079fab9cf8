package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionPin;
import io.taskgraph.avro.ParentRun;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.RunForgotten;
import io.taskgraph.avro.RunQuarantined;
import io.taskgraph.avro.RunReleased;
import io.taskgraph.avro.SnapshotRequested;
import io.taskgraph.avro.TraceParent;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.schemas.trace.TraceContext;
import java.util.TreeMap;

/** What facts about the run as a whole change in it. */
final class ApplyRun {
    private ApplyRun() {}

    static void register(Applications to) {
        to.on(RunCreated.class, ApplyRun::created);
        to.on(PhaseChanged.class, (run, f, w) -> {
            run.header(
                    run.header().with(run.header().standing().to(f.getTo(), f.getReason(), f.getWaitsFor(), w.at())));
            ApplyGates.phaseChanged(run, f, w);
        });
        to.on(RunCancelled.class, ApplyRun::cancelled);
        to.on(RunQuarantined.class, (run, f, w) -> run.header(run.header().withQuarantine(f.getReason())));
        to.on(RunReleased.class, (run, f, w) -> run.header(run.header().withQuarantine(null)));
        // What is wanted is for the log to say: whoever takes snapshots reads it there.
        to.on(SnapshotRequested.class, (run, f, w) -> {});
        to.on(RunForgotten.class, (run, f, w) -> run.forget());
    }

    private static void created(Run run, RunCreated f, Applications.Moment when) {
        Policy policy = Policies.parsed(f.getPolicyDocument());
        ParentRun parent = f.getParent();
        TraceParent trace = f.getTrace();
        run.create(new RunIdentity(
                f.getName(),
                f.getGoal(),
                new TreeMap<>(f.getLabels()),
                policy,
                policy.digest(),
                when.at(),
                Usage.bounds(f.getBudget()),
                parent == null
                        ? null
                        : new RunIdentity.Parent(parent.getRunId(), parent.getTaskId(), parent.getDepth()),
                trace == null
                        ? null
                        : TraceContext.parse(trace.getTraceparent(), trace.getTracestate())
                                .orElse(null),
                Restoring.beginning(f.getOrigin())));
        for (ExtensionPin p : f.getPins()) {
            String id = RegisteredExtension.id(p.getName(), p.getVersion());
            run.tables().pins.put(id, new PinnedExtension(id, p.getDigest()));
        }
        ApplyRestoring.begun(run, f.getOrigin());
        ApplyBudgets.limit(run);
    }

    private static void cancelled(Run run, RunCancelled f, Applications.Moment when) {
        for (Task t : run.graph().tasks()) {
            ApplyLoop.over(run, t.id());
            if (!t.status().isTerminal()) {
                run.graph()
                        .update(t.ended(Status.CANCELLED, null, f.getReason()).changedAt(when.graphVersion()));
            }
        }
    }
}
