package io.taskgraph.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.trace.SpanIds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the topology writes about checkpoints, and what it hands on of a trace. */
class CheckpointTopologyTest {
    @TempDir
    Path state;

    private static final String POLICY = """
            name: kept
            flags: {trace_replay: true}
            checkpoints: {at: [executing], keep: 1}
            """;

    @Test
    void aCheckpointIsARecordAndOneThatMakesWayATombstone() {
        try (TopologyFixture t = new TopologyFixture(state)) {
            t.publish(POLICY);
            t.mutations.pipeInput("r", t.create("r", "kept@1", "a"));
            Directive save = t.directive("r", "ann");
            save.setSaveCheckpoint(new SaveCheckpoint("mine", "half way", Map.of()));
            t.directives.pipeInput("r", save);

            List<KeyValue<String, Checkpoint>> written = t.checkpoints.readKeyValuesToList();
            List<Decision> decisions = t.decisions.readValuesToList();

            assertThat(written).extracting(kv -> kv.key).containsExactly("r/executing@1", "r/mine@2", "r/executing@1");
            assertThat(written.get(2).value).isNull();
            Checkpoint mine = written.get(1).value;
            assertThat(mine.getTakenBy()).isEqualTo("directives");
            assertThat(mine.getActor()).isEqualTo("ann");
            assertThat(mine.getSequence()).isEqualTo(2);
            assertThat(mine.getStateDigest()).isEqualTo(decisions.get(1).getStateDigest());
            assertThat(written.get(0).value.getDecisionHash())
                    .as("the hash of the decision that took it")
                    .isEqualTo(decisions.get(1).getPreviousHash());
        }
    }

    @Test
    void theKeysOfARunsCheckpointsAreInThePartitionOfTheRun() {
        CheckpointProjector.ByRun byRun = new CheckpointProjector.ByRun();
        for (String run : List.of("r", "another-run", "x.y_z")) {
            byte[] plain = run.getBytes(StandardCharsets.UTF_8);
            assertThat(byRun.partitions("t", (run + "/c@1").getBytes(StandardCharsets.UTF_8), null, 7))
                    .isEqualTo(byRun.partitions("t", plain, null, 7));
        }
    }

    @Test
    void aTraceInTheHeadersOfACreationGoesOnWithTheAttemptsSpan() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        try (TopologyFixture t = new TopologyFixture(state)) {
            TestRecord<String, Mutation> create = new TestRecord<>("r", t.create("r", "default", "a"));
            create.headers()
                    .add(header(RecordHeaders.TRACEPARENT, "00-" + trace + "-00f067aa0ba902b7-01"))
                    .add(header(RecordHeaders.TRACESTATE, "a=1"))
                    .add(header(RecordHeaders.TRACESTATE, "b=2"));
            t.mutations.pipeInput(create);

            TestRecord<String, Command> dispatch = t.commands.readRecord();

            String expected = "00-" + trace + "-" + SpanIds.attempt("r", "a", 1) + "-01";
            assertThat(dispatch.value().getDispatch().getTraceparent()).isEqualTo(expected);
            assertThat(dispatch.value().getDispatch().getTracestate()).isEqualTo("a=1,b=2");
            assertThat(RecordHeaders.get(dispatch.headers(), RecordHeaders.TRACEPARENT))
                    .contains(expected);
            assertThat(RecordHeaders.get(dispatch.headers(), RecordHeaders.TRACESTATE))
                    .contains("a=1,b=2");
        }
    }

    @Test
    void aBrokenTraceInTheHeadersHarmsNobody() {
        try (TopologyFixture t = new TopologyFixture(state)) {
            TestRecord<String, Mutation> create = new TestRecord<>("r", t.create("r", "default", "a"));
            create.headers().add(header(RecordHeaders.TRACEPARENT, "nonsense"));
            t.mutations.pipeInput(create);

            assertThat(t.commands.readValue().getDispatch().getTraceparent()).isNull();
        }
    }

    private static RecordHeader header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
