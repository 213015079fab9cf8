package io.taskgraph.cli;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.spec.PolicyFile;
import io.taskgraph.spec.UnreadableFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether policy documents are right. */
@Command(
        name = "check",
        description = {
            "Check policy documents, without a broker: what is wrong is told all at once, with line and column.",
            "A document may extend a preset, or a document that stands before it on the command line."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all of them can be used", "2:one cannot, or the command line is wrong"})
final class PolicyCheckCommand implements Callable<Integer> {
    private static final int UNUSABLE = 2;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Policy documents (YAML).")
    private List<Path> files;

    @Option(names = "--json", description = "One JSON object for each file.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final Map<String, Policy> read = new LinkedHashMap<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        int exitCode = 0;
        for (Path file : files) {
            try {
                Policy policy = PolicyFile.read(file, this::extended).policy();
                read.put(policy.name(), policy);
                tell(file, policy, out);
            } catch (UnreadableFile e) {
                exitCode = UNUSABLE;
                if (json) {
                    tell(file, e, out);
                } else {
                    PolicyProblems.tell(e, err);
                }
            }
        }
        out.flush();
        return exitCode;
    }

    private Optional<Policy> extended(String name) {
        return Optional.ofNullable(read.get(name)).or(() -> Presets.named(name));
    }

    private void tell(Path file, Policy policy, PrintWriter out) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", file.toString());
            fields.put("usable", true);
            fields.put("name", policy.name());
            fields.put("version", policy.version());
            fields.put("digest", policy.digest());
            out.println(JsonLine.of(fields));
        } else {
            out.println("usable  " + file + "  " + policy.name() + "@" + policy.version() + "  " + policy.digest());
        }
    }

    private static void tell(Path file, UnreadableFile unreadable, PrintWriter out) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", file.toString());
        fields.put("usable", false);
        fields.put(
                "problems",
                unreadable.problems().stream()
                        .map(problem -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("line", problem.line());
                            one.put("column", problem.column());
                            one.put("message", problem.message());
                            return one;
                        })
                        .toList());
        out.println(JsonLine.of(fields));
    }
}
