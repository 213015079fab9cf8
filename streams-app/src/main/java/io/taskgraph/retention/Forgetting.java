package io.taskgraph.retention;

/**
 * What a control plane said when it was asked to forget a run.
 *
 * @param outcome what became of it
 * @param why why the run was not forgotten, for people; empty if it was
 */
public record Forgetting(Outcome outcome, String why) {
    /** What may become of it. */
    public enum Outcome {
        /** The run is forgotten. */
        DONE,
        /** The control plane knows no such run: it was forgotten before, or never was. */
        UNKNOWN,
        /** It is kept. */
        REFUSED
    }

    static final Forgetting DONE = new Forgetting(Outcome.DONE, "");

    /** It was forgotten. */
    public static Forgetting done() {
        return DONE;
    }

    /** There is no such run. */
    public static Forgetting unknown(String why) {
        return new Forgetting(Outcome.UNKNOWN, why);
    }

    /** It was not forgotten. */
    public static Forgetting refused(String why) {
        return new Forgetting(Outcome.REFUSED, why);
    }
}
