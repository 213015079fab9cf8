package io.taskgraph.topology;

import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.store.CoalescingStore;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The one topology. Every node and store is named here, once, and keeps its name: an upgrade finds the internal topics
 * and offsets of the version before. Input records come in as bytes, so that one that cannot be read is a dead letter
 * and not the end of the thread.
 */
public final class RunTopology {
    /** The store of run entries; its changelog is {@code <application id>-run-entries-changelog}. */
    public static final String ENTRIES = "run-entries";
    /** The store of run timers. */
    public static final String TIMERS = "run-timers";
    /** The store of which runs use which extensions. */
    public static final String EXTENSION_USERS = "extension-users";

    static final String DECIDE = "decide";
    static final String PROJECT_COMMANDS = "project-commands";
    static final String PROJECT_SUMMARIES = "project-summaries";
    static final String PROJECT_CHECKPOINTS = "project-checkpoints";
    static final String DECISIONS = "decisions";
    static final String COMMANDS = "commands";
    static final String SIGNALS = "signals";
    static final String RUNS = "runs";
    static final String CHECKPOINTS = "checkpoints";
    static final String POLICIES = "policies";
    static final String EXTENSIONS = "extensions";
    static final String PROJECT_EXTENSIONS = "project-extensions";
    static final String REGISTRY = "registry";
    static final String DEAD_LETTERS = "dead-letters";

    private RunTopology() {}

    /**
     * Builds it.
     *
     * @param cachedEntries entries of hot runs to keep on the heap, a partition
     */
    public static Topology build(Wiring wiring, CommitPacing pacing, int cachedEntries) {
        TopicCatalogue t = wiring.topics;
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        Topology topology = new Topology();
        topology.addSource("mutations", in, in, t.mutations().name());
        topology.addSource("reports", in, in, t.reports().name());
        topology.addSource("heartbeats", in, in, t.heartbeats().name());
        topology.addSource("directives", in, in, t.directives().name());
        topology.addProcessor(
                DECIDE,
                () -> new DecideProcessor(wiring, pacing, cachedEntries),
                "mutations",
                "reports",
                "heartbeats",
                "directives");
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(POLICIES), Serdes.Bytes(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                "policy-profiles",
                in,
                in,
                t.policies().name(),
                "keep-policies",
                () -> new PolicyKeeper(wiring.policies::read));
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(EXTENSIONS), Serdes.Bytes(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                "registered-extensions",
                in,
                in,
                t.extensions().name(),
                "keep-extensions",
                () -> new ExtensionKeeper(wiring.registered::read));
        topology.addStateStore(store(EXTENSION_USERS), DECIDE);
        topology.addStateStore(store(ENTRIES), DECIDE);
        topology.addStateStore(store(TIMERS), DECIDE);
        topology.addProcessor(PROJECT_COMMANDS, () -> new CommandProjector(wiring), DECIDE);
        topology.addProcessor(PROJECT_SUMMARIES, () -> new SummaryProjector(wiring), DECIDE);
        topology.addProcessor(PROJECT_CHECKPOINTS, () -> new CheckpointProjector(wiring), DECIDE);
        topology.addProcessor(PROJECT_EXTENSIONS, () -> new ExtensionProjector(wiring), DECIDE);
        topology.addSink(DECISIONS, t.decisions().name(), out, out, DECIDE);
        topology.addSink(DEAD_LETTERS, t.deadLetters().name(), out, out, DECIDE);
        topology.addSink(COMMANDS, t.commands().name(), out, out, PROJECT_COMMANDS);
        topology.addSink(SIGNALS, t.signals().name(), out, out, PROJECT_COMMANDS);
        topology.addSink(RUNS, t.runs().name(), out, out, PROJECT_SUMMARIES);
        topology.addSink(
                CHECKPOINTS, t.checkpoints().name(), out, out, new CheckpointProjector.ByRun(), PROJECT_CHECKPOINTS);
        topology.addSink(REGISTRY, t.extensions().name(), out, out, PROJECT_EXTENSIONS);
        return topology;
    }

    /** An entry that changes several times between two commits is written once. */
    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
        return CoalescingStore.builder(
                name, Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(TopicCatalogue.MAX_RECORD_BYTES)));
    }
}
