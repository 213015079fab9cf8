package io.taskgraph.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One run of the command line within this JVM.
 *
 * @param exitCode what the process would have ended with
 * @param out what it printed
 * @param err what it said on stderr
 */
record CommandLineRun(int exitCode, String out, String err) {
    static CommandLineRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                Main.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(args);
        return new CommandLineRun(exitCode, out.toString(), err.toString());
    }
}
