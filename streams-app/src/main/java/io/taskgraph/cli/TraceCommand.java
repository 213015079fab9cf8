package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.query.trace.ChromeTrace;
import io.taskgraph.query.trace.OtlpTrace;
import io.taskgraph.query.trace.RunTrace;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplaySource;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A run as a trace. */
@Command(
        name = "trace",
        description = {
            "Write a run as a trace: run, phases, tasks, attempts and approvals as spans, linked along dependencies.",
            "otlp is OpenTelemetry's JSON, which collectors take at /v1/traces; chrome opens in Perfetto and"
                    + " chrome://tracing. The same log gives the same file.",
            "Of a run whose history was cut off it begins with the state that is left, and says so; --archive tells all, where"
                    + " that was put away."
        })
final class TraceCommand implements Callable<Integer> {
    /** What it is written as. */
    enum Format {
        OTLP,
        CHROME
    }

    @Parameters(paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "otlp",
            description = "otlp or chrome (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "Write this file, in place of one that is there (default: stdout).")
    private Path to;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "Of an export or an archive, with no cluster; all of it is proved on the way.")
    private Path from;

    @Option(
            names = "--archive",
            paramLabel = "DIR",
            description = "Begin with what was put away there before it was cut off, and go on with the log.")
    private Path archive;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (from != null && archive != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Give --from, which needs no cluster, or --archive, which goes on with the log.");
        }
        PrintWriter out = spec.commandLine().getOut();
        Screen screen = new Screen(out, Terminal.ofProcess());
        RunTrace trace = traced(Replaying.progress(screen, "Tracing"));
        screen.clear();
        if (!trace.exists()) {
            throw Watch.noSuchRun(runId);
        }
        if (to == null) {
            write(trace, out);
            out.println();
        } else {
            file(trace);
            out.println(Counted.of(trace.spans().size(), "span") + " of run " + runId + " in " + to);
        }
        out.flush();
        if (trace.takenUpAt() > 0) {
            spec.commandLine()
                    .getErr()
                    .println("taskgraph: Decisions 1 to " + trace.takenUpAt() + " of run " + runId
                            + " are there no more: the trace begins with the state after them (taskgraph.cut)."
                            + (archive == null && from == null
                                    ? " Where they were put away, --archive DIR tells them."
                                    : ""));
        }
        return 0;
    }

    private RunTrace traced(Replay.Progress progress) {
        if (from != null) {
            return Traced.ofExport(from, runId, progress);
        }
        ReplaySource source = Replaying.source(connection.cluster(), null);
        return archive == null
                ? Traced.ofLog(source, runId, progress)
                : Traced.ofArchive(archive, source, runId, progress);
    }

    /** Whole or not at all: what stands there stays until the new one is complete. */
    private void file(RunTrace trace) throws IOException {
        Path absolute = to.toAbsolutePath();
        if (Files.isDirectory(absolute) || !Files.isDirectory(absolute.getParent())) {
            throw new CommandException("Cannot write " + to + ": name a file in a directory that exists.");
        }
        Path part = absolute.resolveSibling("." + absolute.getFileName() + ".part");
        try {
            try (BufferedWriter writer = Files.newBufferedWriter(part)) {
                write(trace, writer);
            }
            Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void write(RunTrace trace, Writer writer) throws IOException {
        if (format == Format.CHROME) {
            ChromeTrace.write(trace, writer);
        } else {
            String version = Main.class.getPackage().getImplementationVersion();
            OtlpTrace.write(trace, version == null ? "" : version, writer);
        }
    }
}
