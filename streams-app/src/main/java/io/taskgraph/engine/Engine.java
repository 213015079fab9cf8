package io.taskgraph.engine;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.RunQuarantined;
import io.taskgraph.avro.TimerCause;
import io.taskgraph.schemas.codec.Digests;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides inputs, one decision each, and brings the run to where it stands after them. Deterministic: the same run, input
 * and time give the same decision, byte for byte. Not thread-safe, as runs are not.
 */
public final class Engine {
    private static final Digest ZEROS = new Digest(new byte[StateDigest.BYTES]);

    private static final Map<Class<?>, Decider<?>> DECIDERS = new HashMap<>();

    static {
        DECIDERS.put(Input.OfMutation.class, new MutationDecider());
        DECIDERS.put(Input.OfReport.class, new ReportDecider());
        DECIDERS.put(Input.OfDirective.class, new DirectiveDecider());
        DECIDERS.put(Input.OfHeartbeat.class, new HeartbeatDecider());
        DECIDERS.put(Input.OfTimer.class, new TimerDecider());
        DECIDERS.put(Input.OfRegistryChange.class, new RegistryChangeDecider());
    }

    private final DecisionEncoder encoder;
    private final int maxDecisionBytes;
    private final ExtensionCatalogue extensions;

    /** An engine for runs that use no extensions. */
    public Engine(DecisionEncoder encoder, int maxDecisionBytes) {
        this(encoder, maxDecisionBytes, ExtensionCatalogue.EMPTY);
    }

    /**
     * An engine.
     *
     * @param encoder gives a decision's bytes as they will stand on the log
     * @param maxDecisionBytes an input whose decision would be larger is refused with TOO_LARGE instead; so is one that
     *     would leave a task whose dependencies alone take more, for a task is stored as one record, too. At least 10,000
     * @param extensions the registry of extensions, as it stands whenever an input is decided on
     */
    public Engine(DecisionEncoder encoder, int maxDecisionBytes, ExtensionCatalogue extensions) {
        this.extensions = extensions;
        this.encoder = encoder;
        this.maxDecisionBytes = maxDecisionBytes;
    }

    /** The kinds of input that are decided. */
    static Set<Class<?>> inputs() {
        return Set.copyOf(DECIDERS.keySet());
    }

    /**
     * Decides on the input and applies the decision.
     *
     * @param now the time to decide for, in milliseconds since the epoch; if it is before the run's last decision, that
     *     one's time is taken
     * @return the decision, its bytes, and the entries to store; empty for a timer or heartbeat from which nothing follows
     * @throws RuntimeException if the engine has a bug: the run must be loaded again and {@link #quarantine}d
     */
    public Optional<Decided> step(Run run, Input input, long now) {
        long at = Math.max(now, run.lastDecidedAt());
        Answer known = input.messageId().isEmpty() ? null : run.answer(Answer.keyOf(input.family(), input.messageId()));
        if (known != null) {
            return Optional.of(settle(run, duplicate(run, input, at, known)));
        }
        Conclusion concluded = conclude(run, input, at);
        Decision decision = concluded.decision();
        if (soft(input) && decision.getFacts().isEmpty()) {
            return Optional.empty();
        }
        if (!tooLarge(decision, run)) {
            if (!concluded.tried()) {
                return Optional.of(settle(run, decision));
            }
            run.journal().commit();
            return Optional.of(settleTried(run, decision));
        }
        takeBack(run, concluded);
        Rejection why = decision.getOutcome() == Outcome.REJECTED
                ? Refusal.brief(decision.getRejection())
                : tooLarge(encoder.encode(decision).length);
        Decision no = refused(run, input, at, why);
        no.setEvidence(decision.getEvidence());
        no.getCause().setProof(decision.getCause().getProof());
        return Optional.of(settle(run, no));
    }

    /**
     * What an input comes to.
     *
     * @param tried whether its facts stand on the run as they were tried, under a mark that is still open
     */
    private record Conclusion(Decision decision, boolean tried) {}

    /**
     * What {@link #step} would decide, without digest and chain: reads the run, changes nothing. The facts are tried on
     * the run and taken back.
     */
    Decision decide(Run run, Input input, long at) {
        Conclusion concluded = conclude(run, input, at);
        takeBack(run, concluded);
        return concluded.decision();
    }

    private static void takeBack(Run run, Conclusion concluded) {
        if (concluded.tried()) {
            run.journal().rollback();
        }
    }

    private Conclusion conclude(Run run, Input input, long at) {
        Author author = Author.NOBODY;
        Rejection refusal = malformed(run, input);
        if (refusal == null) {
            author = Author.of(run, input, at);
            refusal = author.refusal() == null ? quarantined(run, input) : author.refusal();
        }
        if (refusal != null) {
            return new Conclusion(proved(refused(run, input, at, refusal), author), false);
        }
        Deliberation d = new Deliberation(run, input, author.proof(), at, maxDecisionBytes, extensions);
        boolean stays = false;
        run.journal().begin();
        try {
            refusal = decider(input).decide(d, input);
            if (refusal == null) {
                Mail.proceed(d, recipient(input));
                Checkpoints.atPhaseChange(d);
            }
            // A report leaves identity, policy and graph version alone, so that its facts were tried for the moment
            // that
            // they will stand for: to take them back and apply them again would come to the same.
            stays = refusal == null && input instanceof Input.OfReport && d.graphVersion() == run.graphVersion();
        } finally {
            if (!stays) {
                run.journal().rollback();
            }
        }
        if (refusal != null) {
            Decision no = refused(run, input, at, refusal);
            no.setRule(Texts.cut(d.rule(), Texts.NAME));
            no.setEvidence(d.evidence());
            return new Conclusion(proved(no, author), false);
        }
        Decision decision = proved(base(run, input, at), author);
        decision.setRule(Texts.cut(d.rule(), Texts.NAME));
        decision.setOutcome(Outcome.ACCEPTED);
        decision.setFacts(d.facts());
        decision.setRebasedFrom(d.rebasedFrom());
        decision.setEvidence(d.evidence());
        decision.setSequence(run.sequence() + 1);
        decision.setGraphVersion(d.graphVersion());
        return new Conclusion(decision, stays);
    }

    /**
     * Records that the engine could not decide an input: the run refuses its inputs until an operator releases it.
     *
     * @param run as it was before the input, loaded again
     * @param error what happened
     */
    public Decided quarantine(Run run, Input input, long now, RuntimeException error) {
        long at = Math.max(now, run.lastDecidedAt());
        String what = error.getClass().getSimpleName() + (error.getMessage() == null ? "" : ": " + error.getMessage());
        String reason = Texts.cut("the engine failed on this input: " + what, Texts.LONG_TEXT);
        Decision d = refused(
                run,
                input,
                at,
                Refusal.of(RejectionCode.ENGINE_ERROR, reason + "; report it, then release the run")
                        .build());
        proved(d, Author.of(run, input, at));
        if (run.exists() && run.quarantine() == null) {
            d.setFacts(List.of(Facts.of(new RunQuarantined(reason))));
        }
        return settle(run, d);
    }

    @SuppressWarnings("unchecked")
    private static Decider<Input> decider(Input input) {
        return (Decider<Input>) DECIDERS.get(input.getClass());
    }

    /** Whose mailbox the input is a contact of; null: nobody's. */
    private static String recipient(Input input) {
        if (input instanceof Input.OfMutation) {
            return Mailboxes.LEAD;
        }
        boolean worker = input instanceof Input.OfReport || input instanceof Input.OfHeartbeat;
        return worker ? Mailboxes.ofWorker(input.actor()) : null;
    }

    /** Whether it is no message that somebody waits for an answer to: it leaves a record only if something follows. */
    private static boolean soft(Input input) {
        return input instanceof Input.OfTimer
                || input instanceof Input.OfHeartbeat
                || input instanceof Input.OfRegistryChange;
    }

    /** What holds for every input, whatever its kind: what it is about can be told, and is there. */
    private static Rejection malformed(Run run, Input input) {
        String problem = Texts.problemOfRunId(input.runId());
        if (problem != null) {
            return Specs.invalidId("run id", input.runId(), problem);
        }
        problem = soft(input) ? null : Texts.problemOfId(input.messageId(), Texts.MESSAGE_ID);
        if (problem != null) {
            return Specs.invalidId("message id", input.messageId(), problem);
        }
        if (!run.exists() && !(input instanceof Input.OfMutation)) {
            return Refusal.of(RejectionCode.UNKNOWN_RUN, "there is no run " + Texts.quoted(input.runId()))
                    .with("run_id", input.runId())
                    .build();
        }
        return null;
    }

    private static Rejection quarantined(Run run, Input input) {
        boolean release = input instanceof Input.OfDirective directive
                && OneOf.DIRECTIVE.kind(directive.directive()) instanceof ReleaseRun;
        if (run.quarantine() != null && !release) {
            return Refusal.of(
                            RejectionCode.QUARANTINED,
                            "the run is quarantined until an operator releases it: " + run.quarantine())
                    .build();
        }
        return null;
    }

    private static Decision proved(Decision d, Author author) {
        d.getCause().setProof(author.proof());
        return d;
    }

    private static Decision base(Run run, Input input, long at) {
        Cause cause = new Cause();
        cause.setFamily(input.family());
        cause.setPartition(input.origin().partition());
        cause.setOffset(input.origin().offset());
        cause.setMessageId(Texts.cut(input.messageId(), Texts.MESSAGE_ID));
        cause.setActor(Texts.cut(input.actor(), Texts.NAME));
        cause.setHeartbeatsReadTo(-1);
        if (input instanceof Input.OfTimer timer) {
            cause.setTimer(new TimerCause("due", Instant.ofEpochMilli(timer.dueAt())));
            cause.setHeartbeatsReadTo(timer.heartbeatsReadTo());
        }
        Decision d = new Decision();
        d.setRunId(Texts.cut(input.runId(), Texts.RUN_ID));
        d.setDecidedAt(Instant.ofEpochMilli(at));
        d.setCause(cause);
        d.setFacts(new ArrayList<Fact>());
        d.setPolicyDigest(run.exists() ? run.identity().policyDigest() : "");
        d.setRule("");
        d.setGraphVersion(run.graphVersion());
        d.setSequence(run.exists() ? run.sequence() + 1 : 0);
        d.setStateDigest(ZEROS);
        d.setPreviousHash(ZEROS);
        return d;
    }

    private static Decision refused(Run run, Input input, long at, Rejection refusal) {
        Decision d = base(run, input, at);
        d.setOutcome(Outcome.REJECTED);
        d.setRejection(refusal);
        return d;
    }

    private static Decision duplicate(Run run, Input input, long at, Answer known) {
        Decision d = base(run, input, at);
        d.setOutcome(Outcome.DUPLICATE);
        d.setDuplicateOf(known.sequence());
        d.setGraphVersion(run.graphVersion());
        if (known.code() != null) {
            d.setRejection(Refusal.of(known.code(), "this message was refused before, by decision " + known.sequence())
                    .with("graph_version", known.graphVersion())
                    .build());
        }
        return d;
    }

    private boolean tooLarge(Decision d, Run run) {
        // Of a run that does not exist yet the policy is not known here, and no task can have a result.
        long perFact = run.exists() ? run.policy().caps().maxPayloadBytes() : DecisionSize.largestOfNewRun(d);
        return DecisionSize.atMost(d, perFact) > maxDecisionBytes && encoder.encode(d).length > maxDecisionBytes;
    }

    private byte[] hash(byte[] record) {
        int header = encoder.headerBytes();
        return Digests.sha256(ByteBuffer.wrap(record, header, record.length - header))
                .bytes();
    }

    private Rejection tooLarge(int bytes) {
        return Refusal.tooLarge("the decision", maxDecisionBytes, bytes, "split the patch");
    }

    /** Applies, seals, chains: from here on the decision stands. */
    private Decided settle(Run run, Decision d) {
        d.setPreviousHash(run.exists() || !d.getFacts().isEmpty() ? new Digest(run.lastHash()) : ZEROS);
        Apply.decision(run, d);
        return chained(run, d);
    }

    /** The same of a decision whose facts stand on the run already, which exists. */
    private Decided settleTried(Run run, Decision d) {
        d.setPreviousHash(new Digest(run.lastHash()));
        Apply.taken(run, d);
        return chained(run, d);
    }

    private Decided chained(Run run, Decision d) {
        // Of a run that was forgotten: what it leaves to be deleted.
        List<EntryChange> changes = run.seal();
        if (run.exists()) {
            d.setPolicyDigest(run.identity().policyDigest());
            d.setStateDigest(new Digest(run.stateDigest()));
        }
        byte[] bytes = encoder.encode(d);
        if (run.exists()) {
            run.chain(hash(bytes));
            changes.add(run.headerEntry());
        }
        return new Decided(d, bytes, changes);
    }
}
