package io.taskgraph.policy.decision;

import java.util.Locale;

/** What a question asks to be allowed. */
public enum Asked {
    /** That a run comes to be. */
    CREATE,
    /** That its graph is changed. */
    PATCH,
    /** That its plan is carried out. */
    PLAN,
    /** That a task is given to the agents. */
    DISPATCH,
    /** That an agent acts. */
    ACTION;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
