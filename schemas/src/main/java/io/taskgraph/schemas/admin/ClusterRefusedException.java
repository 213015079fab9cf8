package io.taskgraph.schemas.admin;

/** The cluster answered and refused: we may not, or it cannot be so. Somebody has to change something. */
public final class ClusterRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClusterRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
