package io.taskgraph.replay;

/** A decision cannot be made again, for something that it rests on is not there any more, or was not recorded. */
final class MissingEvidence extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingEvidence(String what) {
        super(what);
    }
}
