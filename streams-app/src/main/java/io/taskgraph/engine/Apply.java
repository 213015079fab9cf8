package io.taskgraph.engine;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.RejectionCode;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * The only code that changes a run: by decisions, fact by fact. Total: what was decided is never refused. The live
 * processor and the replayer both call {@link #decision}. What each kind of fact changes is in one class a concern.
 */
public final class Apply {
    private static final Applications BY_KIND = new Applications();

    static {
        ApplyRun.register(BY_KIND);
        ApplyGraph.register(BY_KIND);
        ApplyAttempts.register(BY_KIND);
        ApplyActions.register(BY_KIND);
        ApplyApprovals.register(BY_KIND);
        ApplyBudgets.register(BY_KIND);
        ApplyMail.register(BY_KIND);
        ApplyGates.register(BY_KIND);
        ApplyCheckpoints.register(BY_KIND);
        ApplyRestoring.register(BY_KIND);
        ApplyLoop.register(BY_KIND);
        ApplyExtensions.register(BY_KIND);
    }

    private Apply() {}

    /** The kinds of fact that have an application here. */
    static Set<Class<?>> kinds() {
        return BY_KIND.kinds();
    }

    /** Whether a fact of this kind changes the graph, and with it its version. */
    static boolean changesGraph(SpecificRecord kind) {
        return ApplyGraph.CHANGES_GRAPH.contains(kind.getClass());
    }

    /**
     * Brings the run to where it stands after the decision. Whoever calls it seals the run afterwards, and chains the
     * decision's hash.
     *
     * @throws IllegalArgumentException if a fact is of a kind that this version does not know: the state after it
     *     cannot be known
     */
    public static void decision(Run run, Decision d) {
        Applications.Moment when =
                new Applications.Moment(d.getDecidedAt().toEpochMilli(), d.getSequence(), d.getGraphVersion());
        for (Fact fact : d.getFacts()) {
            fact(run, fact, when);
        }
        taken(run, d);
    }

    /** What follows from a decision beside its facts: that it was made, and what its message was told. */
    static void taken(Run run, Decision d) {
        if (!run.exists()) {
            return;
        }
        long at = d.getDecidedAt().toEpochMilli();
        boolean refused = d.getOutcome() == Outcome.REJECTED;
        RejectionCode code = d.getRejection() == null ? null : d.getRejection().getCode();
        run.header(run.header()
                .decided(d.getSequence(), d.getGraphVersion(), at, refused, refused && code == RejectionCode.FENCED));
        String planner = d.getCause().getActor();
        if (d.getOutcome() == Outcome.ACCEPTED
                && d.getCause().getFamily().equals("mutations")
                && !planner.isEmpty()
                && run.tables().planners.get(planner) == null
                && run.tables().planners.size() < Planner.REMEMBERED) {
            run.tables().planners.put(planner, new Planner(planner, d.getSequence()));
        }
        String messageId = d.getCause().getMessageId();
        // A message whose ids are not valid is judged anew each time: its id cannot be trusted to name it. Nor is one
        // remembered of which it is not proved who sent it: it could push out those that may not be said again.
        boolean named = code != RejectionCode.INVALID_ID && !Author.isUnproved(code);
        if (!messageId.isEmpty() && d.getOutcome() != Outcome.DUPLICATE && named) {
            String message = Answer.keyOf(d.getCause().getFamily(), messageId);
            run.remember(new Answer(message, d.getSequence(), at, d.getOutcome(), code, d.getGraphVersion()));
        }
    }

    static void fact(Run run, Fact fact, Applications.Moment when) {
        SpecificRecord kind = Facts.kind(fact);
        if (kind == null) {
            throw new IllegalArgumentException("a fact of a kind that this version does not know: upgrade to read on");
        }
        kind(run, kind, when);
    }

    /** The same, of a fact that says this. */
    static void kind(Run run, SpecificRecord kind, Applications.Moment when) {
        BY_KIND.apply(run, kind, when);
    }
}
