package io.taskgraph.spec;

import io.taskgraph.policy.document.Problem;
import java.util.ArrayList;
import java.util.List;

/** A file that cannot be read as what it is to be, with all that is wrong with it. */
public final class UnreadableFile extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int TOLD = 10;

    private final String file;
    private final transient List<Problem> problems;

    /** @param problems at least one; line 0 means the file as a whole */
    UnreadableFile(String file, List<Problem> problems) {
        super(sentence(file, problems.get(0)));
        this.file = file;
        this.problems = List.copyOf(problems);
    }

    UnreadableFile(String file, String message) {
        this(file, List.of(new Problem(0, 0, message)));
    }

    /** The file's name as it was given. */
    public String file() {
        return file;
    }

    /** All problems, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }

    /** One sentence a problem, {@code file:line: what; remedy}; after the tenth only how many more there are. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        for (Problem problem : problems.subList(0, Math.min(TOLD, problems.size()))) {
            sentences.add(sentence(file, problem));
        }
        if (problems.size() > TOLD) {
            int more = problems.size() - TOLD;
            sentences.add(file + ": and " + more + (more == 1 ? " more problem" : " more problems"));
        }
        return sentences;
    }

    private static String sentence(String file, Problem problem) {
        return file + (problem.line() > 0 ? ":" + problem.line() : "") + ": " + problem.message();
    }
}
