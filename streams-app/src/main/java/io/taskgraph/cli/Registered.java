package io.taskgraph.cli;

import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.query.RegisteredExtensions;
import io.taskgraph.schemas.registry.SchemaRegistry;

/** The registry of extensions as a command line sees it: read whole, from its topic. */
final class Registered {
    private Registered() {}

    /** All that is registered or revoked now. */
    static RegisteredExtensions in(Cluster cluster) {
        try (SchemaRegistry registry = cluster.registry()) {
            return RegisteredExtensions.read(cluster.source(registry));
        }
    }

    /**
     * One version.
     *
     * @throws CommandException if it is not registered
     */
    static ExtensionRecord version(RegisteredExtensions registered, ExtensionRef ref) {
        return registered
                .version(ref.getName(), ref.getVersion())
                .orElseThrow(() -> new CommandException("The registry knows no extension " + ExtensionId.text(ref)
                        + ": `taskgraph ext list` lists those there are, `ext propose` puts one forward."));
    }
}
