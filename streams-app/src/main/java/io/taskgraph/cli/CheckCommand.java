package io.taskgraph.cli;

import io.taskgraph.graph.Task;
import io.taskgraph.offline.OfflineRun;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.spec.InputFile;
import io.taskgraph.spec.UnreadableFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges files as the control plane would, on this machine and without a broker. A refusal is a result, not an error. */
@Command(
        name = "check",
        description = "Judge run specifications and patch histories offline, without a broker.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every file could be read, whatever was refused",
            "1:the dump could not be written",
            "2:a file could not be read (the others are judged), or the command line is wrong"
        },
        footer = {
            "",
            "A file ending in .jsonl or .ndjson is a history (a patch a line); .yaml, .yml and .json are specifications,",
            "which count as one patch. The formats: docs/feature-specs/run-specification.md."
        })
final class CheckCommand implements Callable<Integer> {
    private static final int UNREADABLE = 2;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Run specifications and patch histories.")
    private List<Path> files;

    @Option(names = "--json", description = "One JSON object a line: one a patch, and one after each file.")
    private boolean json;

    @Option(
            names = "--dump",
            paramLabel = "FILE",
            description = "Write the final graph as JSON; of several files: an object of graphs by file name.")
    private Path dump;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Judge by this policy preset; left out, by one that dispatches nothing (offline).")
    private String preset;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        requireUsable(command);
        CheckOutput output =
                json ? new CheckOutput.JsonLines(command.getOut()) : new CheckOutput.Lines(command.getOut());
        Map<String, List<Task>> graphs = new LinkedHashMap<>();
        int exitCode = 0;
        for (Path file : files) {
            try {
                graphs.put(file.toString(), judge(file, output).graph());
            } catch (UnreadableFile e) {
                tell(e, command.getErr());
                exitCode = UNREADABLE;
            }
            command.getOut().flush();
        }
        write(graphs);
        return exitCode;
    }

    private OfflineRun judge(Path path, CheckOutput output) throws UnreadableFile {
        InputFile file = InputFile.read(path);
        output.file(path.toString());
        OfflineRun run = OfflineRun.judge(file, preset, output::patch);
        output.summary(path.toString(), run);
        return run;
    }

    private void requireUsable(CommandLine command) {
        if (preset != null && Presets.named(preset).isEmpty()) {
            throw new ParameterException(
                    command,
                    "There is no policy preset " + preset + "; choose one of " + String.join(", ", Presets.names())
                            + ".");
        }
        for (Path file : files) {
            if (dump != null
                    && dump.toAbsolutePath()
                            .normalize()
                            .equals(file.toAbsolutePath().normalize())) {
                throw new ParameterException(
                        command, "--dump " + dump + " would overwrite an input; name another file.");
            }
        }
    }

    private void write(Map<String, List<Task>> graphs) {
        if (dump != null && !graphs.isEmpty()) {
            try {
                GraphDump.write(dump, graphs);
            } catch (IOException e) {
                throw new CommandException(
                        "The graph cannot be written to " + dump + "; name a file in a directory that"
                                + " exists and can be written to.",
                        e);
            }
        }
    }

    private static void tell(UnreadableFile unreadable, PrintWriter err) {
        unreadable.sentences().forEach(sentence -> err.println("taskgraph: " + sentence));
        err.flush();
    }
}
