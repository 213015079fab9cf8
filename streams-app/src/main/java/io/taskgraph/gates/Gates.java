package io.taskgraph.gates;

import java.util.List;
import java.util.Optional;

/** Every gate, in the order in which reports list them. A new one is added here. */
final class Gates {
    private static final List<Gate> ALL = List.of(
            new MutableGraphGate(),
            new ReconcileGate(),
            new ReplayGate(),
            new CapsGate(),
            new StaleHeartbeatGate(),
            new TrustGate(),
            new BypassGate(),
            new SnapshotGate(),
            new CompensationGate());

    private Gates() {}

    static List<Gate> all() {
        return ALL;
    }

    static Optional<Gate> named(String id) {
        return ALL.stream().filter(g -> g.id().equals(id)).findFirst();
    }
}
