package io.taskgraph.engine;

import io.taskgraph.avro.Fact;
import io.taskgraph.policy.contract.Caps;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * One decision in the making. A fact that is emitted is tried on the run at once, so that what is decided next sees it;
 * the engine takes everything back when the deliberation is over.
 */
final class Deliberation {
    private final Run run;
    private final long now;
    private final int maxRecordBytes;
    private final long versionBefore;
    private final List<Fact> facts = new ArrayList<>();
    private boolean graphChanged;
    private int approvals;

    Deliberation(Run run, long now, int maxRecordBytes) {
        this.run = run;
        this.now = now;
        this.maxRecordBytes = maxRecordBytes;
        this.versionBefore = run.graphVersion();
    }

    Run run() {
        return run;
    }

    /** The time that the decision is made for, in milliseconds since the epoch. */
    long now() {
        return now;
    }

    Caps caps() {
        return run.policy().caps();
    }

    /** Number of the next approval asked for in this decision, from 1. */
    int nextApproval() {
        return ++approvals;
    }

    /** The most bytes that a record may take that follows from the decision. */
    int maxRecordBytes() {
        return maxRecordBytes;
    }

    List<Fact> facts() {
        return facts;
    }

    /** The graph version after the decision. */
    long graphVersion() {
        return graphChanged ? versionBefore + 1 : versionBefore;
    }

    void emit(SpecificRecord kind) {
        Fact fact = Facts.of(kind);
        facts.add(fact);
        graphChanged |= Apply.changesGraph(kind);
        Apply.fact(run, fact, new Applications.Moment(now, run.sequence() + 1, graphVersion()));
    }
}
