package io.taskgraph.cli;

import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.query.RegisteredExtensions;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;

/** The registry of extensions as a command line sees it: read whole, from its topic. */
final class Registered {
    private Registered() {}

    /**
     * All that is registered or revoked now.
     *
     * @param err where it is told what cannot be read
     */
    static RegisteredExtensions in(Cluster cluster, PrintWriter err) {
        try (SchemaRegistry registry = cluster.registry()) {
            RegisteredExtensions registered = RegisteredExtensions.read(cluster.source(registry));
            registered.unreadable().forEach(sentence -> err.println("taskgraph: " + Text.plain(sentence)));
            err.flush();
            return registered;
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
