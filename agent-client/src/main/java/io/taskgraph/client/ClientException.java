package io.taskgraph.client;

/** Something that the client cannot do, said in one sentence with its remedy. A refusal by the engine is not one: it is an {@link Answer}. */
public class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one sentence for people: what, and the remedy */
    public ClientException(String message) {
        super(message);
    }

    /** @param message one sentence for people: what, and the remedy */
    public ClientException(String message, Throwable cause) {
        super(message, cause);
    }
}
