package io.taskgraph.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.admin.TopicAdmin;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.codec.WireFormat;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.RegistryRefusedException;
import io.taskgraph.schemas.registry.SchemaRegistration;
import io.taskgraph.schemas.registry.SchemaRegistration.Registered;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The topic catalogue and the serializers against a real broker and a real registry. */
class CatalogueOnEmbeddedClusterTest {
    private static EmbeddedCluster cluster;

    private final TopicCatalogue catalogue = TopicCatalogue.of("real.", 2);
    private final SchemaRegistry registry = SchemaRegistry.open(cluster.registryUrl());

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.start(EmbeddedOptions.defaults().withPorts(0, 0));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Heartbeat heartbeat() {
        return Heartbeat.newBuilder()
                .setRunId("run-1")
                .setWorkerId("worker-1")
                .setSentAt(Instant.parse("2026-02-03T04:05:06.789Z"))
                .build();
    }

    @Test
    void topicsAreCreatedOnceAndThenAreAsTheCatalogueSays() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            TopicAdmin topics = new TopicAdmin(admin);

            assertThat(topics.create(catalogue, Optional.empty())).isEqualTo(catalogue.all());
            assertThat(topics.create(catalogue, Optional.empty())).isEmpty();
            assertThat(topics.drift(catalogue)).isEmpty();
            // All but the command queue, the policies and the extensions, whose partitions are not configured
            assertThat(topics.drift(TopicCatalogue.of("real.", 3)))
                    .hasSize(catalogue.all().size() - 3);
        }
    }

    @Test
    void registeringIsIdempotentAndMakesSubjectsFullTransitive() throws Exception {
        List<Registered> first = SchemaRegistration.registerAll(registry, catalogue);
        List<Registered> again = SchemaRegistration.registerAll(SchemaRegistry.open(cluster.registryUrl()), catalogue);

        assertThat(again).isEqualTo(first);
        try (CachedSchemaRegistryClient client = new CachedSchemaRegistryClient(cluster.registryUrl(), 100)) {
            for (Topic<?> topic : catalogue.all()) {
                assertThat(client.getCompatibility(topic.subject()))
                        .as(topic.subject())
                        .isEqualTo("FULL_TRANSITIVE");
                assertThat(client.getAllVersions(topic.subject())).hasSize(1);
            }
        }
        SchemaRegistry strict =
                SchemaRegistry.open(RegistryConfig.of(cluster.registryUrl()).withAutoRegister(false));
        assertThat(first)
                .contains(new Registered(
                        "real.heartbeats-value",
                        strict.serializer(catalogue.heartbeats()).schemaId()));
    }

    @Test
    void ourRecordsAndConfluentsAreTheSame() {
        Topic<Heartbeat> topic = TopicCatalogue.of("both.", 1).heartbeats();
        byte[] ours = registry.serializer(topic).write(heartbeat());
        Map<String, Object> config = Map.of(
                "schema.registry.url", cluster.registryUrl(),
                "specific.avro.reader", true,
                "normalize.schemas", true,
                "avro.remove.java.properties", true);
        try (KafkaAvroSerializer serializer = new KafkaAvroSerializer();
                KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer()) {
            serializer.configure(config, false);
            deserializer.configure(config, false);

            assertThat(serializer.serialize(topic.name(), heartbeat())).isEqualTo(ours);
            assertThat(deserializer.deserialize(topic.name(), ours)).isEqualTo(heartbeat());
        }
        assertThat(SchemaRegistry.open(cluster.registryUrl())
                        .deserializer(topic)
                        .read(ours))
                .isEqualTo(heartbeat());
    }

    @Test
    void anIncompatibleSchemaIsRefusedWithTheRemedy() {
        Topic<Heartbeat> theirs = TopicCatalogue.of("taken.", 1).heartbeats();
        Topic<Mutation> ours = new Topic<>(
                theirs.family(), theirs.name(), Mutation.class, "runId", 1, Map.of(), "nobody", "nobody", "A test.");
        SchemaRegistration.register(registry, theirs);

        RegistryRefusedException e =
                catchThrowableOfType(RegistryRefusedException.class, () -> SchemaRegistration.register(registry, ours));

        assertThat(e).hasMessageContaining("taken.heartbeats-value").hasMessageContaining("topic prefix");
    }

    @Test
    void anIdThatTheRegistryDoesNotKnowIsUnreadable() {
        byte[] record = WireFormat.frame(1_234_567, new byte[20]);

        UnreadableRecordException e = catchThrowableOfType(
                UnreadableRecordException.class,
                () -> registry.deserializer(catalogue.heartbeats()).read(record));

        assertThat(e.kind()).isEqualTo(UnreadableRecordException.Kind.UNKNOWN_SCHEMA);
    }

    @Test
    void anAddressThatIsNoRegistryDoesNotMakeRecordsUnreadable() {
        byte[] record = registry.serializer(catalogue.heartbeats()).write(heartbeat());
        SchemaRegistry wrong = SchemaRegistry.open(cluster.registryUrl() + "/nowhere");

        RegistryRefusedException e =
                catchThrowableOfType(RegistryRefusedException.class, () -> wrong.deserializer(catalogue.heartbeats())
                        .read(record));

        assertThat(e).hasMessageContaining("/nowhere");
    }
}
