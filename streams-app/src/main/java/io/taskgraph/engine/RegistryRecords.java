package io.taskgraph.engine;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionStateChanged;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.RegisteredVersion;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.TrustRevoked;
import java.util.Optional;

/** What the registry decided, as the records that everybody reads. */
public final class RegistryRecords {
    private static final String REVOKED = "revoked/";

    private RegistryRecords() {}

    /**
     * The record of a fact; empty if it says nothing that others need.
     *
     * @param registry as it stands after the decision
     */
    public static Optional<ExtensionRecord> of(Run registry, Decision d, Fact f) {
        ExtensionStateChanged moved = f.getExtensionStateChanged();
        TrustRevoked revoked = f.getTrustRevoked();
        if (moved == null && revoked == null) {
            return Optional.empty();
        }
        ExtensionRecord r = new ExtensionRecord(
                d.getSequence(),
                d.getDecidedAt(),
                d.getCause().getActor(),
                moved == null ? revoked.getReason() : moved.getReason(),
                null,
                null,
                d.getCause().getProof() == null ? "" : d.getCause().getProof().getFingerprint());
        if (moved == null) {
            r.setRevoked(new io.taskgraph.avro.RevokedDigest(revoked.getTarget(), revoked.getDigest()));
        } else {
            RegisteredExtension x = registry.tables().registered.get(RegisteredExtension.id(moved.getExtension()));
            r.setVersion(new RegisteredVersion(
                    moved.getExtension(), x.digest(), moved.getTo(), x.envelope(), x.attestations()));
        }
        return Optional.of(r);
    }

    /** The record's key. */
    public static String key(ExtensionRecord r) {
        return r.getVersion() == null
                ? REVOKED
                        + RevokedDigest.id(
                                r.getRevoked().getTarget(), r.getRevoked().getDigest())
                : key(
                        r.getVersion().getExtension().getName(),
                        r.getVersion().getExtension().getVersion());
    }

    /** The key of a version's record. */
    public static String key(String name, String version) {
        return RegisteredExtension.id(name, version);
    }

    /** What the keys of everything of a kind begin with that is revoked; the digest follows. No name has a slash. */
    public static String revoked(RevocationTarget target) {
        return REVOKED + RevokedDigest.prefix(target);
    }
}
