package io.taskgraph.client;

/** A question could not be asked: the control plane refused it. */
public final class MessageRefusedException extends ClientException {
    private static final long serialVersionUID = 1L;
    private final String code;

    MessageRefusedException(String code, String reason) {
        super("The question was refused with " + code + ": " + reason);
        this.code = code;
    }

    /** The refusal's code, such as {@code FEATURE_DISABLED} or {@code MAILBOX_FULL}. */
    public String code() {
        return code;
    }
}
