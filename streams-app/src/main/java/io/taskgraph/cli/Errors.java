package io.taskgraph.cli;

import io.taskgraph.client.ClientException;
import io.taskgraph.embedded.EmbeddedException;
import io.taskgraph.query.QueryException;
import io.taskgraph.replay.HistoryException;
import io.taskgraph.retention.RetentionException;
import io.taskgraph.schemas.admin.ClusterRefusedException;
import io.taskgraph.schemas.admin.ClusterUnavailableException;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RegistryRefusedException;
import io.taskgraph.schemas.registry.RegistryUnavailableException;
import io.taskgraph.snapshot.SnapshotException;
import java.io.PrintWriter;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever went wrong into one sentence on stderr and an exit code. */
final class Errors {
    private Errors() {}

    static boolean debugWanted() {
        String value = System.getenv("TASKGRAPH_DEBUG");
        return value != null && !value.isBlank() && !value.equals("0") && !value.equalsIgnoreCase("false");
    }

    static int ofCommandLine(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("taskgraph: " + sentence(error.getMessage()));
        if (!UnmatchedArgumentException.printSuggestions(error, err)) {
            err.println("Try `" + command.getCommandSpec().qualifiedName() + " --help`.");
        }
        return CommandLine.ExitCode.USAGE;
    }

    static int ofExecution(Exception error, CommandLine command, boolean debug) {
        PrintWriter err = command.getErr();
        Throwable root = unwrapped(error);
        err.println("taskgraph: " + explain(root, debug));
        if (debug) {
            error.printStackTrace(err);
        }
        err.flush();
        return root instanceof CommandException known ? known.exitCode() : CommandLine.ExitCode.SOFTWARE;
    }

    /** One sentence for an error, without its stack trace. */
    static String explain(Throwable error, boolean debug) {
        if (isSentence(error)) {
            return sentence(error.getMessage());
        }
        String what = sentence(message(error));
        if (isUnmade(error)) {
            return ofUnmade(error);
        }
        if (error instanceof AuthenticationException || error instanceof AuthorizationException) {
            return "The broker refused this client: " + what + " (credentials come from --config FILE).";
        }
        if (error instanceof org.apache.kafka.common.errors.TimeoutException) {
            return "The broker did not answer in time (" + what + "); check --bootstrap and that the cluster is up.";
        }
        if (error instanceof java.nio.file.NoSuchFileException) {
            return "There is no file " + error.getMessage() + ".";
        }
        if (error instanceof java.io.IOException) {
            return what;
        }
        return what + (debug ? "" : " (--debug shows where this happened).");
    }

    /** Our own errors are written for the person at the terminal; the others need a word around them. */
    private static boolean isSentence(Throwable error) {
        return error instanceof CommandException
                || error instanceof QueryException
                || error instanceof HistoryException
                || error instanceof SnapshotException
                || error instanceof RetentionException
                || error instanceof ClientException
                || error instanceof UnreadableRecordException
                || error instanceof EmbeddedException
                || error instanceof ClusterUnavailableException
                || error instanceof ClusterRefusedException
                || error instanceof RegistryUnavailableException
                || error instanceof RegistryRefusedException;
    }

    /** A Kafka client could not be made: it says so first, and why in its cause. */
    private static boolean isUnmade(Throwable error) {
        return error instanceof KafkaException
                && error.getCause() != null
                && String.valueOf(error.getMessage()).matches("Failed to (construct|create new) [Kk]afka.*");
    }

    private static String ofUnmade(Throwable error) {
        String reason = reasonOfUnmade(error);
        return isUnresolvable(reason)
                ? "No broker is to be found under the names given: start it, or correct --bootstrap."
                : "These settings do not make a Kafka client: " + reason + " (see --bootstrap and --config).";
    }

    /** Why a Kafka client could not be made, as its innermost cause that says something has it. */
    static String reasonOfUnmade(Throwable error) {
        Throwable at = error;
        while (at.getCause() != null && saysNothingOfItsOwn(at)) {
            at = at.getCause();
        }
        return sentence(message(at));
    }

    private static boolean saysNothingOfItsOwn(Throwable error) {
        String text = String.valueOf(error.getMessage());
        return text.startsWith("Failed to ") && !text.startsWith("Failed to load")
                || text.equals(error.getCause().toString());
    }

    /** A name may become known later, as containers start. */
    static boolean isUnresolvable(String reason) {
        return reason.startsWith("No resolvable bootstrap");
    }

    private static String message(Throwable error) {
        String text = error.getMessage();
        return text == null || text.isBlank() ? error.getClass().getSimpleName() : text;
    }

    /** The first line of a text only: exception messages of libraries go on with advice for programmers. */
    private static String sentence(String text) {
        String line = text.strip();
        int end = line.indexOf('\n');
        return (end < 0 ? line : line.substring(0, end)).strip();
    }

    private static Throwable unwrapped(Throwable error) {
        Throwable at = error;
        while ((at instanceof ExecutionException || at instanceof CompletionException) && at.getCause() != null) {
            at = at.getCause();
        }
        return at;
    }
}
