package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A policy document that cannot be used, with everything that is wrong with it. */
public final class PolicyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final transient List<Problem> problems;

    /** One line a problem, in the order of the document. */
    public PolicyException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** All problems in the order of the document; at least one. */
    public List<Problem> problems() {
        return problems;
    }
}
