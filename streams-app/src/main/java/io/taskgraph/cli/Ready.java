package io.taskgraph.cli;

import java.util.function.Consumer;

/** Waits on a topology while the command may be asked to stop. */
final class Ready {
    private static final long LOOK_MILLIS = 100;
    private static final long WATCH_MILLIS = 500;

    private Ready() {}

    /** Returns when it runs, or when the command is asked to stop before that. */
    static void await(Topology topology, StopSignal signal) {
        await(topology, signal, waiting -> {});
    }

    /**
     * Returns when it runs, or when the command is asked to stop before that.
     *
     * @param meanwhile is called ten times a second until then
     */
    static void await(Topology topology, StopSignal signal, Consumer<Topology> meanwhile) {
        while (!topology.running() && !signal.asked()) {
            requireAlive(topology);
            signal.awaitUntil(LOOK_MILLIS);
            meanwhile.accept(topology);
        }
    }

    /** Returns when the command is asked to stop; throws when the topology fails before that. */
    static void watch(Topology topology, StopSignal signal) {
        while (!signal.awaitUntil(WATCH_MILLIS)) {
            requireAlive(topology);
        }
    }

    private static void requireAlive(Topology topology) {
        if (topology.failed()) {
            throw new CommandException("The control plane stopped by itself, in state " + topology.state()
                    + "; the log above says why (TASKGRAPH_LOG=info tells more).");
        }
    }
}
