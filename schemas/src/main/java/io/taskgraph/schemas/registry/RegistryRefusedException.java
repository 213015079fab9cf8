package io.taskgraph.schemas.registry;

/**
 * The schema registry answered and refused: the schema is incompatible, is not registered, or we may not. Somebody has to
 * change something; trying again does not help. It says nothing about the record at hand.
 */
public final class RegistryRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RegistryRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
