package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.attest.Statement;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.manifest.ManifestReader;
import io.taskgraph.policy.trust.settings.Operators;
import io.taskgraph.policy.trust.settings.TrustKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Verifies signatures: the only place where that is done. */
public final class Verifier {
    /** The most attestations that are looked at; what comes after them is not. */
    public static final int MOST_ATTESTATIONS = 32;

    /** The most times that a signature is verified for one envelope, which bounds what an envelope can cost. */
    public static final int MOST_TRIES = 64;

    private Verifier() {}

    /**
     * Verifies an envelope with a manifest, and attestations.
     *
     * @param envelope the bytes of the DSSE envelope
     * @param attestations the bytes of DSSE envelopes with in-toto statements
     * @param keys the keys that are known
     * @return who signed what; never fails, whatever the bytes are. Cost: one verification (see {@code VerifyingKey}) a
     *     signature whose hint names its key, at most {@link #MOST_TRIES} an envelope
     */
    public static Verification verify(byte[] envelope, List<byte[]> attestations, Collection<TrustKey> keys) {
        List<JsonProblem> problems = new ArrayList<>();
        Optional<Envelope> read = Envelope.read(envelope, problems);
        if (read.isEmpty()) {
            return new Verification(
                    Optional.empty(), Optional.empty(), texts(problems), List.of(), List.of(), List.of());
        }
        Envelope dsse = read.get();
        Optional<Digest> digest = Optional.of(dsse.digest());
        if (!dsse.payloadType().equals(Envelope.MANIFEST_TYPE)) {
            return new Verification(
                    digest,
                    Optional.empty(),
                    List.of(wrongType(dsse, Envelope.MANIFEST_TYPE)),
                    List.of(),
                    List.of(),
                    List.of());
        }
        List<SignatureCheck> signatures = signatures(dsse, keys);
        Optional<Manifest> manifest = ManifestReader.read(dsse.payload().toArray(), problems);
        List<AttestationCheck> checks = new ArrayList<>();
        for (byte[] attestation : attestations.subList(0, Math.min(attestations.size(), MOST_ATTESTATIONS))) {
            checks.add(attestation(attestation, keys));
        }
        return new Verification(digest, manifest, List.of(), texts(problems), signatures, checks);
    }

    /** What an envelope says, whoever signed it: nothing is verified. */
    public static Optional<Manifest> manifest(byte[] envelope) {
        List<JsonProblem> problems = new ArrayList<>();
        return Envelope.read(envelope, problems)
                .filter(dsse -> dsse.payloadType().equals(Envelope.MANIFEST_TYPE))
                .flatMap(dsse -> ManifestReader.read(dsse.payload().toArray(), problems));
    }

    /** Verifies one attestation. */
    public static AttestationCheck attestation(byte[] envelope, Collection<TrustKey> keys) {
        List<JsonProblem> problems = new ArrayList<>();
        Optional<Envelope> read = Envelope.read(envelope, problems);
        if (read.isEmpty()) {
            return new AttestationCheck(Optional.empty(), texts(problems), List.of());
        }
        Envelope dsse = read.get();
        if (!dsse.payloadType().equals(Envelope.STATEMENT_TYPE)) {
            return new AttestationCheck(Optional.empty(), List.of(wrongType(dsse, Envelope.STATEMENT_TYPE)), List.of());
        }
        Optional<Statement> statement = Statement.read(dsse.payload().toArray(), problems);
        return new AttestationCheck(
                statement, texts(problems), statement.isEmpty() ? List.of() : signatures(dsse, keys));
    }

    /**
     * Who signed a message that operators send.
     *
     * @param operators those whose signatures count, and their keys
     * @param message the message's bytes and type; with one signature whose hint is its key's fingerprint
     * @param nowMillis the time at which the key has to count, in milliseconds since the epoch
     * @return whose word it is; never fails, whatever the bytes are. Cost: one verification at the most
     */
    public static AuthorCheck author(Operators operators, Envelope message, long nowMillis) {
        if (message.signatures().size() != 1) {
            boolean none = message.signatures().isEmpty();
            return new AuthorCheck(
                    none ? AuthorCheck.Outcome.UNSIGNED : AuthorCheck.Outcome.WRONG,
                    Optional.empty(),
                    none ? "it has no signature" : "it has several signatures where one belongs");
        }
        Envelope.Sig sig = message.signatures().get(0);
        Optional<Operators.Owned> owned = operators.key(sig.keyid());
        if (owned.isEmpty()) {
            return new AuthorCheck(
                    AuthorCheck.Outcome.UNKNOWN_KEY,
                    owned,
                    "its signature names the key " + Json.printable(sig.keyid()) + ", which no operator has");
        }
        TrustKey key = owned.get().key();
        if (!key.key().verifies(message.signed(), sig.bytes())) {
            return new AuthorCheck(
                    AuthorCheck.Outcome.WRONG,
                    owned,
                    "its signature is not one of the key " + key.name() + " of "
                            + owned.get().operator().name() + " under what it says");
        }
        return key.unusable(nowMillis)
                .map(why -> new AuthorCheck(
                        AuthorCheck.Outcome.NOT_VALID,
                        owned,
                        why + " (of " + owned.get().operator().name() + ")"))
                .orElseGet(() -> new AuthorCheck(AuthorCheck.Outcome.PROVED, owned, ""));
    }

    private static String wrongType(Envelope envelope, String type) {
        return "the envelope's payload type must be " + type + ", not " + Json.printable(envelope.payloadType());
    }

    private static List<SignatureCheck> signatures(Envelope envelope, Collection<TrustKey> keys) {
        byte[] signed = envelope.signed();
        Set<Digest> counted = new HashSet<>();
        int tries = 0;
        List<SignatureCheck> checks = new ArrayList<>();
        for (Envelope.Sig sig : envelope.signatures()) {
            SignatureCheck.Outcome outcome =
                    sig.keyid().isEmpty() ? SignatureCheck.Outcome.WRONG : SignatureCheck.Outcome.UNKNOWN_KEY;
            Optional<Digest> by = Optional.empty();
            for (TrustKey key : keys) {
                if (!sig.keyid().isEmpty() && !key.isMeant(sig.keyid())) {
                    continue;
                }
                if (tries++ >= MOST_TRIES) {
                    outcome = SignatureCheck.Outcome.NOT_TRIED;
                    break;
                }
                outcome = SignatureCheck.Outcome.WRONG;
                if (key.key().verifies(signed, sig.bytes())) {
                    Digest fingerprint = key.key().fingerprint();
                    outcome = counted.add(fingerprint) ? SignatureCheck.Outcome.VALID : SignatureCheck.Outcome.REPEATED;
                    by = Optional.of(fingerprint);
                    break;
                }
            }
            checks.add(new SignatureCheck(sig.keyid(), outcome, by));
        }
        return checks;
    }

    private static List<String> texts(List<JsonProblem> problems) {
        return problems.stream().map(JsonProblem::toString).toList();
    }
}
