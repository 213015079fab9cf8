package io.taskgraph.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunStoreTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int RUNS = 100_000;
    private static final int CACHED = 10_000;

    private final Engine engine = new Engine(DecisionEncoder.PLAIN, 1_000_000);
    private KeyValueStore<Bytes, byte[]> store;
    private RunStore runs;

    @BeforeEach
    void start() {
        store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("runs"), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        runs = new RunStore(store, CACHED);
    }

    @Test
    void aHundredThousandRunsOfOnePartitionAreEachReadBackAsTheyWere() {
        for (int i = 0; i < RUNS; i++) {
            step(Input.mutation(creation("run-" + i), Origin.NONE));
        }
        // Identity, header, task, the remembered message, the planner.
        assertThat(store.approximateNumEntries()).isEqualTo(5L * RUNS);

        for (int i = 0; i < RUNS; i += 997) {
            Decided decided = step(Input.report(submitted("run-" + i), Origin.NONE));
            assertThat(decided.changes())
                    .as("entries that a first completion changes: the task, its worker, what is remembered, the header")
                    .hasSize(4);
            Run run = runs.get("run-" + i);
            assertThat(run.phase()).isEqualTo(Phase.COMPLETED);
            byte[] digest = run.stateDigest();
            runs.evict("run-" + i);
            assertThat(runs.get("run-" + i).stateDigest()).isEqualTo(digest);
        }
    }

    @Test
    void aRunThatNobodyCreatedDoesNotExistAndLeavesNothing() {
        assertThat(runs.get("nobody").exists()).isFalse();
        step(Input.report(submitted("nobody"), Origin.NONE));
        assertThat(store.approximateNumEntries()).isZero();
    }

    @Test
    void aRunIsNotTakenForOneWhoseIdItsOwnBegins() {
        step(Input.mutation(creation("run"), Origin.NONE));
        step(Input.mutation(creation("run-1"), Origin.NONE));
        runs.evict("run");
        assertThat(runs.get("run").sequence()).isEqualTo(1);
        assertThat(runs.get("run").entries()).hasSize(5);
    }

    private Decided step(Input input) {
        Run run = runs.get(input.runId());
        Decided decided = engine.step(run, input, NOW.toEpochMilli()).orElseThrow();
        runs.put(run, decided.changes());
        return decided;
    }

    private static Mutation creation(String runId) {
        Operation op = new Operation();
        op.setAddTask(new AddTask(TaskSpec.newBuilder().setTaskId("a").build()));
        Mutation m = new Mutation();
        m.setMessages(List.of());
        m.setMessageId("create");
        m.setRunId(runId);
        m.setSentAt(NOW);
        m.setActor("planner");
        m.setCreateRun(new CreateRun("", "", "default", Map.of(), null, null, null, null, List.of()));
        m.setOperations(List.of(op));
        return m;
    }

    private static Report submitted(String runId) {
        Report r = new Report();
        r.setMessageId("submitted");
        r.setRunId(runId);
        r.setWorkerId("w");
        r.setTaskId("a");
        r.setAttempt(1);
        r.setSentAt(NOW);
        r.setSubmitted(new Submitted(null, null));
        return r;
    }
}
