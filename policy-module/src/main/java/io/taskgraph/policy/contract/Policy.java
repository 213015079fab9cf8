package io.taskgraph.policy.contract;

import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Explanation;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Route;
import io.taskgraph.policy.decision.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A policy: what bounds a run. A run pins one by its digest when it is created, and the decision log carries the
 * document, so that a log explains itself. Immutable; two policies with the same canonical document are equal.
 */
public final class Policy {
    private static final Judgement NO_ACTIONS =
            new Judgement(Verdict.DENY, "actions", "the policy allows no actions", List.of());

    private final String name;
    private final int version;
    private final Set<Flag> flags;
    private final Caps caps;
    private final String document;
    private final String digest;

    private Policy(String name, int version, Set<Flag> flags, Caps caps) {
        this.name = name;
        this.version = version;
        this.flags = flags.isEmpty() ? EnumSet.noneOf(Flag.class) : EnumSet.copyOf(flags);
        this.caps = caps;
        this.document = canonical();
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
        return PolicyReader.read(yaml);
    }

    /**
     * A policy with these caps and nothing else: no flag is on, no action allowed.
     *
     * @throws IllegalArgumentException if the name is not one
     */
    public static Policy of(String name, Caps caps) {
        return of(name, 1, Set.of(), caps);
    }

    static Policy of(String name, int version, Set<Flag> flags, Caps caps) {
        if (!PolicyReader.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a policy's name must be " + PolicyReader.NAME_FORM);
        }
        return new Policy(name, version, flags, caps);
    }

    /** The policy's name. */
    public String name() {
        return name;
    }

    /** The version that its author gave it, from 1. */
    public int version() {
        return version;
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
        return flags.contains(flag);
    }

    /** The numbers. */
    public Caps caps() {
        return caps;
    }

    /** Whether a run may go from one phase to another. */
    public boolean allows(Phase from, Phase to) {
        return from.next().contains(to);
    }

    /** What an approval of that subject at that risk takes. */
    public ApprovalTerms terms(ApprovalSubject subject, Risk risk) {
        return ApprovalTerms.DEFAULT;
    }

    /** Whether somebody has one of these roles; of no roles everybody has one. */
    public boolean hasRole(String actor, List<String> roles) {
        return roles.isEmpty();
    }

    /** What may be used up. */
    public Budgets budgets() {
        return Budgets.NONE;
    }

    /** The guard of that kind; null: none. */
    public Guard guard(GuardKind kind) {
        return null;
    }

    /** Whether any rule is on such questions. If none is, {@link #judge} allows them, but for actions. */
    public boolean asks(Asked asked) {
        return false;
    }

    /** The answer to a question: the same for the same question, always. */
    public Judgement judge(Question question) {
        return question.asked() == Asked.ACTION ? NO_ACTIONS : Judgement.ALLOW;
    }

    /** The answer to a question and how it came about. */
    public Explanation explain(Question question) {
        return new Explanation(judge(question), List.of());
    }

    /** Whether the document chooses what follows that phase. */
    public boolean routes(Phase from) {
        return false;
    }

    /** What the document chooses to follow that phase; empty if none of its routes matches: then what is usual follows. */
    public Optional<Route> route(Phase from, Question question) {
        return Optional.empty();
    }

    /**
     * The same policy with another value for one cap.
     *
     * @throws IllegalArgumentException if the value lies outside the cap's range
     */
    public Policy with(Cap cap, long value) {
        return new Policy(name, version, flags, caps.with(cap, value));
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
        return name + " version " + version + " (" + digest.substring(0, 12) + ")";
    }

    private static String sha256(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    // A name needs no quotes unless YAML would take it for something else; quoting always is the same for all.
    private String canonical() {
        StringBuilder text = new StringBuilder("name: \"").append(name).append("\"\nversion: ");
        text.append(version).append("\nflags:\n");
        for (Flag flag : Flag.values()) {
            text.append("  ").append(flag.key()).append(": ").append(on(flag)).append('\n');
        }
        text.append("caps:\n");
        for (Cap cap : Cap.values()) {
            text.append("  ")
                    .append(cap.key())
                    .append(": ")
                    .append(cap.write(caps.get(cap)))
                    .append('\n');
        }
        return text.toString();
    }
}
