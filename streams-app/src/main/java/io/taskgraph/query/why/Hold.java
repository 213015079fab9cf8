package io.taskgraph.query.why;

import java.util.Locale;

/** What a run waits for by which its phase alone keeps it from dispatching. */
public enum Hold {
    /** There is nothing to do. */
    NO_TASKS("it has no tasks", "a planner's patch that adds one; %s ends it", "cancel"),
    /** It goes on from another run, and has not all of its tasks yet. */
    INCOMPLETE(
            "it lacks tasks of the run that it goes on from",
            "the same fork again, which sends the rest; %s ends it",
            "cancel"),
    /** Its plan was denied, or expired. */
    PLAN_REFUSED(
            "its plan was not approved",
            "a planner's patch: the changed plan is judged anew; %s ends the run",
            "cancel"),
    /** Its plan waits for approvers. */
    PLAN_APPROVAL("its plan waits for approval", "an answer to the approval; %s lists it", "approvals"),
    /** An operator has to let it go on. */
    OPERATOR("it waits for an operator", "%s lets it go on", "resume"),
    /** A budget has to be raised. */
    BUDGET("it waits for a budget to be raised", "%s shows what was used up, and raises it with an option", "budget"),
    /** A cap has to be raised. */
    CAP("it waits for a cap to be raised", "a higher cap, or another policy: %s POLICY", "policy use"),
    /** Its work is over, and regression gates hold it back. */
    GATES("its work is over, and passing reports of its gates are not on record", "%s records one", "gates --record"),
    /** It passes through by itself. */
    PASSING("it passes through", "its next decision: nobody has to do anything", ""),
    /** It is over; new tasks begin it anew, where its policy lets them. */
    OVER("it has ended", "nothing: a new run does what is left", ""),
    /** The log was written by a later version. */
    UNREADABLE("this version does not know that phase", "a command line of the version that wrote the log", "");

    private final String what;
    private final String frees;
    private final String command;

    Hold(String what, String frees, String command) {
        this.what = what;
        this.frees = frees;
        this.command = command;
    }

    String what() {
        return what;
    }

    /** For programs. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    String frees(String runId) {
        return command.isEmpty() ? frees : frees.formatted(Commands.of(command, runId));
    }
}
