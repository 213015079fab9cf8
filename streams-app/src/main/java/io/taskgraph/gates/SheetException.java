package io.taskgraph.gates;

import io.taskgraph.policy.document.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A file of thresholds that cannot be used, with everything that is wrong with it. */
public final class SheetException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final transient List<Problem> problems;

    SheetException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** All problems in the order of the document; at least one. */
    public List<Problem> problems() {
        return problems;
    }
}
