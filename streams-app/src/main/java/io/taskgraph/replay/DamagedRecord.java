package io.taskgraph.replay;

/** A record of an export is not what it was, and where it begins and ends is known all the same. */
final class DamagedRecord extends HistoryException {
    private static final long serialVersionUID = 1L;

    private final transient Recorded record;

    DamagedRecord(String message, Recorded record) {
        super(message);
        this.record = record;
    }

    Recorded record() {
        return record;
    }
}
