package io.taskgraph.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.Started;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.codec.UnreadableRecordException.Kind;
import io.taskgraph.schemas.codec.WireFormat;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SerdesTest {
    private final TopicCatalogue catalogue = TopicCatalogue.standard();
    private final Topic<Report> reports = catalogue.reports();
    private final SchemaRegistry registry = SchemaRegistry.open("mock://serdes-test");

    private static Report report() {
        return Report.newBuilder()
                .setMessageId("m-1")
                .setRunId("run-1")
                .setWorkerId("worker-1")
                .setTaskId("task \"ä\" 🚀")
                .setAttempt(2)
                .setSentAt(Instant.parse("2026-02-03T04:05:06.789Z"))
                .setStarted(new Started("coder", java.util.List.of()))
                .build();
    }

    @Test
    void whatIsWrittenIsRead() {
        byte[] bytes = registry.serializer(reports).write(report());

        assertThat(registry.deserializer(reports).read(bytes)).isEqualTo(report());
    }

    @Test
    void tombstonesStayNull() {
        assertThat(registry.serializer(reports).serialize("t", null)).isNull();
        assertThat(registry.deserializer(reports).deserialize("t", null)).isNull();
    }

    @Test
    void aPayloadEncodedBeforeIsFramedToTheSameBytes() {
        RecordSerializer<Report> serializer = registry.serializer(reports);
        byte[] payload = RecordCodec.of(Report.class).encode(report());

        byte[] framed = serializer.frame(payload);

        assertThat(framed).isEqualTo(serializer.write(report()));
        assertThat(WireFormat.payload(framed)).isEqualTo(ByteBuffer.wrap(payload));
        Digest digest = Digests.sha256(payload);
        assertThat(Digests.ofRecord(framed)).isEqualTo(digest);
        assertThat(Digests.parse(Digests.hex(digest))).isEqualTo(digest);
    }

    @Test
    void confluentsOwnSerializersReadAndWriteTheSame() {
        Map<String, Object> config = Map.of(
                "schema.registry.url", "mock://serdes-test",
                "specific.avro.reader", true,
                "avro.remove.java.properties", true);
        byte[] ours = registry.serializer(reports).write(report());
        try (KafkaAvroSerializer serializer = new KafkaAvroSerializer();
                KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer()) {
            serializer.configure(config, false);
            deserializer.configure(config, false);

            assertThat(serializer.serialize(reports.name(), report())).isEqualTo(ours);
            assertThat(deserializer.deserialize(reports.name(), ours)).isEqualTo(report());
        }
    }

    @Test
    void bytesThatAreNotFramedAreToldFromAnUnknownSchemaAndFromBrokenAvro() {
        RecordDeserializer<Report> deserializer = registry.deserializer(reports);
        byte[] whole = registry.serializer(reports).write(report());

        assertThat(kindOf(deserializer, new byte[0])).isEqualTo(Kind.NOT_FRAMED);
        assertThat(kindOf(deserializer, new byte[] {'{', '}', 1, 2, 3, 4})).isEqualTo(Kind.NOT_FRAMED);
        assertThat(kindOf(deserializer, WireFormat.frame(987_654, new byte[10])))
                .isEqualTo(Kind.UNKNOWN_SCHEMA);
        assertThat(kindOf(deserializer, Arrays.copyOf(whole, whole.length - 1))).isEqualTo(Kind.UNDECODABLE);
        assertThat(kindOf(deserializer, Arrays.copyOf(whole, whole.length + 1))).isEqualTo(Kind.UNDECODABLE);
    }

    @Test
    void aRecordOfAnotherKindIsUndecodable() {
        Topic<Mutation> mutations = catalogue.mutations();
        byte[] mutation = registry.serializer(mutations)
                .write(Mutation.newBuilder()
                        .setMessageId("m")
                        .setRunId("r")
                        .setSentAt(Instant.EPOCH)
                        .build());

        UnreadableRecordException e =
                catchThrowableOfType(UnreadableRecordException.class, () -> registry.deserializer(reports)
                        .read(mutation));

        assertThat(e.kind()).isEqualTo(Kind.UNDECODABLE);
        assertThat(e).hasMessageContaining("io.taskgraph.avro.Mutation").hasMessageContaining("Report");
    }

    @Test
    void aRegistryThatIsDownIsRetryableAndNeverUnreadable() {
        SchemaRegistry down =
                SchemaRegistry.open(RegistryConfig.of("http://127.0.0.1:1").with(Map.of("max.retries", "0")));
        byte[] bytes = registry.serializer(reports).write(report());

        assertThat(catchThrowableOfType(RegistryUnavailableException.class, () -> down.deserializer(reports)
                        .read(bytes)))
                .hasMessageContaining("http://127.0.0.1:1");
        assertThat(catchThrowableOfType(RegistryUnavailableException.class, () -> down.serializer(reports)
                        .write(report())))
                .hasMessageContaining(reports.subject());
    }

    @Test
    void withoutAutoRegisterASchemaMustStandThereAlready() {
        RegistryConfig config = RegistryConfig.of("mock://no-auto").withAutoRegister(false);
        SchemaRegistry strict = SchemaRegistry.open(config);

        assertThat(catchThrowableOfType(RegistryRefusedException.class, () -> strict.serializer(reports)
                        .write(report())))
                .hasMessageContaining("taskgraph.reports-value")
                .hasMessageContaining("taskgraph topics");

        SchemaRegistration.registerAll(SchemaRegistry.open("mock://no-auto"), catalogue);
        assertThat(strict.deserializer(reports).read(strict.serializer(reports).write(report())))
                .isEqualTo(report());
    }

    @Test
    void anIncompleteRecordIsRefusedByNameOfItsField() {
        RunSummary incomplete = new RunSummary();

        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> registry.serializer(catalogue.runs())
                        .write(incomplete)))
                .hasMessageContaining("RunSummary")
                .hasMessageContaining("runId");
    }

    private static Kind kindOf(RecordDeserializer<Report> deserializer, byte[] bytes) {
        return catchThrowableOfType(UnreadableRecordException.class, () -> deserializer.read(bytes))
                .kind();
    }
}
