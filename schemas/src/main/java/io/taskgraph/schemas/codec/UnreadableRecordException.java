package io.taskgraph.schemas.codec;

/**
 * A record's bytes can never be read, however often one tries: it belongs among the dead letters. What may succeed later
 * (a registry that does not answer) is another exception, on purpose.
 */
public final class UnreadableRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the bytes. */
    public enum Kind {
        /** They are not in Confluent's wire format. */
        NOT_FRAMED,
        /** The registry does not know the schema id that they name, or it is not the id of an Avro schema. */
        UNKNOWN_SCHEMA,
        /** They are not what their schema says, or that schema cannot be read as the record that belongs here. */
        UNDECODABLE
    }

    private final Kind kind;

    /**
     * @param kind what is wrong
     * @param message one sentence that says what, and the remedy
     */
    public UnreadableRecordException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public UnreadableRecordException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
