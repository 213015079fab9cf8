package io.taskgraph.client;

/** A message is larger than a record may be. It was not sent, and nothing was decided. */
public final class OversizedMessageException extends ClientException {
    private static final long serialVersionUID = 1L;

    private final long bytes;
    private final long limit;

    OversizedMessageException(String what, long bytes, long limit) {
        super(what + " takes " + bytes + " bytes, and a record may have at most " + limit
                + ": split it into several, or keep large payloads elsewhere and refer to them.");
        this.bytes = bytes;
        this.limit = limit;
    }

    /** The message's size in bytes. */
    public long bytes() {
        return bytes;
    }

    /** The largest size in bytes that can be sent. */
    public long limit() {
        return limit;
    }
}
