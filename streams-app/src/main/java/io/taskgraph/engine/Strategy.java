package io.taskgraph.engine;

import java.util.List;

/**
 * What to do when something went wrong. Found by {@link java.util.ServiceLoader} and named in the policy. A strategy has to
 * be deterministic: it looks at the situation and at nothing else, for replay asks it again, and of a task that has had all its
 * attempts it is asked a second time as if it might have any number. One that throws, proposes
 * nothing or proposes what cannot be done is recorded, and an operator is called for.
 */
public interface Strategy {
    /** The name that policies give it: 1 to 128 letters, digits, dots, underscores or hyphens. */
    String name();

    /** What to do, in order; at least one proposal that decides what becomes of the task. At most {@link #MOST}. */
    List<Proposal> propose(Situation situation);

    /** How many proposals are looked at. */
    int MOST = 16;
}
