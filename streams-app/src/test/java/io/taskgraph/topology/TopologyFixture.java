package io.taskgraph.topology;

import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.AddDependency;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Checkpoint;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.DeadLetter;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.engine.StoredKey;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/** The topology under Kafka Streams' test driver: no broker, and time moves only when a test says so. */
final class TopologyFixture implements AutoCloseable {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final AtomicInteger SCOPE = new AtomicInteger();

    final TopicCatalogue topics = TopicCatalogue.standard();
    final SchemaRegistry registry = SchemaRegistry.open("mock://topology-" + SCOPE.incrementAndGet());
    final TopologyTestDriver driver;
    final TestInputTopic<String, Mutation> mutations;
    final TestInputTopic<String, Report> reports;
    final TestInputTopic<String, Heartbeat> heartbeats;
    final TestInputTopic<String, Directive> directives;
    final TestInputTopic<String, PolicyProfile> policies;
    final TestOutputTopic<String, Decision> decisions;
    final TestOutputTopic<String, Command> commands;
    final TestOutputTopic<String, Command> signals;
    final TestOutputTopic<String, RunSummary> summaries;
    final TestOutputTopic<String, Checkpoint> checkpoints;
    final TestOutputTopic<String, ExtensionRecord> extensions;
    final TestOutputTopic<String, DeadLetter> deadLetters;
    private int messages;

    TopologyFixture(Path stateDir) {
        this(stateDir, 1_000);
    }

    TopologyFixture(Path stateDir, int cachedEntries) {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, "topology-test");
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        p.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        driver = new TopologyTestDriver(
                RunTopology.build(
                        new Wiring(topics, registry),
                        new CommitPacing(topics.heartbeats().name()),
                        cachedEntries),
                p,
                START);
        mutations = input(topics.mutations().name(), registry.serde(topics.mutations()));
        reports = input(topics.reports().name(), registry.serde(topics.reports()));
        heartbeats = input(topics.heartbeats().name(), registry.serde(topics.heartbeats()));
        directives = input(topics.directives().name(), registry.serde(topics.directives()));
        policies = input(topics.policies().name(), registry.serde(topics.policies()));
        decisions = output(topics.decisions().name(), registry.serde(topics.decisions()));
        commands = output(topics.commands().name(), registry.serde(topics.commands()));
        signals = output(topics.signals().name(), registry.serde(topics.signals()));
        summaries = output(topics.runs().name(), registry.serde(topics.runs()));
        checkpoints = output(topics.checkpoints().name(), registry.serde(topics.checkpoints()));
        extensions = output(topics.extensions().name(), registry.serde(topics.extensions()));
        deadLetters = output(topics.deadLetters().name(), registry.serde(topics.deadLetters()));
    }

    private <T> TestInputTopic<String, T> input(String topic, Serde<T> serde) {
        return driver.createInputTopic(topic, new StringSerializer(), serde.serializer());
    }

    private <T> TestOutputTopic<String, T> output(String topic, Serde<T> serde) {
        return driver.createOutputTopic(topic, new StringDeserializer(), serde.deserializer());
    }

    /** The topic, to write bytes to that no serializer of ours would. */
    TestInputTopic<byte[], byte[]> raw(String topic) {
        return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Puts an entry into the store that no run can have. */
    void corrupt(String runId) {
        KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(RunTopology.ENTRIES);
        store.put(Bytes.wrap(StoredKey.of(StoredKey.prefix(runId), new byte[] {'?'})), new byte[] {1});
    }

    /** Takes an entry of a run out of the store, by its key within the run. */
    void lose(String runId, String key) {
        KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(RunTopology.ENTRIES);
        store.delete(Bytes.wrap(StoredKey.of(StoredKey.prefix(runId), key.getBytes(StandardCharsets.UTF_8))));
    }

    Mutation patch(String runId, String messageId, Operation... operations) {
        Mutation m = new Mutation();
        m.setMessages(List.of());
        m.setMessageId(messageId);
        m.setRunId(runId);
        m.setSentAt(START);
        m.setActor("planner");
        m.setOperations(List.of(operations));
        return m;
    }

    Operation addTask(String id) {
        Operation op = new Operation();
        op.setAddTask(new AddTask(TaskSpec.newBuilder().setTaskId(id).build()));
        return op;
    }

    Operation addDependency(String id, String dependsOn) {
        Operation op = new Operation();
        op.setAddDependency(new AddDependency(id, dependsOn));
        return op;
    }

    void advance(Duration d) {
        driver.advanceWallClockTime(d);
    }

    /** Creates a run under a preset; a task is its id, or its id, a colon and what it depends on, separated by commas. */
    Mutation create(String runId, String preset, String... tasks) {
        Mutation m = new Mutation();
        m.setMessages(List.of());
        m.setMessageId("create-" + runId);
        m.setRunId(runId);
        m.setSentAt(START);
        m.setActor("planner");
        m.setCreateRun(new CreateRun(runId, "", preset, Map.of(), null, null, null, null, List.of()));
        List<Operation> operations = new ArrayList<>();
        for (String t : tasks) {
            String[] parts = t.split(":");
            Operation op = new Operation();
            op.setAddTask(new AddTask(TaskSpec.newBuilder()
                    .setTaskId(parts[0])
                    .setDependsOn(parts.length == 1 ? List.of() : List.of(parts[1].split(",")))
                    .build()));
            operations.add(op);
        }
        m.setOperations(operations);
        return m;
    }

    Report report(String runId, String worker, String task, int attempt) {
        Report r = new Report();
        r.setMessageId("report-" + ++messages);
        r.setRunId(runId);
        r.setWorkerId(worker);
        r.setTaskId(task);
        r.setAttempt(attempt);
        r.setSentAt(START);
        return r;
    }

    Report started(String runId, String worker, String task, int attempt) {
        Report r = report(runId, worker, task, attempt);
        r.setStarted(new Started("default", java.util.List.of()));
        return r;
    }

    Report submitted(String runId, String worker, String task, int attempt) {
        Report r = report(runId, worker, task, attempt);
        r.setSubmitted(new Submitted("done by " + worker, null));
        return r;
    }

    /** Publishes a profile under its document's name and version; the selector as key, value, key, value… */
    void publish(String document, String... selector) {
        Policy policy = Policy.parse(document);
        publishAs(policy.name() + "@" + policy.version(), document, selector);
    }

    /** Publishes a document under any key, be it a policy or not. */
    void publishAs(String key, String document, String... selector) {
        Map<String, String> labels = new TreeMap<>();
        for (int i = 0; i < selector.length; i += 2) {
            labels.put(selector[i], selector[i + 1]);
        }
        policies.pipeInput(key, new PolicyProfile(key, 1, document, labels, START, "publisher"));
    }

    Report wants(String runId, String worker, String task, int attempt, String tool, Risk risk) {
        Report r = report(runId, worker, task, attempt);
        r.setActionWanted(new ActionWanted(tool, risk, Digests.sha256(tool.getBytes(StandardCharsets.UTF_8)), "why"));
        return r;
    }

    Report did(Report wanted) {
        ActionWanted w = wanted.getActionWanted();
        Report r = report(wanted.getRunId(), wanted.getWorkerId(), wanted.getTaskId(), wanted.getAttempt());
        r.setActionDone(new ActionDone(wanted.getMessageId(), w.getTool(), w.getRisk(), w.getArgumentsDigest()));
        return r;
    }

    /** A directive of that operator, whose kind is yet to be set. */
    Directive directive(String runId, String operator) {
        Directive d = new Directive();
        d.setMessageId("directive-" + ++messages);
        d.setRunId(runId);
        d.setSentAt(START);
        d.setActor(operator);
        d.setReason("because");
        return d;
    }

    Heartbeat heartbeat(String runId, String worker, String task, int attempt, Amounts usage) {
        return Heartbeat.newBuilder()
                .setRunId(runId)
                .setWorkerId(worker)
                .setSentAt(START)
                .setActive(List.of(new ActiveAttempt(task, attempt, usage, null)))
                .build();
    }

    @Override
    public void close() {
        driver.close();
        registry.close();
    }
}
