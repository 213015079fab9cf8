package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.client.ControlPlaneByHand;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.StoredKey;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.codec.WireFormat;
import io.taskgraph.schemas.registry.SchemaRegistration;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.SnapshotTopic;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who may write the decision log puts a record there that no control plane wrote: both forms of replay find it. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(120)
class ForgedRecordsTest {
    private static final String PREFIX = "forged.";
    private static final String CHANGELOG = TopologySettings.applicationId(PREFIX) + "-run-entries-changelog";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final Map<String, Run> RUNS = new HashMap<>();

    @TempDir
    static Path exports;

    private static EmbeddedCluster cluster;
    private static ControlPlaneByHand plane;

    @BeforeAll
    static void start(EmbeddedCluster embedded) {
        cluster = embedded;
        plane = new ControlPlaneByHand(embedded, PREFIX);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", embedded.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(CHANGELOG, plane.topics.partitions(), (short) 1)
                            .configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    @Test
    void anAlteredCopyWithoutHeadersIsFound() throws Exception {
        Decision d = aRun("bare");
        assertThat(verdicts("replay", "bare").get(0).path("agrees").asBoolean()).isTrue();

        d.setRule("forged");
        append("bare", d, null);

        assertFound("bare", "the sequence number is recorded as 1 and replayed as 2");
    }

    @Test
    void anAlteredCopyWithAnothersHeaderIsFound() throws Exception {
        Decision d = aRun("mislabelled");

        d.setRule("forged");
        append("mislabelled", d, "another");

        assertFound("mislabelled", "the sequence number is recorded as 1 and replayed as 2");
    }

    /** In the run's partition, under a key of which the producer knows that it goes there. */
    @Test
    void anAlteredCopyUnderAnothersKeyIsFound() throws Exception {
        Decision d = aRun("stray");

        d.setRule("forged");
        append("another", d, "another");

        assertFound("stray", "the run that the decision is of is recorded as stray and replayed as another by its key");
    }

    /** Replay has let it go by then: it stands where its live state was read. */
    @Test
    void anAlteredCopyAtTheEndOfARunThatWasProvedIsFound() throws Exception {
        Decision d = aRunWithLiveState("proved");

        d.setRule("forged");
        append("proved", d, null);

        assertFound("proved", "the sequence number is recorded as 1 and replayed as 3");
    }

    @Test
    void aDecisionThatContinuesTheNumbersOfAProvedRunAndNotItsChainIsFound() throws Exception {
        Decision d = aRunWithLiveState("unchained");

        d.setSequence(3);
        append("unchained", d, null);

        assertFound("unchained", "the previous decision's hash is recorded as " + "0".repeat(64));
    }

    @Test
    void aDecisionOfAProvedRunUnderAnothersKeyIsFound() throws Exception {
        Decision d = aRunWithLiveState("proved-stray");

        append("another", d, null);

        assertFound(
                "proved-stray", "the run that the decision is of is recorded as proved-stray and replayed as another");
    }

    @Test
    void laterWorkThatContinuesTheChainIsNoDivergence() throws Exception {
        aRunWithLiveState("going-on");
        plane.decide(step("going-on", Input.report(submitted("going-on", "b"), new Origin(0, 2)))
                .decision());

        for (List<String> command : List.of(List.of("replay", "going-on"), List.of("replay"))) {
            JsonNode verdict = verdictOf("going-on", command);
            assertThat(verdict.path("agrees").asBoolean()).as("%s", command).isTrue();
            assertThat(verdict.path("sequence").asInt()).as("%s", command).isEqualTo(2);
        }
        assertThat(run("replay", "going-on").out())
                .contains(
                        "Not checked: The state after 1 decisions that were made since the live state was read; each follows the"
                                + " one before.");
    }

    @Test
    void aCopyInAnotherPartitionIsFoundByAReplayOfAllRuns() throws Exception {
        Decision d = aRunWithLiveState("elsewhere");

        d.setRule("forged");
        append("elsewhere", d, null, 1);

        assertThat(verdictOf("elsewhere", List.of("replay"))
                        .path("divergence")
                        .path("sentence")
                        .asText())
                .contains("the partition that the decision stands in is recorded as");
    }

    @Test
    void whatReplayOfOneRunDoesNotReadIsSaid() throws Exception {
        aRun("alone");

        assertThat(run("replay", "alone").out()).contains("Not checked: Other partitions of the log than the run's");
        assertThat(run("replay").out()).doesNotContain("Other partitions");
    }

    @Test
    void aDecisionThatIsCutOffInTheMiddleIsNamedByWhoeverReadsIt() throws Exception {
        Decision d = aRun("torn");
        d.setSequence(2);
        byte[] whole = framed(d);
        append("torn", Arrays.copyOf(whole, whole.length - 40));

        assertFound("torn", "the decision is recorded as unreadable (");
        assertUnreadable("torn", "The bytes are not a Decision");
    }

    @Test
    void aDecisionWithASchemaThatTheRegistryDoesNotHaveIsNamedByWhoeverReadsIt() throws Exception {
        Decision d = aRun("schemaless");
        d.setSequence(2);
        byte[] payload = framed(d);
        append(
                "schemaless",
                WireFormat.frame(4_711_000, Arrays.copyOfRange(payload, WireFormat.HEADER_BYTES, payload.length)));

        assertFound("schemaless", "the decision is recorded as unreadable (");
        assertUnreadable("schemaless", "4711000");
    }

    /** A later version has one more kind of fact: a field of Fact that this one does not know. */
    @Test
    void aDecisionWithAFactThatThisVersionDoesNotKnowIsNamed() throws Exception {
        Decision d = aRun("newer");
        byte[] first = framed(d);
        byte[] payload = Arrays.copyOfRange(first, WireFormat.HEADER_BYTES, first.length);
        String text = Decision.getClassSchema().toString();
        String fact = "\"name\":\"Fact\"";
        int fields = text.indexOf("\"fields\":[", text.indexOf(fact)) + "\"fields\":[".length();
        Schema later = new Schema.Parser()
                .parse(text.substring(0, fields)
                        + "{\"name\":\"fromTheFuture\",\"type\":[\"null\",\"string\"],\"default\":null},"
                        + text.substring(fields));
        GenericRecord written = new GenericDatumReader<GenericRecord>(Decision.getClassSchema(), later)
                .read(null, DecoderFactory.get().binaryDecoder(payload, null));
        GenericRecord unknown =
                new GenericData.Record(later.getField("facts").schema().getElementType());
        unknown.put("fromTheFuture", "x");
        written.put("facts", List.of(unknown));
        written.put("sequence", 2L);
        written.put(
                "previousHash",
                GenericData.get()
                        .createFixed(
                                null,
                                RUNS.get("newer").lastHash(),
                                later.getField("previousHash").schema()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(later).write(written, encoder);
        encoder.flush();
        try (SchemaRegistry registry = SchemaRegistry.open(cluster.registryUrl())) {
            int id = SchemaRegistration.register(registry, plane.topics.decisions(), later);
            append("newer", WireFormat.frame(id, out.toByteArray()));
        }

        assertFound("newer", "Run newer diverges at decision 2");
        assertThat(run("show", "newer", "--at", "2"))
                .matches(r -> r.exitCode() == 1)
                .matches(r -> r.err().startsWith("taskgraph: Run newer diverges at decision 2"));
    }

    private static void assertUnreadable(String runId, String why) throws Exception {
        for (List<String> command : List.of(
                List.of("show", runId, "--at", "2"),
                List.of("diff", runId, "--from", "1"),
                List.of("events", runId),
                List.of("trace", runId),
                List.of("export", runId, "--to", exports.resolve(runId).toString()))) {
            CommandLineRun refused = run(command.toArray(String[]::new));
            assertThat(refused.exitCode()).as("%s", command).isEqualTo(1);
            assertThat(refused.err())
                    .as("%s", command)
                    .startsWith("taskgraph: ")
                    .contains(plane.topics.decisions().name() + "-" + partitionOf(runId))
                    .contains(why)
                    .hasLineCount(1);
        }
    }

    private static byte[] framed(Decision d) {
        try (SchemaRegistry registry = SchemaRegistry.open(cluster.registryUrl())) {
            return registry.serializer(plane.topics.decisions()).write(d);
        }
    }

    private static void append(String runId, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    plane.topics.decisions().name(), partitionOf(runId), runId.getBytes(UTF_8), value);
            RecordHeaders.put(record.headers(), RecordHeaders.RUN_ID, runId);
            producer.send(record).get();
        }
    }

    private static void assertFound(String runId, String what) throws Exception {
        for (List<String> command : List.of(List.of("replay", runId), List.of("replay"))) {
            JsonNode verdict = verdictOf(runId, command);
            assertThat(verdict.path("agrees").asBoolean()).as("%s", command).isFalse();
            assertThat(verdict.path("divergence").path("sentence").asText())
                    .as("%s", command)
                    .contains(what);
        }
        assertThat(run("replay", runId).exitCode()).isEqualTo(1);
    }

    private static JsonNode verdictOf(String runId, List<String> command) throws Exception {
        return verdicts(command.toArray(String[]::new)).stream()
                .filter(v -> v.path("run_id").asText().equals(runId))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> verdicts(String... args) throws Exception {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--json");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : run(all.toArray(String[]::new)).out().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** A run of two tasks, as the control plane would have decided it. */
    private static Decision aRun(String runId) {
        Mutation m = new Mutation();
        m.setMessages(List.of());
        m.setMessageId("create-" + runId);
        m.setRunId(runId);
        m.setSentAt(NOW);
        m.setActor("planner");
        m.setCreateRun(
                CreateRun.newBuilder().setName(runId).setPreset("default").build());
        m.setOperations(List.of(add("a"), add("b")));
        Decision d = step(runId, Input.mutation(m, new Origin(0, 0))).decision();
        plane.decide(d);
        return d;
    }

    /** The same with a decision more, and its state in the stores' changelog. The first decision. */
    private static Decision aRunWithLiveState(String runId) throws Exception {
        Decision first = aRun(runId);
        plane.decide(step(runId, Input.report(submitted(runId, "a"), new Origin(0, 1)))
                .decision());
        int partition = partitionOf(runId);
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (EntryChange e : RUNS.get(runId).entries()) {
                producer.send(new ProducerRecord<>(
                                CHANGELOG, partition, StoredKey.of(StoredKey.prefix(runId), e.key()), e.value()))
                        .get();
            }
        }
        for (List<String> command : List.of(List.of("replay", runId), List.of("replay"))) {
            JsonNode verdict = verdictOf(runId, command);
            assertThat(verdict.path("agrees").asBoolean()).isTrue();
            assertThat(verdict.path("compared_with_live_state").asBoolean()).isTrue();
        }
        return first;
    }

    private static Decided step(String runId, Input input) {
        return new Engine(DecisionEncoder.PLAIN, 1_000_000)
                .step(RUNS.computeIfAbsent(runId, Run::of), input, NOW.toEpochMilli())
                .orElseThrow();
    }

    private static Operation add(String task) {
        Operation add = new Operation();
        add.setAddTask(new AddTask(TaskSpec.newBuilder().setTaskId(task).build()));
        return add;
    }

    private static Report submitted(String runId, String task) {
        Report r = new Report();
        r.setMessageId("submitted-" + task);
        r.setRunId(runId);
        r.setWorkerId("w");
        r.setTaskId(task);
        r.setAttempt(1);
        r.setSentAt(NOW);
        r.setSubmitted(new Submitted("result of " + task, null));
        return r;
    }

    /** Where the run's records stand. */
    private static int partitionOf(String runId) {
        return SnapshotTopic.partitionOf(runId, plane.topics.partitions());
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrap()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void append(String key, Decision d, String header) throws Exception {
        append(key, d, header, 0);
    }

    /** @param further so many partitions further than the run's */
    private static void append(String key, Decision d, String header, int further) throws Exception {
        try (SchemaRegistry registry = SchemaRegistry.open(cluster.registryUrl());
                KafkaProducer<byte[], byte[]> producer = producer()) {
            byte[] value = registry.serializer(plane.topics.decisions()).write(d);
            int partition = (partitionOf(d.getRunId()) + further) % plane.topics.partitions();
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(plane.topics.decisions().name(), partition, key.getBytes(UTF_8), value);
            if (header != null) {
                RecordHeaders.put(record.headers(), RecordHeaders.RUN_ID, header);
            }
            producer.send(record).get();
        }
    }

    private static CommandLineRun run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap", cluster.bootstrap(), "--registry", cluster.registryUrl()));
        all.addAll(List.of("--prefix", PREFIX));
        return CommandLineRun.of(all.toArray(String[]::new));
    }
}
