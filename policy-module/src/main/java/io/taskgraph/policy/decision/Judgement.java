package io.taskgraph.policy.decision;

import java.util.List;

/**
 * The answer to a question.
 *
 * @param verdict what holds
 * @param rule what it was decided by: a rule's id, or a place of the contract such as {@code actions.destructive}; empty:
 *     nothing speaks against it
 * @param reason why, for a person; empty exactly when the rule is
 * @param notes rules that are tried out and would have answered otherwise
 */
public record Judgement(Verdict verdict, String rule, String reason, List<Note> notes) {
    /** Nothing speaks against it. */
    public static final Judgement ALLOW = new Judgement(Verdict.ALLOW, "", "", List.of());

    /** Copies the notes. */
    public Judgement {
        notes = List.copyOf(notes);
    }
}
