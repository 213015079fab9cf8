package io.taskgraph.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker finds that was killed between the decision to commit a transaction and the markers that say so. */
class KilledBrokerTest {
    private static final String TOPIC = "kept";
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path directory;

    @Test
    void aTransactionThatWasCommittedIsReadAfterTheRestart() throws Exception {
        Path killed = directory.resolve("killed");
        try (EmbeddedBroker first =
                EmbeddedBroker.start(Files.createDirectory(directory.resolve("first")), 0, Map.of())) {
            commit(first, "a record");
            assertThat(readCommitted(first)).containsExactly("a record");
            UnfinishedTransaction.copy(directory.resolve("first"), killed);
        }
        UnfinishedTransaction.decided(killed, TOPIC);

        try (EmbeddedBroker second = EmbeddedBroker.start(killed, 0, Map.of())) {
            assertThat(readCommitted(second)).containsExactly("a record");
        }
    }

    private static void commit(EmbeddedBroker broker, String value) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", "writer"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, value));
            producer.commitTransaction();
        }
    }

    /** The values that are committed, as soon as there are some; none when there are none in time. */
    private static List<String> readCommitted(EmbeddedBroker broker) {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            List<String> values = List.of();
            while (values.isEmpty() && System.nanoTime() < limit) {
                values = consumer.poll(Duration.ofMillis(200)).records(partition).stream()
                        .map(ConsumerRecord::value)
                        .toList();
            }
            return values;
        }
    }
}
