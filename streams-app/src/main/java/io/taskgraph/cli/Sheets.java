package io.taskgraph.cli;

import io.taskgraph.gates.SheetException;
import io.taskgraph.policy.document.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Files of thresholds: read, and what is wrong with them told in the form that editors jump to. */
final class Sheets {
    /** The most bytes of one. */
    private static final long MOST = 1 << 20;

    private Sheets() {}

    /**
     * Reads one.
     *
     * @param reader may throw a {@link SheetException}
     * @param err hears all problems but the last, which is the command's error
     */
    static <T> T read(Path file, Function<String, T> reader, PrintWriter err) {
        try {
            if (Files.isDirectory(file) || Files.size(file) > MOST) {
                throw new CommandException(file + " is a directory or larger than 1 MiB; name a YAML file.", 2, null);
            }
            return reader.apply(Files.readString(file));
        } catch (SheetException e) {
            List<Problem> problems = e.problems();
            problems.subList(0, problems.size() - 1).forEach(p -> err.println(line(file, p)));
            err.flush();
            throw new CommandException(line(file, problems.get(problems.size() - 1)), 2, e);
        } catch (CharacterCodingException e) {
            throw new CommandException(file + " is not a text file; save it as UTF-8 text.", 2, e);
        } catch (IOException e) {
            throw new CommandException("There is no file " + file + " that can be read; check the path.", 2, e);
        }
    }

    private static String line(Path file, Problem p) {
        return file + ":" + p.line() + ":" + p.column() + ": " + p.message();
    }
}
