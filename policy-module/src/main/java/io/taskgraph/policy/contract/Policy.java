package io.taskgraph.policy.contract;

import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Explanation;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Route;
import io.taskgraph.policy.decision.Step;
import io.taskgraph.policy.decision.Verdict;
import io.taskgraph.policy.rules.Routes;
import io.taskgraph.policy.rules.Rule;
import io.taskgraph.policy.trust.settings.Operators;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * A policy: what bounds a run. A run pins one by its digest when it is created, and the decision log carries the
 * document, so that a log explains itself. Immutable; two policies with the same canonical document are equal.
 */
public final class Policy {
    private final Provisions provisions;
    private final String document;
    private final String digest;
    private final SortedMap<String, List<String>> people;

    private Policy(Provisions provisions) {
        this.provisions = provisions;
        this.people = provisions.people();
        this.document = provisions.document();
        this.digest = sha256(document);
    }

    /**
     * Reads a document that extends no other.
     *
     * @throws PolicyException with all that is wrong with it
     */
    public static Policy parse(String yaml) {
        return parse(yaml, name -> Optional.empty());
    }

    /**
     * Reads a document.
     *
     * @param extended gives the policy that a document extends, by name
     * @throws PolicyException with all that is wrong with it
     */
    public static Policy parse(String yaml, Function<String, Optional<Policy>> extended) {
        return new Policy(PolicyReader.read(yaml, name -> extended.apply(name).map(policy -> policy.provisions)));
    }

    /**
     * A policy with these caps and nothing else: no flag is on, no action allowed.
     *
     * @throws IllegalArgumentException if the name is not one
     */
    public static Policy of(String name, Caps caps) {
        if (!Reading.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a policy's name must be " + Reading.NAME_FORM);
        }
        return new Policy(Provisions.of(name).with(caps));
    }

    /** The policy's name. */
    public String name() {
        return provisions.name();
    }

    /** The version that its author gave it, from 1. */
    public int version() {
        return provisions.version();
    }

    /** How what went wrong is repaired. */
    public ReconcilePolicy reconcile() {
        return provisions.reconcile();
    }

    /** The bounds of a run's mailbox. */
    public MailboxPolicy mailbox() {
        return provisions.mailbox();
    }

    /** When checkpoints are taken and how many are kept. */
    public CheckpointPolicy checkpoints() {
        return provisions.checkpoints();
    }

    /** When snapshots of the run are taken. */
    public SnapshotPolicy snapshots() {
        return provisions.snapshots();
    }

    /** How much of the run's history stays. */
    public RetentionPolicy retention() {
        return provisions.retention();
    }

    /** Which reports of regression gates it asks for. */
    public GatesPolicy gates() {
        return provisions.gates();
    }

    /** What it is for; empty if it does not say. */
    public String description() {
        return provisions.description();
    }

    /**
     * The canonical text: every key in a fixed order, defaults resolved. It parses back to an equal policy. A key that
     * joins the contract later is written only when it differs from its default, so that the documents of older logs keep
     * their text and digest.
     */
    public String document() {
        return document;
    }

    /** SHA-256 of the document (UTF-8) in lower-case hexadecimal. */
    public String digest() {
        return digest;
    }

    /** Whether a feature is on. */
    public boolean on(Flag flag) {
        return provisions.flags().contains(flag);
    }

    /** The numbers. */
    public Caps caps() {
        return provisions.caps();
    }

    /** Whether a run may go from one phase to another. */
    public boolean allows(Phase from, Phase to) {
        return provisions.transitions().allow(from, to);
    }

    /** What an approval takes. A risk that is not known (null) is destructive. */
    public ApprovalTerms terms(ApprovalSubject subject, Risk risk) {
        return provisions.approvals().terms(subject, risk);
    }

    /** What becomes of a task that may not be dispatched: a rule or an approver says so, or nobody approves it in time. */
    public OnDenial onDenial() {
        return provisions.approvals().onDenial();
    }

    /** Whose signatures directives need. */
    public Operators operators() {
        return provisions.operators();
    }

    /**
     * Whether somebody has one of these roles; of no roles everybody has one. Where operators are named, nobody else has
     * a role.
     */
    public boolean hasRole(String actor, List<String> roles) {
        if (roles.isEmpty()) {
            return true;
        }
        for (String role : roles) {
            if (people.getOrDefault(role, List.of()).contains(actor)) {
                return true;
            }
        }
        return false;
    }

    /** What may be used up. */
    public Budgets budgets() {
        return provisions.budgets();
    }

    /** The guard of that kind; null: none. */
    public Guard guard(GuardKind kind) {
        return provisions.guards().get(kind);
    }

    /** Whom it trusts. */
    public TrustSettings trust() {
        return provisions.trust();
    }

    /** Its rules, by priority, then id. */
    public List<Rule> rules() {
        return provisions.rules().rules();
    }

    /** Whether any rule is on such questions. If none is, {@link #judge} allows them, but for actions. */
    public boolean asks(Asked asked) {
        return provisions.rules().asks(asked);
    }

    /**
     * The answer to a question: the same for the same question, always. Cost: without rules on such questions it makes
     * nothing; else it follows the rules, each bounded in steps.
     */
    public Judgement judge(Question question) {
        return provisions.rules().judge(contract(question), question);
    }

    private Judgement contract(Question question) {
        return question.asked() == Asked.ACTION ? provisions.actions().judge(question.action()) : Judgement.ALLOW;
    }

    /**
     * What becomes of a plan: what {@link #judge} answers or, where that allows it, what the routes and transitions of the
     * document make of it: a plan that is led to {@link Phase#AWAIT_APPROVAL} waits, one that is led to {@link Phase#FAILED}
     * is denied.
     *
     * @param question what is asked of a {@link Asked#PLAN}
     */
    public Judgement planned(Question question) {
        Judgement judged = judge(question);
        if (judged.verdict() != Verdict.ALLOW) {
            return judged;
        }
        Optional<Route> route = route(Phase.PLANNING, question);
        if (route.isPresent()) {
            Verdict verdict = Routes.verdict(route.get().to());
            return new Judgement(verdict, route.get().rule(), route.get().reason(), judged.notes());
        }
        return allows(Phase.PLANNING, Phase.EXECUTING)
                ? judged
                : new Judgement(Verdict.AWAIT_APPROVAL, "", "", judged.notes());
    }

    /** The answer to a question and how it came about; for a plan with the routes that are looked at after it. */
    public Explanation explain(Question question) {
        List<Step> steps = new ArrayList<>();
        if (question.asked() == Asked.ACTION) {
            steps.addAll(provisions.actions().explain(question.action()));
        }
        steps.addAll(provisions.rules().explain(question));
        if (question.asked() == Asked.PLAN) {
            steps.addAll(explain(Phase.PLANNING, question));
        }
        return new Explanation(judge(question), steps);
    }

    /** Each route away from that phase and what comes of it, in the order of looking. */
    public List<Step> explain(Phase from, Question question) {
        return provisions.routes().explain(from, question);
    }

    /** Whether the document chooses what follows that phase. */
    public boolean routes(Phase from) {
        return provisions.routes().from(from);
    }

    /**
     * What the document chooses to follow that phase; empty if none of its routes matches: then what is usual follows. A
     * route that cannot be evaluated leads to a person: to {@link Phase#AWAIT_APPROVAL} from planning, to {@link
     * Phase#AWAIT_USER} from executing, to {@link Phase#FAILED} where the document leaves that out.
     *
     * @param question what is asked of a {@link Asked#PLAN}
     */
    public Optional<Route> route(Phase from, Question question) {
        Phase person = from == Phase.PLANNING ? Phase.AWAIT_APPROVAL : Phase.AWAIT_USER;
        return provisions.routes().choose(from, question, allows(from, person) ? person : Phase.FAILED);
    }

    /**
     * The same policy with another value for one cap.
     *
     * @throws IllegalArgumentException if the value lies outside the cap's range
     */
    public Policy with(Cap cap, long value) {
        return new Policy(provisions.with(provisions.caps().with(cap, value)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Policy policy && document.equals(policy.document);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }

    @Override
    public String toString() {
        return name() + " version " + version() + " (" + digest.substring(0, 12) + ")";
    }

    private static String sha256(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
