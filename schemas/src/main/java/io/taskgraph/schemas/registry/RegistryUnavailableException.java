package io.taskgraph.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;

/**
 * The schema registry did not answer, or not properly. It says nothing about the record at hand: try again, and never
 * treat the record as unreadable.
 */
public final class RegistryUnavailableException extends RetriableException {
    private static final long serialVersionUID = 1L;

    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
