package io.taskgraph.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.ForgetRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RunSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given a run that ended, when it is forgotten, then neither store nor summary has it, and its id begins anew. */
class ForgettingTopologyTest {
    private static final String POLICY = """
            name: forgetting
            flags: {mutable_graph: true, trace_replay: true}
            retention: {finished: 1h}
            """;

    @TempDir
    Path stateDir;

    @Test
    void whatIsForgottenIsInNoStoreAndHasATombstoneForItsSummary() {
        try (TopologyFixture topology = new TopologyFixture(stateDir)) {
            // given
            topology.publish(POLICY);
            topology.mutations.pipeInput("r1", topology.create("r1", "forgetting", "a"));
            topology.mutations.pipeInput("r2", topology.create("r2", "forgetting", "a"));
            topology.reports.pipeInput("r1", topology.submitted("r1", "w1", "a", 1));
            List<RunSummary> told = topology.summaries.readValuesToList();
            assertThat(told.get(told.size() - 1).getPhase()).isEqualTo(Phase.COMPLETED);
            topology.advance(Duration.ofHours(1));
            topology.summaries.readValuesToList();
            topology.decisions.readValuesToList();
            // when
            Directive forget = topology.directive("r1", "olga");
            forget.setForgetRun(new ForgetRun());
            topology.directives.pipeInput("r1", forget);
            // then
            Decision d = topology.decisions.readValue();
            assertThat(d.getRejection()).isNull();
            assertThat(d.getFacts()).singleElement().matches(f -> f.getRunForgotten() != null);
            TestRecord<String, RunSummary> tombstone = topology.summaries.readRecord();
            assertThat(tombstone.key()).isEqualTo("r1");
            assertThat(tombstone.value()).isNull();
            assertThat(keys(topology, RunTopology.ENTRIES)).isNotEmpty().allMatch(k -> k.startsWith("r2"));
            assertThat(keys(topology, RunTopology.TIMERS)).doesNotContain("r1");
            // and when its id is taken again
            Mutation again = topology.create("r1", "forgetting", "z");
            topology.mutations.pipeInput("r1", again);
            // then what it was told before is forgotten, too
            Decision anew = topology.decisions.readValue();
            assertThat(anew.getSequence()).isEqualTo(1);
            assertThat(anew.getRejection()).isNull();
        }
    }

    private static List<String> keys(TopologyFixture topology, String name) {
        KeyValueStore<Bytes, byte[]> store = topology.driver.getKeyValueStore(name);
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> e = all.next();
                keys.add(new String(e.key.get(), UTF_8));
            }
        }
        return keys;
    }
}
