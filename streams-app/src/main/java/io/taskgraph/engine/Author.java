package io.taskgraph.engine;

import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Proof;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.dsse.Bytes;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.settings.Operators;
import io.taskgraph.policy.trust.use.AuthorCheck;
import io.taskgraph.policy.trust.use.Verifier;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who said an input. Where the run's policy names operators, a directive counts only with the signature of one of them, in
 * that one's name, and not long after it was signed (docs/adr/0065, docs/adr/0066); of everything else its topic answers
 * for it.
 *
 * @param proof what proves who it is; null: it is not asked for, or not given
 * @param refusal why the input does not count; null: it does
 */
record Author(Proof proof, Rejection refusal) {
    /** How long before its decision a signed directive may have been sent, by its sender's clock: milliseconds. */
    static final long OLDEST = 3_600_000;
    /** How long after it, since clocks differ: milliseconds. */
    static final long AHEAD = 300_000;

    /** It is not asked for: its topic answers for it. */
    static final Author NOBODY = new Author(null, null);

    private static final Envelope UNSIGNED = new Envelope("", Bytes.of(new byte[0]), List.of());
    /** How many operators a refusal names. */
    private static final int NAMED = 10;

    private static final Set<RejectionCode> UNPROVED = EnumSet.of(
            RejectionCode.UNSIGNED_DIRECTIVE,
            RejectionCode.UNKNOWN_KEY,
            RejectionCode.BAD_SIGNATURE,
            RejectionCode.KEY_NOT_VALID,
            RejectionCode.ACTOR_MISMATCH,
            RejectionCode.STALE_DIRECTIVE);

    /** Whether that is refused because it is not proved who says it: nothing of it is remembered then. */
    static boolean isUnproved(RejectionCode code) {
        return code != null && UNPROVED.contains(code);
    }

    /**
     * Who said it. Cost: one verification for a directive under a policy with operators, nothing else.
     *
     * @param run as it stands before the input
     * @param now the time of the decision, in milliseconds since the epoch
     */
    static Author of(Run run, Input input, long now) {
        if (!(input instanceof Input.OfDirective said)
                || !run.exists()
                || !run.policy().operators().named()) {
            return NOBODY;
        }
        Policy policy = run.policy();
        Envelope message = said.signed() == null ? UNSIGNED : said.signed();
        AuthorCheck check = Verifier.author(policy.operators(), message, now);
        Proof proof = check.outcome() == AuthorCheck.Outcome.PROVED ? proof(check.owned()) : null;
        return new Author(proof, proof == null ? unproved(policy, check) : misused(said.directive(), proof, now));
    }

    /**
     * Whether a word that was given counts under a policy: anybody's, where it names no operators; else one that was
     * proved by a key that it still knows as that operator's.
     *
     * @param fingerprint of the key that proved it; empty: none did
     */
    static boolean counts(Policy policy, String name, String fingerprint) {
        Operators operators = policy.operators();
        return !operators.named()
                || operators
                        .key(fingerprint)
                        .filter(owned -> owned.operator().name().equals(name)
                                && !owned.key().revoked())
                        .isPresent();
    }

    private static Proof proof(Optional<Operators.Owned> owned) {
        Operators.Owned by = owned.orElseThrow();
        return new Proof(
                by.operator().name(),
                by.key().name(),
                by.key().key().fingerprint().toString());
    }

    private static Rejection unproved(Policy policy, AuthorCheck check) {
        List<String> names = List.copyOf(policy.operators().byName().keySet());
        String some = String.join(", ", names.subList(0, Math.min(names.size(), NAMED)))
                + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
        String takes = "the policy " + policy.name()
                + " takes directives only with a signature of one of its operators (" + some + "): ";
        return switch (check.outcome()) {
            case UNSIGNED ->
                Refusal.of(RejectionCode.UNSIGNED_DIRECTIVE, takes + check.detail() + "; sign it (--sign-with FILE)")
                        .with("operators", names)
                        .build();
            case UNKNOWN_KEY ->
                Refusal.of(RejectionCode.UNKNOWN_KEY, takes + check.detail() + "; sign it with a key that it names")
                        .with("operators", names)
                        .build();
            case NOT_VALID ->
                ofKey(RejectionCode.KEY_NOT_VALID, check, check.detail() + "; sign it with one that is valid");
            default ->
                ofKey(
                        RejectionCode.BAD_SIGNATURE,
                        check,
                        takes + check.detail()
                                + ": it was changed on its way, or signed as something else; sign it anew");
        };
    }

    private static Rejection ofKey(RejectionCode code, AuthorCheck check, String why) {
        Refusal r = Refusal.of(code, why);
        check.owned().ifPresent(owned -> r.with("operator", owned.operator().name())
                .with("key", owned.key().name()));
        return r.build();
    }

    private static Rejection misused(Directive d, Proof proof, long now) {
        if (!d.getActor().equals(proof.getOperator())) {
            return Refusal.of(
                            RejectionCode.ACTOR_MISMATCH,
                            "it is signed by " + Texts.quoted(proof.getOperator()) + " and says it is "
                                    + (d.getActor().isBlank() ? "by nobody" : Texts.quoted(d.getActor()))
                                    + "; give the name that the policy has for the key (--actor NAME)")
                    .with("actor", d.getActor())
                    .with("operator", proof.getOperator())
                    .with("key", proof.getKey())
                    .build();
        }
        long sent = d.getSentAt().toEpochMilli();
        return sent < now - OLDEST || sent > now + AHEAD
                ? Refusal.of(
                                RejectionCode.STALE_DIRECTIVE,
                                "it was sent at " + d.getSentAt() + " by its sender's clock, and is decided on at "
                                        + Instant.ofEpochMilli(now)
                                        + ": what is signed counts from an hour before to five minutes after; send it"
                                        + " anew")
                        .with("sent_at", sent)
                        .with("decided_at", now)
                        .with("operator", proof.getOperator())
                        .build()
                : null;
    }
}
