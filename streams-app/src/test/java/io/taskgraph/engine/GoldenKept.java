package io.taskgraph.engine;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.ForgetRun;
import io.taskgraph.avro.TakeSnapshot;

/** A run as it is kept: snapshots asked for, refused to be forgotten too early, forgotten, and its id taken by another. */
final class GoldenKept {
    private static final String POLICY = """
            name: golden-kept
            flags: {mutable_graph: true, trace_replay: true}
            caps: {start_timeout: 30s, worker_timeout: 0s, max_runtime: 0s}
            snapshots: {every: 3, interval: 1h, at_end: true, keep: 1}
            retention: {decisions: 4, age: 1h, finished: 24h}
            """;

    private GoldenKept() {}

    static Team scenario() {
        Team t = Team.under(POLICY);
        t.patch(Messages.add("a"), Messages.add("b", "a"));
        t.direct(new TakeSnapshot());
        t.direct(new ForgetRun());
        t.finish("w", "a", 1);
        t.finish("w", "b", 1);
        t.now += 1_000;
        t.direct(new ForgetRun());
        t.now += 24 * 3_600_000L;
        t.direct(new ForgetRun());
        t.direct(new TakeSnapshot());
        t.create(CreateRun.newBuilder().setName("another").setPreset("default").build(), Messages.add("z"));
        t.finish("w", "z", 1);
        return t;
    }
}
