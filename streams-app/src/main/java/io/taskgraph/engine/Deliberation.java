package io.taskgraph.engine;

import io.taskgraph.avro.Evidence;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Forgotten;
import io.taskgraph.avro.Heard;
import io.taskgraph.avro.LookedUp;
import io.taskgraph.avro.Proof;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RuleNoted;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Caps;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Note;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * One decision in the making. A fact that is emitted is tried on the run at once, so that what is decided next sees it;
 * the engine takes everything back when the deliberation is over.
 */
final class Deliberation {
    private final Run run;
    private final Input input;
    private final Proof proof;
    private final long now;
    private final int maxRecordBytes;
    private final ExtensionCatalogue extensions;
    private final long versionBefore;
    private final Usage spentBefore;
    private final List<Fact> facts = new ArrayList<>();
    /** The limit of workers that held back what is in line, as far as it is on record. */
    private int heldBackBy;

    private boolean graphChanged;
    private int approvals;
    private boolean strategyFailed;
    private int messages;
    private final List<LookedUp> lookedUp = new ArrayList<>();
    private final TreeMap<String, Heard> heard = new TreeMap<>();
    private final List<Forgotten> forgotten = new ArrayList<>();
    private String rule = "";
    private Long rebasedFrom;

    /** @param proof what proves who said the input; null: nothing does */
    Deliberation(Run run, Input input, Proof proof, long now, int maxRecordBytes, ExtensionCatalogue extensions) {
        this.proof = proof;
        this.extensions = extensions;
        this.run = run;
        this.input = input;
        this.now = now;
        this.maxRecordBytes = maxRecordBytes;
        this.versionBefore = run.graphVersion();
        this.spentBefore = run.ledger().spent();
        this.heldBackBy = Dispatching.heldBackBy(run);
    }

    Run run() {
        return run;
    }

    /** Who said what is decided on, as it names itself or, see {@link #provedBy}, as is proved; empty for a timer. */
    String actor() {
        return Texts.cut(input.actor(), Texts.NAME);
    }

    /** The fingerprint of the key that proves who it is; empty: it is only said. */
    String provedBy() {
        return proof == null ? "" : proof.getFingerprint();
    }

    /** Identity within the run of the message that is decided on; empty for a timer or heartbeat. */
    String messageId() {
        return input.messageId();
    }

    /** The registry of extensions, as it stands now. */
    ExtensionCatalogue extensions() {
        return extensions;
    }

    /** What the run had spent before the decision. */
    Usage spentBefore() {
        return spentBefore;
    }

    /**
     * Who asks for what follows from the state itself, such as a dispatch: the planner whose patch this is, or nobody.
     * Whoever merely brought the run on, by an answer or a report, has asked for nothing.
     */
    String planner() {
        return input instanceof Input.OfMutation ? actor() : "";
    }

    /** The time that the decision is made for, in milliseconds since the epoch. */
    long now() {
        return now;
    }

    Policy policy() {
        return run.policy();
    }

    Caps caps() {
        return run.policy().caps();
    }

    /** Number of the next approval asked for in this decision, from 1. */
    int nextApproval() {
        return ++approvals;
    }

    /** Number of the next message sent in this decision, from 1. */
    int nextMessage() {
        return ++messages;
    }

    /** How many approvals this decision has asked for. */
    int approvalsAsked() {
        return approvals;
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

    /** The rule that decided first, empty if none did. */
    String rule() {
        return rule;
    }

    void emit(SpecificRecord kind) {
        facts.add(Facts.of(kind));
        graphChanged |= Apply.changesGraph(kind);
        Apply.kind(run, kind, new Applications.Moment(now, run.sequence() + 1, graphVersion()));
    }

    /**
     * Records what a judgement says beside its verdict: the rule it was made by, and what rules without effect would have
     * said.
     */
    void record(Asked asked, String taskId, Judgement j) {
        ruledBy(j.rule());
        for (Note n : j.notes()) {
            emit(new RuleNoted(
                    n.rule(),
                    n.enforcement().key(),
                    Verdicts.avro(n.verdict()),
                    asked.key(),
                    taskId,
                    Texts.cut(n.reason(), Texts.LONG_TEXT)));
        }
    }

    /** The catalogue that came in with the input: what it answers is recorded with the decision. */
    PolicyCatalogue recorded(PolicyCatalogue catalogue) {
        return new PolicyCatalogue() {
            @Override
            public Optional<Policy> named(String reference) {
                Optional<Policy> found = catalogue.named(reference);
                lookedUp.add(new LookedUp(
                        POLICY,
                        PolicyCatalogue.key(reference),
                        found.map(Policy::digest).orElse("")));
                return found;
            }

            @Override
            public Optional<String> selectedBy(Map<String, String> labels) {
                Optional<String> found = catalogue.selectedBy(labels);
                lookedUp.add(new LookedUp(POLICY_FOR, "", found.orElse("")));
                return found;
            }
        };
    }

    /** The decision rests on what liveness says of this worker: it is recorded with it. */
    void restsOn(String worker, Liveness liveness) {
        heard.computeIfAbsent(
                worker, w -> new Heard(w, Instant.ofEpochMilli(liveness.lastHeardAt(w)), liveness.heartbeatOf(w)));
    }

    /** The decision rests on that the attempt's worker does not name it any more. */
    void restsOnForgotten(Task t, long since) {
        forgotten.add(new Forgotten(t.id(), t.attempt(), Instant.ofEpochMilli(since)));
    }

    /** What it rests on beside the run, its cause and its time; null: on nothing. */
    Evidence evidence() {
        return lookedUp.isEmpty() && heard.isEmpty()
                ? null
                : new Evidence(List.copyOf(lookedUp), List.copyOf(heard.values()), List.copyOf(forgotten));
    }

    /** The patch was made for an older version, and is taken as if it had been made for this one. */
    void rebasedFrom(long version) {
        rebasedFrom = version;
    }

    /** That version, or null. */
    Long rebasedFrom() {
        return rebasedFrom;
    }

    /**
     * The limit of workers that holds back what is in line, or {@link Dispatching#FREE}; gives whether that is new. That it
     * goes on to is on record.
     */
    boolean beginsToHoldBack(int limit) {
        boolean begins = limit != Dispatching.FREE && limit != heldBackBy;
        heldBackBy = limit;
        return begins;
    }

    /** The strategy could not say what to do; gives whether for the first time in this decision. */
    boolean strategyFailed() {
        boolean first = !strategyFailed;
        strategyFailed = true;
        return first;
    }

    void ruledBy(String by) {
        if (rule.isEmpty()) {
            rule = by;
        }
    }

    /** The refusal of what the policy denies. What rules without effect had to say is told in its details. */
    static Rejection denied(Judgement j) {
        Refusal r = Refusal.of(RejectionCode.DENIED, "the policy denies it: " + j.reason())
                .with("rule", j.rule())
                .with("reason", j.reason());
        if (!j.notes().isEmpty()) {
            r.with("noted", j.notes().stream().map(Note::rule).collect(Collectors.toList()));
        }
        return r.build();
    }
}
