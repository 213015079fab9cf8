package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionEndorsed;
import io.taskgraph.avro.ExtensionMismatch;
import io.taskgraph.avro.ExtensionProposed;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.ExtensionStateChanged;
import io.taskgraph.avro.ExtensionWithdrawn;
import io.taskgraph.avro.ToolpackAwaited;
import io.taskgraph.avro.TrustRevoked;
import java.util.List;

/** What facts about extensions change: in the registry, and in runs that use them. */
final class ApplyExtensions {
    private ApplyExtensions() {}

    static void register(Applications to) {
        to.on(ExtensionProposed.class, (run, f, w) -> {
            String id = RegisteredExtension.id(f.getExtension());
            run.tables()
                    .registered
                    .put(
                            id,
                            new RegisteredExtension(
                                    id,
                                    f.getDigest(),
                                    ExtensionState.PROPOSED,
                                    f.getPublisher(),
                                    List.copyOf(f.getArtifacts()),
                                    List.copyOf(f.getSignedBy()),
                                    f.getEnvelope(),
                                    List.copyOf(f.getAttestations()),
                                    f.getProposedBy(),
                                    List.of(),
                                    List.of(),
                                    List.of()));
        });
        to.on(ExtensionEndorsed.class, (run, f, w) -> {
            RegisteredExtension x = registered(run, RegisteredExtension.id(f.getExtension()));
            run.tables().registered.put(x.id(), x.endorsed(f.getEndorsedBy(), f.getKey(), w.at()));
        });
        to.on(ExtensionStateChanged.class, (run, f, w) -> {
            RegisteredExtension x = registered(run, RegisteredExtension.id(f.getExtension()));
            run.tables().registered.put(x.id(), x.in(f.getTo()));
        });
        to.on(TrustRevoked.class, (run, f, w) -> {
            String id = RevokedDigest.id(f.getTarget(), f.getDigest());
            run.tables().revoked.put(id, new RevokedDigest(id, w.sequence()));
        });
        to.on(ExtensionSeen.class, (run, f, w) -> {
            SeenExtension seen = SeenExtension.of(f);
            run.tables().seen.put(seen.id(), seen);
        });
        to.on(ExtensionWithdrawn.class, (run, f, w) -> {
            // What follows is told by further facts; what was stopped is for the record.
        });
        to.on(ToolpackAwaited.class, (run, f, w) -> run.tables()
                .awaited
                .put(f.getTaskId(), new AwaitedToolpack(f.getTaskId(), RegisteredExtension.id(f.getExtension()))));
        to.on(ExtensionMismatch.class, (run, f, w) -> {
            String id = Misserved.id(RegisteredExtension.id(f.getExtension()), f.getWorkerId());
            run.tables().misserved.put(id, new Misserved(id, w.sequence()));
        });
    }

    private static RegisteredExtension registered(Run run, String id) {
        return run.tables().registered.get(id);
    }
}
