package io.taskgraph.cli;

import io.taskgraph.spec.UnreadableFile;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One policy, whole. */
@Command(
        name = "show",
        description = {
            "Show a policy as runs pin it: every key in its order, defaults and whatever it extends resolved.",
            "What is printed is a policy document itself; its digest stands in a comment before it."
        })
final class PolicyShowCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "POLICY",
            defaultValue = "default",
            description = "A file, a preset, a published profile (NAME or NAME@VERSION), or a run: the policy it has"
                    + " pinned (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(names = "--source", description = "The text as its author wrote it, comments and all.")
    private boolean source;

    @Option(names = "--json", description = "One JSON object: name, version, digest, where it is from, document.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        FoundPolicy found;
        try {
            found = FoundPolicy.named(
                    name, connection.resolve(), spec.commandLine().getErr());
        } catch (UnreadableFile e) {
            throw PolicyProblems.ending(e, spec.commandLine().getErr());
        }
        String text = source ? found.source() : found.policy().document();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", found.policy().name());
            fields.put("version", found.policy().version());
            fields.put("digest", found.policy().digest());
            fields.put("from", found.from());
            fields.put("document", text);
            out.println(JsonLine.of(fields));
        } else {
            out.println("# " + found.policy().name() + "@" + found.policy().version() + ", " + found.from()
                    + "; sha256 " + found.policy().digest());
            out.print(text.endsWith("\n") ? text : text + "\n");
        }
        out.flush();
        return 0;
    }
}
