package io.taskgraph.policy.rules;

/** A compiled condition. Immutable; may be asked by several threads at once, each with its own {@link Evaluation}. */
public final class Condition {
    private final String text;
    private final Term term;
    private final int loopVariables;

    Condition(String text, Term term, int loopVariables) {
        this.text = text;
        this.term = term;
        this.loopVariables = loopVariables;
    }

    /** The condition as the document writes it. */
    public String text() {
        return text;
    }

    boolean holds(Evaluation e) throws Unevaluable {
        e.begin(loopVariables);
        return (Boolean) term.value(e);
    }
}
