package io.taskgraph.gates;

import io.taskgraph.policy.contract.Cap;
import java.util.Set;

/** Recomputes some of a run's caps from its facts, without the engine's own counts. */
interface CapWatch {
    /** The caps it recomputes. */
    Set<Cap> caps();

    /** Says what is to be heard of a run. What is kept is bounded by the caps themselves. */
    void listen(Hearing run, CapLedger ledger);
}
