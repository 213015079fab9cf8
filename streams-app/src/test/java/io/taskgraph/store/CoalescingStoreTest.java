package io.taskgraph.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under the test driver, which commits after each record: so a record here is a transaction. */
class CoalescingStoreTest {
    /** What the processor does in one transaction, and what it saw. */
    private interface Step {
        void run(KeyValueStore<Bytes, byte[]> store);
    }

    private final List<String> seen = new ArrayList<>();
    private Step step;
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> input;
    private TestOutputTopic<String, String> changelog;

    @BeforeEach
    void start(@TempDir Path state) {
        Topology topology = new Topology();
        topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in");
        topology.addProcessor(
                "step",
                () -> new ContextualProcessor<byte[], byte[], byte[], byte[]>() {
                    @Override
                    public void process(Record<byte[], byte[]> record) {
                        step.run(context().getStateStore("store"));
                    }
                },
                "in");
        topology.addStateStore(CoalescingStore.builder("store", Map.of()), "step");
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, "app");
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        p.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(topology, p);
        input = driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
        changelog = driver.createOutputTopic("app-store-changelog", new StringDeserializer(), new StringDeserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void anEntryThatChangesTwiceInATransactionIsWrittenOnceAsItIsInTheEnd() {
        transaction(store -> {
            store.put(key("b"), value("1"));
            store.put(key("a"), value("1"));
            store.put(key("b"), value("2"));
        });

        assertThat(changelog.readKeyValuesToList()).containsExactly(KeyValue.pair("a", "1"), KeyValue.pair("b", "2"));
    }

    @Test
    void whatIsWrittenIsReadInTheSameTransactionAndInLaterOnes() {
        transaction(store -> {
            store.put(key("a"), value("1"));
            see(store.get(key("a")));
            store.delete(key("a"));
            see(store.get(key("a")));
            store.put(key("b"), value("2"));
        });
        transaction(store -> {
            see(store.get(key("a")));
            see(store.get(key("b")));
            see(store.putIfAbsent(key("b"), value("3")));
            see(store.putIfAbsent(key("c"), value("4")));
        });

        assertThat(seen).containsExactly("1", null, null, "2", "2", null);
        assertThat(changelog.readKeyValuesToList())
                .containsExactly(KeyValue.pair("a", null), KeyValue.pair("b", "2"), KeyValue.pair("c", "4"));
    }

    @Test
    void aScanSeesWhatTheTransactionWroteBeforeIt() {
        transaction(store -> store.put(key("run/old"), value("1")));
        transaction(store -> {
            store.put(key("run/new"), value("2"));
            store.put(key("run/old"), null);
            store.put(key("runs"), value("3"));
            scan(store, "run/");
            scan(store, "runs");
            scan(store, "other");
        });

        assertThat(seen).containsExactly("run/new=2", "runs=3");
    }

    @Test
    void whatIsHeldBackIsWrittenBeforeItFillsTheHeap() {
        byte[] megabyte = new byte[1 << 20];
        transaction(store -> {
            store.put(key("a"), value("1"));
            for (int i = 0; i < 20; i++) {
                store.put(key("k" + i), megabyte);
            }
            store.put(key("a"), value("2"));
        });

        assertThat(changelog.readKeyValuesToList())
                .filteredOn(e -> e.key.equals("a"))
                .extracting(e -> e.value)
                .as("what was written, and came again after it")
                .containsExactly("1", "2");
    }

    private void transaction(Step what) {
        step = what;
        input.pipeInput(new byte[] {1}, new byte[] {1});
    }

    private void scan(KeyValueStore<Bytes, byte[]> store, String prefix) {
        try (KeyValueIterator<Bytes, byte[]> entries = store.prefixScan(key(prefix), new BytesSerializer())) {
            entries.forEachRemaining(e -> seen.add(new String(e.key.get(), UTF_8) + "=" + new String(e.value, UTF_8)));
        }
    }

    private void see(byte[] value) {
        seen.add(value == null ? null : new String(value, UTF_8));
    }

    private static Bytes key(String key) {
        return Bytes.wrap(value(key));
    }

    private static byte[] value(String value) {
        return value.getBytes(UTF_8);
    }
}
