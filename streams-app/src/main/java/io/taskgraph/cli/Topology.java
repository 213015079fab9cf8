package io.taskgraph.cli;

/** The control plane as a command holds it: started, watched, stopped. */
interface Topology extends AutoCloseable {
    /** The state's name, for people; {@code RUNNING} when it decides. */
    String state();

    /** Whether it decides now. */
    default boolean running() {
        return "RUNNING".equals(state());
    }

    /** Whether it stopped for good without having been asked. */
    boolean failed();

    /** Whether it is the one of all instances that does what one has to do. */
    boolean leads();

    /** Stops deciding and leaves its group; returns when it has. */
    @Override
    void close();
}
