package io.taskgraph.engine;

import io.taskgraph.avro.CheckpointTaken;

/** What facts about checkpoints change in a run: which of them it keeps. */
final class ApplyCheckpoints {
    private ApplyCheckpoints() {}

    static void register(Applications to) {
        to.on(CheckpointTaken.class, (run, f, w) -> {
            f.getDropped().forEach(run.tables().checkpoints::remove);
            String id = KeptCheckpoint.id(f.getName(), f.getVersion());
            run.tables().checkpoints.put(id, new KeptCheckpoint(id, f.getVersion(), w.sequence()));
        });
    }
}
