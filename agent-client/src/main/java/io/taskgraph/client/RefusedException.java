package io.taskgraph.client;

/** An {@link Answer} that was a refusal, for callers who asked for an exception by {@link Answer#orThrow()}. */
public final class RefusedException extends ClientException {
    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    RefusedException(Answer answer) {
        super("Run " + answer.runId() + " refused message " + answer.messageId() + ": "
                + answer.refusal().map(r -> r.code() + ", " + r.message()).orElse(""));
        this.answer = answer;
    }

    /** The refusal. */
    public Answer answer() {
        return answer;
    }
}
