package io.taskgraph.schemas.admin;

import org.apache.kafka.common.errors.RetriableException;

/** The cluster did not answer in time, or cannot do it now. Trying again may help. */
public final class ClusterUnavailableException extends RetriableException {
    private static final long serialVersionUID = 1L;

    public ClusterUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
