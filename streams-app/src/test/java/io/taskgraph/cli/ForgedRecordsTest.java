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
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.client.ControlPlaneByHand;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Somebody who may write the decision log puts a record there that no control plane wrote: both forms of replay find it. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(120)
class ForgedRecordsTest {
    private static final String PREFIX = "forged.";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static EmbeddedCluster cluster;
    private static ControlPlaneByHand plane;

    @BeforeAll
    static void start(EmbeddedCluster embedded) {
        cluster = embedded;
        plane = new ControlPlaneByHand(embedded, PREFIX);
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

    @Test
    void whatReplayOfOneRunDoesNotReadIsSaid() throws Exception {
        aRun("alone");

        assertThat(run("replay", "alone").out()).contains("Not checked: Other partitions of the log than the run's");
        assertThat(run("replay").out()).doesNotContain("Other partitions");
    }

    private static void assertFound(String runId, String what) throws Exception {
        for (List<String> command : List.of(List.of("replay", runId), List.of("replay"))) {
            JsonNode verdict = verdicts(command.toArray(String[]::new)).stream()
                    .filter(v -> v.path("run_id").asText().equals(runId))
                    .findFirst()
                    .orElseThrow();
            assertThat(verdict.path("agrees").asBoolean()).as("%s", command).isFalse();
            assertThat(verdict.path("divergence").path("sentence").asText())
                    .as("%s", command)
                    .contains(what);
        }
        assertThat(run("replay", runId).exitCode()).isEqualTo(1);
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

    /** A run of one task, as the control plane would have decided it. */
    private static Decision aRun(String runId) {
        Mutation m = new Mutation();
        m.setMessages(List.of());
        m.setMessageId("create-" + runId);
        m.setRunId(runId);
        m.setSentAt(NOW);
        m.setActor("planner");
        m.setCreateRun(
                CreateRun.newBuilder().setName(runId).setPreset("default").build());
        Operation add = new Operation();
        add.setAddTask(new AddTask(TaskSpec.newBuilder().setTaskId("a").build()));
        m.setOperations(List.of(add));
        Decision d = new Engine(DecisionEncoder.PLAIN, 1_000_000)
                .step(Run.of(runId), Input.mutation(m, new Origin(0, 0)), NOW.toEpochMilli())
                .orElseThrow()
                .decision();
        plane.decide(d);
        return d;
    }

    private static void append(String key, Decision d, String header) throws Exception {
        try (SchemaRegistry registry = SchemaRegistry.open(cluster.registryUrl());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", cluster.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            byte[] value = registry.serializer(plane.topics.decisions()).write(d);
            int partition = producer.send(new ProducerRecord<>(
                            plane.topics.runs().name(), d.getRunId().getBytes(UTF_8), null))
                    .get()
                    .partition();
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
