package io.taskgraph.retention;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.ForgetRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TakeSnapshot;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.StoredKey;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.replay.Archive;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.admin.TopicAdmin;
import io.taskgraph.schemas.codec.WireFormat;
import io.taskgraph.schemas.registry.RecordSerializer;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.SnapshotKey;
import io.taskgraph.snapshot.SnapshotTopic;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A control plane without Streams: the engine on a clock that a test moves, whose inputs, decisions, changelog and
 * summaries stand on a real broker as the real one's do.
 */
final class Plane implements AutoCloseable {
    static final long START = 1_767_225_600_000L;

    final TopicCatalogue topics;
    /** Time passes here by the hour, and nobody fires timers. */
    static final String CAPS = "caps: {max_tasks: 100000, max_runtime: 0s, worker_timeout: 0s, start_timeout: 24h}\n";

    static final String ON = "name: test\nflags: {mutable_graph: true, trace_replay: true}\n" + CAPS;

    final ReplaySource source;
    long now = START;
    private final Admin admin;
    private final SchemaRegistry registry;
    private final KafkaProducer<byte[], byte[]> producer;
    private final RecordSerializer<Decision> log;
    private final Engine engine;
    private final Map<String, Run> runs = new TreeMap<>();
    /** What tasks have as their payload; null: nothing. */
    String payload;

    private int messages;

    Plane(EmbeddedCluster cluster, String prefix, int partitions, Map<String, String> logSettings) {
        topics = TopicCatalogue.of(prefix, partitions);
        source = new ReplaySource(cluster.bootstrap(), cluster.registryUrl(), topics, prefix + "app", Map.of());
        Map<String, Object> clients = Map.of("bootstrap.servers", cluster.bootstrap());
        admin = Admin.create(clients);
        if (!logSettings.isEmpty()) {
            create(topics.decisions().name(), partitions, logSettings);
        }
        new TopicAdmin(admin).create(topics, Optional.empty());
        create(prefix + "app-run-entries-changelog", partitions, Map.of("cleanup.policy", "compact"));
        registry = SchemaRegistry.open(cluster.registryUrl());
        producer = new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer());
        log = registry.serializer(topics.decisions());
        engine = new Engine(
                new DecisionEncoder() {
                    @Override
                    public byte[] encode(Decision d) {
                        return log.write(d);
                    }

                    @Override
                    public int headerBytes() {
                        return WireFormat.HEADER_BYTES;
                    }
                },
                900_000);
    }

    private void create(String topic, int partitions, Map<String, String> settings) {
        try {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** A run with these tasks, all ready. */
    Decision create(String runId, String document, String... tasks) {
        Mutation m = mutation(runId, tasks);
        m.setCreateRun(CreateRun.newBuilder().setName(runId).setPreset("test").build());
        Policy policy = Policy.parse(document);
        return step(
                topics.mutations(), runId, m, origin -> new Input.OfMutation(m, origin, name -> Optional.of(policy)));
    }

    Decision patch(String runId, String... tasks) {
        Mutation m = mutation(runId, tasks);
        return step(topics.mutations(), runId, m, origin -> Input.mutation(m, origin));
    }

    private Mutation mutation(String runId, String... tasks) {
        Mutation m = new Mutation();
        m.setMessages(List.of());
        m.setMessageId("m" + ++messages);
        m.setRunId(runId);
        m.setSentAt(Instant.ofEpochMilli(now));
        m.setActor("planner");
        m.setOperations(Arrays.stream(tasks).map(this::add).toList());
        return m;
    }

    private Operation add(String id) {
        Operation op = new Operation();
        op.setAddTask(new AddTask(
                TaskSpec.newBuilder().setTaskId(id).setPayload(payload).build()));
        return op;
    }

    /** A worker is done with the first attempt of a task. */
    Decision finish(String runId, String task) {
        Report r = new Report();
        r.setMessageId("m" + ++messages);
        r.setRunId(runId);
        r.setWorkerId("w");
        r.setTaskId(task);
        r.setAttempt(1);
        r.setSentAt(Instant.ofEpochMilli(now));
        r.setSubmitted(new Submitted("result of " + task, null));
        return step(topics.reports(), runId, r, origin -> Input.report(r, origin));
    }

    Decision askForSnapshot(String runId) {
        Directive d = directive(runId);
        d.setTakeSnapshot(new TakeSnapshot());
        return step(topics.directives(), runId, d, origin -> Input.directive(d, origin));
    }

    Decision saveCheckpoint(String runId, String name) {
        Directive d = directive(runId);
        d.setSaveCheckpoint(SaveCheckpoint.newBuilder().setName(name).build());
        return step(topics.directives(), runId, d, origin -> Input.directive(d, origin));
    }

    Forgetting forget(String runId) {
        Directive d = directive(runId);
        d.setForgetRun(new ForgetRun());
        Decision decided = step(topics.directives(), runId, d, origin -> Input.directive(d, origin));
        Rejection refusal = decided.getRejection();
        if (refusal == null) {
            return Forgetting.done();
        }
        String why = refusal.getCode() + ": " + refusal.getMessage();
        return refusal.getCode() == RejectionCode.UNKNOWN_RUN ? Forgetting.unknown(why) : Forgetting.refused(why);
    }

    /** The decisions at which snapshots of the run stand. */
    List<Long> standing(String runId) {
        try (SnapshotTopic topic = snapshots()) {
            return List.copyOf(topic.index().of(runId).keySet());
        }
    }

    private Directive directive(String runId) {
        Directive d = new Directive();
        d.setMessageId("m" + ++messages);
        d.setRunId(runId);
        d.setSentAt(Instant.ofEpochMilli(now));
        d.setActor("olga");
        d.setReason("because");
        return d;
    }

    private interface Reading {
        Input at(Origin origin);
    }

    private <T extends SpecificRecord> Decision step(Topic<T> topic, String runId, T message, Reading reading) {
        Run run = runs.computeIfAbsent(runId, Run::of);
        byte[] key = runId.getBytes(UTF_8);
        Origin origin;
        try {
            var at = producer.send(new ProducerRecord<>(
                            topic.name(), key, registry.serializer(topic).write(message)))
                    .get();
            origin = new Origin(at.partition(), at.offset());
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
        Decided decided = engine.step(run, reading.at(origin), now).orElseThrow();
        ProducerRecord<byte[], byte[]> decision =
                new ProducerRecord<>(topics.decisions().name(), key, decided.bytes());
        RecordHeaders.put(decision.headers(), RecordHeaders.RUN_ID, runId);
        producer.send(decision);
        byte[] prefix = StoredKey.prefix(runId);
        for (EntryChange c : decided.changes()) {
            producer.send(new ProducerRecord<>(
                    source.applicationId() + "-run-entries-changelog",
                    SnapshotTopic.partitionOf(runId, topics.partitions()),
                    StoredKey.of(prefix, c.key()),
                    c.value()));
        }
        producer.send(new ProducerRecord<>(topics.runs().name(), key, run.exists() ? summary(run) : null));
        producer.flush();
        return decided.decision();
    }

    private byte[] summary(Run run) {
        return registry.serializer(topics.runs())
                .write(RunSummary.newBuilder()
                        .setRunId(run.runId())
                        .setPhase(run.phase())
                        .setCreatedAt(Instant.ofEpochMilli(run.identity().createdAt()))
                        .setUpdatedAt(Instant.ofEpochMilli(run.lastDecidedAt()))
                        .setSequence(run.sequence())
                        .setGraphVersion(run.graphVersion())
                        .setStateDigest(new Digest(run.stateDigest()))
                        .setDecisionHash(new Digest(run.lastHash()))
                        .build());
    }

    /** Puts on the decision log what no control plane wrote. */
    void append(String runId, byte[] value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topics.decisions().name(), runId.getBytes(UTF_8), value);
        RecordHeaders.put(record.headers(), RecordHeaders.RUN_ID, runId);
        producer.send(record);
        producer.flush();
    }

    /** Writes a chunk by hand, or takes it away if null. */
    void write(SnapshotKey key, RunSnapshot chunk) {
        int partition = SnapshotTopic.partitionOf(key.runId(), topics.partitions());
        producer.send(new ProducerRecord<>(
                topics.snapshots().name(),
                partition,
                key.bytes(),
                chunk == null ? null : registry.serializer(topics.snapshots()).write(chunk)));
        producer.flush();
    }

    /** The steps that keep this plane's history, who has runs forgotten by it. */
    KafkaSteps steps() {
        return steps(Optional.empty());
    }

    /** The same; what is cut off goes there first. */
    KafkaSteps steps(Optional<Archive> archive) {
        return new KafkaSteps(source, archive, this::forget);
    }

    /** One pass by a keeper that knows nothing yet. */
    RetentionReport pass() {
        try (Keeper keeper = Keeper.open(source, () -> now);
                KafkaSteps steps = steps()) {
            return keeper.pass(steps, left -> {});
        }
    }

    /** The same; what is cut off goes there first. */
    RetentionReport pass(Path archive) {
        try (Archive open = Archive.open(source, archive);
                Keeper keeper = Keeper.open(source, () -> now);
                KafkaSteps steps = steps(Optional.of(open))) {
            return keeper.pass(steps, left -> {});
        }
    }

    ReplayReport replay() {
        return Replay.all(source, Replay.Progress.NONE);
    }

    /** Where a topic's partition begins. */
    long begin(Topic<?> topic, int partition) {
        TopicPartition tp = new TopicPartition(topic.name(), partition);
        try {
            return admin.listOffsets(Map.of(tp, OffsetSpec.earliest()))
                    .partitionResult(tp)
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    Admin admin() {
        return admin;
    }

    SnapshotTopic snapshots() {
        SnapshotTopic topic =
                SnapshotTopic.open(Map.of("bootstrap.servers", source.bootstrap()), topics, registry, Optional.empty());
        topic.catchUp();
        return topic;
    }

    SchemaRegistry registry() {
        return registry;
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
        registry.close();
    }
}
