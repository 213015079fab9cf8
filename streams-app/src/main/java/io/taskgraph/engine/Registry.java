package io.taskgraph.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionEndorsed;
import io.taskgraph.avro.ExtensionProposed;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.ExtensionStateChanged;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.ProposeExtension;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.RevokeExtension;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.TrustRevoked;
import io.taskgraph.policy.contract.ApprovalTerms;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.manifest.Growth;
import io.taskgraph.policy.trust.manifest.Lineage;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.manifest.SemanticVersion;
import io.taskgraph.policy.trust.use.Evidence;
import io.taskgraph.policy.trust.use.ExtensionJudge;
import io.taskgraph.policy.trust.use.Finding;
import io.taskgraph.policy.trust.use.Lifecycle;
import io.taskgraph.policy.trust.use.Revocations;
import io.taskgraph.policy.trust.use.Verification;
import io.taskgraph.policy.trust.use.Verifier;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The registry of extensions is a run with an id of its own and no tasks: so what becomes of an extension is decided, chained
 * and replayed as everything is. It begins with the first version that is put forward, under the published policy of the
 * same name.
 */
final class Registry {
    /** The run's id, and the name of the policy that it begins under. */
    static final String RUN_ID = "extensions";

    private Registry() {}

    static boolean is(Run run) {
        return run.runId().equals(RUN_ID);
    }

    /** Why a mutation is none of those that the run takes; null: it is, or it is another run's and proposes nothing. */
    static Rejection judge(Run run, Mutation m) {
        boolean proposes = m.getProposeExtension() != null;
        if (!is(run)) {
            return proposes ? Refusal.invalid("run id", "must be " + RUN_ID + " to put an extension forward") : null;
        }
        boolean more = m.getCreateRun() != null
                || !m.getOperations().isEmpty()
                || m.getRestore() != null
                || !m.getMessages().isEmpty()
                || m.getMailRead() != null;
        return proposes && !more
                ? null
                : Refusal.invalid(
                        "run id",
                        RUN_ID + " is the registry of extensions, which is only given extensions; choose another");
    }

    static Rejection propose(Deliberation d, ProposeExtension p, PolicyCatalogue policies) {
        if (!d.run().exists()) {
            Policy policy = policies.named(RUN_ID).orElse(null);
            if (policy == null) {
                return PolicyDirectives.unknownPolicy(RUN_ID);
            }
            d.emit(new RunCreated(
                    RUN_ID,
                    "",
                    Collections.emptyMap(),
                    policy.name(),
                    policy.document(),
                    null,
                    null,
                    null,
                    null,
                    List.of()));
        }
        Verification v = verify(d, p.getEnvelope(), p.getAttestations());
        Evidence evidence = evidence(d, v);
        if (!evidence.holds()) {
            return refused(evidence);
        }
        Manifest m = v.manifest().orElseThrow();
        Digest digest = v.digest().orElseThrow();
        Rejection r = gated(d, m);
        r = r == null ? barred(d.run(), m, digest) : r;
        if (r != null) {
            return r;
        }
        ExtensionRef ref = new ExtensionRef(m.name(), m.version().text());
        d.emit(new ExtensionProposed(
                ref,
                digest.toString(),
                m.publisher(),
                texts(m.artifacts().values()),
                texts(v.signedBy()),
                p.getEnvelope(),
                List.copyOf(p.getAttestations()),
                d.actor()));
        move(
                d,
                registered(d.run(), ref),
                ExtensionState.VERIFIED,
                "its signatures and statements hold" + growth(d.run(), m));
        return null;
    }

    private static Rejection refused(Evidence evidence) {
        List<Finding> failed =
                evidence.findings().stream().filter(f -> !f.holds()).toList();
        Refusal r = Refusal.of(
                RejectionCode.EXTENSION_REFUSED,
                "the extension is not what the registry's policy asks for: "
                        + failed.stream().map(Finding::detail).collect(Collectors.joining("; ")));
        failed.forEach(f -> r.with(f.rule().key(), f.detail()));
        return r.build();
    }

    private static Rejection gated(Deliberation d, Manifest m) {
        return d.policy().on(Flag.TRUST_GATING) || m.capabilities().stream().allMatch(Capability::isHarmless)
                ? null
                : Refusal.disabled(
                        Flag.TRUST_GATING,
                        "extensions that ask for more than read and trace are refused; turn it on to have them judged");
    }

    /** What was admitted under the name so far says what may follow. */
    private static Rejection barred(Run run, Manifest m, Digest digest) {
        Collection<RegisteredExtension> all = run.tables()
                .registered
                .beginningWith(RegisteredExtension.idsOf(m.name()))
                .values();
        if (all.isEmpty()) {
            return null;
        }
        TreeMap<String, Digest> versions = new TreeMap<>();
        SemanticVersion newest = null;
        for (RegisteredExtension x : all) {
            var version = new io.taskgraph.policy.trust.manifest.SemanticVersion(
                    x.ref().getVersion());
            versions.put(version.text(), Digest.parse(x.digest()).orElseThrow());
            newest = newest == null || version.compareTo(newest) > 0 ? version : newest;
        }
        Lineage lineage = new Lineage(m.name(), all.iterator().next().publisher(), versions, newest);
        Optional<Lineage.Refusal> bar = lineage.bars(m, digest);
        String why = bar.map(Lineage.Refusal::message)
                .orElse(
                        versions.containsKey(m.version().text())
                                ? "version " + m.version() + " of " + m.name() + " is registered already"
                                : null);
        return why == null
                ? null
                : Refusal.of(RejectionCode.EXTENSION_EXISTS, why)
                        .with("name", m.name())
                        .with("version", m.version().text())
                        .build();
    }

    static Rejection enable(Deliberation d, String reason, EnableExtension kind) {
        RegisteredExtension x = registered(d.run(), kind.getExtension());
        Rejection r = movable(x, kind.getExtension(), ExtensionState.ENABLED);
        if (r != null) {
            return r;
        }
        Verification v = verify(d, x.envelope(), x.attestations());
        Evidence evidence = evidence(d, v);
        if (!evidence.holds()) {
            return refused(evidence);
        }
        Manifest m = v.manifest().orElseThrow();
        ApprovalTerms terms = d.policy().trust().toEnable(m.riskProfile());
        r = gated(d, m);
        r = r == null ? endorser(d, x, terms) : r;
        if (r != null) {
            return r;
        }
        d.emit(new ExtensionEndorsed(x.ref(), d.actor(), d.provedBy()));
        RegisteredExtension endorsed = registered(d.run(), x.ref());
        if (standing(d, endorsed, terms).size() >= terms.approvers()) {
            move(
                    d,
                    endorsed,
                    ExtensionState.ENABLED,
                    said("enabled", String.join(", ", standing(d, endorsed, terms)), reason) + growth(d.run(), m));
        }
        return null;
    }

    /** Whose word still counts. */
    private static TreeSet<String> standing(Deliberation d, RegisteredExtension x, ApprovalTerms terms) {
        TreeSet<String> standing = new TreeSet<>();
        for (int i = 0; i < x.endorsers().size(); i++) {
            boolean counts = Author.counts(
                    d.policy(), x.endorsers().get(i), x.endorserKeys().get(i));
            if (counts && x.endorsedAt().get(i) + terms.expiresAfterMillis() > d.now()) {
                standing.add(x.endorsers().get(i));
            }
        }
        return standing;
    }

    private static Rejection endorser(Deliberation d, RegisteredExtension x, ApprovalTerms terms) {
        if (d.actor().isBlank() || !d.policy().hasRole(d.actor(), terms.roles())) {
            return Refusal.of(
                            RejectionCode.NOT_AN_APPROVER,
                            x.id() + " cannot be enabled by "
                                    + (d.actor().isBlank() ? "somebody without a name" : Texts.quoted(d.actor()))
                                    + "; it takes "
                                    + (terms.roles().isEmpty()
                                            ? "an operator with a name"
                                            : "one of the roles " + String.join(", ", terms.roles())))
                    .with("actor", d.actor())
                    .with("roles", terms.roles())
                    .build();
        }
        if (d.actor().equals(x.proposedBy())) {
            return Refusal.of(
                            RejectionCode.SELF_APPROVAL,
                            x.id() + " cannot be enabled by " + Texts.quoted(d.actor()) + ", who put it forward")
                    .with("actor", d.actor())
                    .build();
        }
        return standing(d, x, terms).contains(d.actor())
                ? Refusal.of(
                                RejectionCode.ALREADY_APPROVED,
                                Texts.quoted(d.actor()) + " has said so already; it takes " + terms.approvers()
                                        + " different operators to enable " + x.id())
                        .with("actor", d.actor())
                        .build()
                : null;
    }

    /** Suspends or retires. */
    static Rejection take(Deliberation d, String reason, ExtensionRef ref, ExtensionState to) {
        RegisteredExtension x = registered(d.run(), ref);
        Rejection r = movable(x, ref, to);
        if (r == null) {
            move(d, x, to, said(to == ExtensionState.RETIRED ? "retired" : "suspended", d.actor(), reason));
        }
        return r;
    }

    /** What was done, by whom and why, as far as that was said. */
    private static String said(String what, String by, String reason) {
        return what + (by.isBlank() ? "" : " by " + by) + (reason.isBlank() ? "" : ": " + reason);
    }

    static Rejection revoke(Deliberation d, String reason, RevokeExtension kind) {
        if (kind.getTarget() == RevocationTarget.UNKNOWN) {
            return Refusal.invalid("target", "must be VERSION, KEY or ARTIFACT");
        }
        if (Digest.parse(kind.getDigest()).isEmpty()) {
            return Refusal.invalid("digest", "must be " + Digest.FORM);
        }
        if (reason.isBlank()) {
            return Refusal.of(RejectionCode.REASON_REQUIRED, "a digest is revoked with a reason only; say why")
                    .build();
        }
        RevokedDigest known = d.run().tables().revoked.get(RevokedDigest.id(kind.getTarget(), kind.getDigest()));
        if (known != null) {
            return Refusal.of(
                            RejectionCode.ILLEGAL_TRANSITION,
                            "it was revoked already, by decision " + known.sequence() + "; nothing more is to be done")
                    .with("digest", kind.getDigest())
                    .build();
        }
        d.emit(new TrustRevoked(kind.getTarget(), kind.getDigest(), reason));
        for (RegisteredExtension x : List.copyOf(d.run().tables().registered.values())) {
            boolean falls =
                    switch (kind.getTarget()) {
                        case VERSION -> x.digest().equals(kind.getDigest());
                        case ARTIFACT -> x.artifacts().contains(kind.getDigest());
                        case KEY ->
                            x.signedBy().contains(kind.getDigest())
                                    && !evidence(d, verify(d, x.envelope(), x.attestations()))
                                            .holds();
                        case UNKNOWN -> false;
                    };
            if (falls && x.state() != ExtensionState.REVOKED) {
                move(d, x, ExtensionState.REVOKED, said("revoked", d.actor(), reason));
            }
        }
        return null;
    }

    private static Verification verify(Deliberation d, String envelope, List<String> attestations) {
        return Verifier.verify(
                envelope.getBytes(UTF_8),
                attestations.stream().map(a -> a.getBytes(UTF_8)).toList(),
                d.policy().trust().keys().values());
    }

    private static Evidence evidence(Deliberation d, Verification v) {
        return ExtensionJudge.evidence(
                v, revocations(d.run()), d.policy().trust(), new TreeMap<>(), TrustLevel.MANAGED, d.now());
    }

    static Revocations revocations(Run run) {
        Map<RevocationTarget, TreeSet<Digest>> by = new java.util.EnumMap<>(RevocationTarget.class);
        for (RevocationTarget t : RevocationTarget.values()) {
            TreeSet<Digest> digests = new TreeSet<>();
            run.tables().revoked.beginningWith(RevokedDigest.prefix(t)).values().forEach(r -> Digest.parse(r.digest())
                    .ifPresent(digests::add));
            by.put(t, digests);
        }
        return new Revocations(
                by.get(RevocationTarget.VERSION), by.get(RevocationTarget.ARTIFACT), by.get(RevocationTarget.KEY));
    }

    private static RegisteredExtension registered(Run run, ExtensionRef ref) {
        return run.tables().registered.get(RegisteredExtension.id(ref));
    }

    private static Rejection movable(RegisteredExtension x, ExtensionRef ref, ExtensionState to) {
        if (x == null) {
            return Refusal.of(
                            RejectionCode.UNKNOWN_EXTENSION,
                            "the registry knows no version " + Texts.quoted(ref.getVersion()) + " of "
                                    + Texts.quoted(ref.getName()) + "; propose it first")
                    .with("name", ref.getName())
                    .with("version", ref.getVersion())
                    .build();
        }
        Lifecycle from = Lifecycle.valueOf(x.state().name());
        return from.next().contains(Lifecycle.valueOf(to.name()))
                ? null
                : Refusal.of(RejectionCode.ILLEGAL_TRANSITION, x.id() + " is " + x.state() + " and cannot become " + to)
                        .with("from", x.state().name())
                        .with("to", to.name())
                        .build();
    }

    private static void move(Deliberation d, RegisteredExtension x, ExtensionState to, String why) {
        d.emit(new ExtensionStateChanged(x.ref(), x.digest(), x.state(), to, Texts.cut(why, Texts.LONG_TEXT)));
    }

    /** What it takes more of than the version before it, which somebody may have agreed to; empty: nothing, or there is none. */
    private static String growth(Run run, Manifest m) {
        RegisteredExtension before = null;
        for (RegisteredExtension x : run.tables()
                .registered
                .beginningWith(RegisteredExtension.idsOf(m.name()))
                .values()) {
            SemanticVersion version = version(x);
            if (version.compareTo(m.version()) < 0 && (before == null || version.compareTo(version(before)) > 0)) {
                before = x;
            }
        }
        if (before == null) {
            return "";
        }
        String since = before.ref().getVersion();
        return Verifier.manifest(before.envelope().getBytes(UTF_8))
                .map(agreed -> Growth.between(agreed, m))
                .filter(grown -> !grown.isEmpty())
                .map(grown -> ". Since " + since + ": "
                        + grown.stream().map(Growth::toString).collect(Collectors.joining("; ")))
                .orElse("");
    }

    private static SemanticVersion version(RegisteredExtension x) {
        return new SemanticVersion(x.ref().getVersion());
    }

    private static List<String> texts(Collection<Digest> digests) {
        return digests.stream().map(Digest::toString).sorted().distinct().toList();
    }
}
