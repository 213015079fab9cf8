package io.taskgraph.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The one command. A subcommand's outcome is its exit code: 0 when it did what was asked, 1 when it could not or when
 * what it checked does not hold, 2 when the command line itself is wrong. An error is one sentence on stderr.
 */
@Command(
        name = "taskgraph",
        description = "The control plane for teams of autonomous agents, on Apache Kafka.",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "TASKGRAPH_LOG=info raises the log level (stderr); TASKGRAPH_HOME says where a running `up` is noted",
            "(default ~/.taskgraph). `taskgraph COMMAND --help` tells the rest."
        })
public final class Main {
    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error (also: TASKGRAPH_DEBUG=1).")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the versions and exit.")
    private boolean version;

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(ended(commandLine(out, err).execute(args), out, err));
    }

    /** The exit code in the end: what a command said well is not said if it was lost on the way. */
    static int ended(int exitCode, PrintWriter out, PrintWriter err) {
        if (!out.checkError() || exitCode != CommandLine.ExitCode.OK) {
            return exitCode;
        }
        err.println(
                "taskgraph: The output could not be written to its end: see to the disk, the file or the pipe that it"
                        + " goes to.");
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The whole command line, writing to the given writers; for tests and for {@link #main}. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        Subcommands.all().forEach(line::addSubcommand);
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler(Errors::ofCommandLine);
        line.setExecutionExceptionHandler(
                (error, command, parsed) -> Errors.ofExecution(error, command, main.debug || Errors.debugWanted()));
        return line;
    }
}
