package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Text;
import io.taskgraph.policy.document.Problem;
import io.taskgraph.query.PublishedPolicies;
import io.taskgraph.spec.UnreadableFile;
import java.io.PrintWriter;

/** What is wrong with policy documents, in the form that editors jump to. */
final class PolicyProblems {
    private PolicyProblems() {}

    /** Names what is published and cannot be read: the command goes on without it. */
    static PublishedPolicies told(PublishedPolicies published, PrintWriter err) {
        published.unreadable().forEach(sentence -> err.println("taskgraph: " + Text.plain(sentence)));
        err.flush();
        return published;
    }

    /** All of it, a line each: {@code file:line:column: what; remedy}. */
    static void tell(UnreadableFile unreadable, PrintWriter err) {
        unreadable.problems().forEach(problem -> err.println(line(unreadable.file(), problem)));
        err.flush();
    }

    private static String line(String file, Problem problem) {
        return file + (problem.line() > 0 ? ":" + problem.line() + ":" + problem.column() : "") + ": "
                + Text.plain(problem.message());
    }

    /** The same as the end of a command: all but the last are printed, the last is the command's error. */
    static CommandException ending(UnreadableFile unreadable, PrintWriter err) {
        int last = unreadable.problems().size() - 1;
        unreadable.problems().subList(0, last).forEach(problem -> err.println(line(unreadable.file(), problem)));
        err.flush();
        return new CommandException(
                line(unreadable.file(), unreadable.problems().get(last)), 2, unreadable);
    }
}
