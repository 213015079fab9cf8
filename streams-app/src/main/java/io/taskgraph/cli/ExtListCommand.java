package io.taskgraph.cli;

import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.query.RegisteredExtensions;
import io.taskgraph.query.Said;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which extensions there are, and what was revoked. */
@Command(
        name = "list",
        description =
                "List the registered extensions with where they are in their lives, and the digests that are revoked.")
final class ExtListCommand implements Callable<Integer> {
    private static final int DIGEST = 19;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        RegisteredExtensions registered =
                Registered.in(connection.cluster(), spec.commandLine().getErr());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            registered.versions().forEach(r -> out.println(JsonLine.of(fields(r))));
            registered.revoked().forEach(r -> out.println(JsonLine.of(fields(r))));
        } else {
            Table table = new Table(Terminal.ofProcess(), "EXTENSION", "STATE", "DIGEST", "SINCE", "BY", "WHY");
            registered
                    .versions()
                    .forEach(r -> row(
                            table,
                            r,
                            ExtensionId.text(r.getVersion().getExtension()),
                            r.getVersion().getState().name(),
                            r.getVersion().getDigest()));
            registered
                    .revoked()
                    .forEach(r -> row(
                            table,
                            r,
                            "any "
                                    + Text.plain(
                                            r.getRevoked().getTarget().name().toLowerCase(java.util.Locale.ROOT)),
                            "REVOKED",
                            r.getRevoked().getDigest()));
            table.lines().forEach(out::println);
        }
        out.flush();
        return 0;
    }

    private static void row(Table table, ExtensionRecord r, String what, String state, String digest) {
        table.row(
                what,
                state,
                digest.substring(0, Math.min(digest.length(), DIGEST)),
                r.getDecidedAt(),
                Text.plain(by(r)),
                Text.plain(r.getReason()));
    }

    /** Who said so, and whether that is proved; empty: somebody without a name. */
    static String by(ExtensionRecord r) {
        return r.getActor().isEmpty() ? "" : Said.by(r.getActor(), r.getProvedBy());
    }

    /** A record for programs. */
    static Map<String, Object> fields(ExtensionRecord r) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (r.getVersion() != null) {
            fields.put("name", r.getVersion().getExtension().getName());
            fields.put("version", r.getVersion().getExtension().getVersion());
            fields.put("state", r.getVersion().getState().name());
            fields.put("digest", r.getVersion().getDigest());
        } else {
            fields.put("revoked", r.getRevoked().getTarget().name());
            fields.put("digest", r.getRevoked().getDigest());
        }
        fields.put("sequence", r.getSequence());
        fields.put("since", r.getDecidedAt().toString());
        fields.put("actor", r.getActor());
        fields.put("proved_by", r.getProvedBy().isEmpty() ? null : r.getProvedBy());
        fields.put("reason", r.getReason());
        return fields;
    }
}
