package io.taskgraph.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temporary;

    @Test
    void keepsRecordsAndSchemasAcrossRestarts() throws Exception {
        EmbeddedOptions kept = EmbeddedOptions.defaults().withDataDir(temporary);
        String schemaId;
        String addresses;
        try (EmbeddedCluster first = EmbeddedCluster.start(kept.withPorts(0, 0))) {
            addresses = first.bootstrap() + " " + first.registryUrl();
            produce(first, "kept", "a record");
            schemaId = register(first);
        }

        try (EmbeddedCluster second = EmbeddedCluster.start(kept)) {
            assertThat(consume(second, "kept")).containsExactly("a record");
            assertThat(register(second)).isEqualTo(schemaId);
            assertThat(second.bootstrap() + " " + second.registryUrl()).isEqualTo(addresses);
        }
    }

    @Test
    void takesAnotherPortWhenThePreferredOneIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST));
                EmbeddedCluster cluster =
                        EmbeddedCluster.start(EmbeddedOptions.brokerOnly().withPorts(taken.getLocalPort(), 0))) {
            assertThat(cluster.bootstrap()).isNotEqualTo(Ports.HOST + ":" + taken.getLocalPort());
            produce(cluster, "elsewhere", "a record");
            assertThat(consume(cluster, "elsewhere")).containsExactly("a record");
        }
    }

    @Test
    void refusesADataDirectoryInUse() {
        EmbeddedOptions kept = EmbeddedOptions.brokerOnly().withDataDir(temporary);
        try (EmbeddedCluster first = EmbeddedCluster.start(kept)) {
            assertThatThrownBy(() -> EmbeddedCluster.start(kept))
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessageContaining(temporary.toString())
                    .hasMessageContaining("in use")
                    .hasMessageContaining("--data-dir");
            assertThat(first.directory()).isEqualTo(temporary.toAbsolutePath());
        }
    }

    @Test
    void removesTheTemporaryDirectory() {
        Path directory;
        try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedOptions.brokerOnly())) {
            directory = cluster.directory();
            assertThat(directory).isDirectory();
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void startsAKilledRegistryAgainWithItsSchemas() throws Exception {
        EmbeddedOptions kept = EmbeddedOptions.defaults().withDataDir(temporary).withPorts(0, 0);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(kept)) {
            String schemaId = register(cluster);
            ProcessHandle killed = cluster.registryProcess();

            killed.destroyForcibly();
            killed.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            Instant limit = Instant.now().plus(PATIENCE);
            while (cluster.registryProcess().pid() == killed.pid()
                    && Instant.now().isBefore(limit)) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            assertThat(register(cluster)).isEqualTo(schemaId);
        }
    }

    private static void produce(EmbeddedCluster cluster, String topic, String value) throws Exception {
        Map<String, Object> address = Map.of("bootstrap.servers", cluster.bootstrap());
        try (Admin admin = Admin.create(address)) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(60, TimeUnit.SECONDS);
        }
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(address, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "key", value)).get(60, TimeUnit.SECONDS);
        }
    }

    private static List<String> consume(EmbeddedCluster cluster, String topic) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", cluster.bootstrap()), new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Instant limit = Instant.now().plus(PATIENCE);
            while (Instant.now().isBefore(limit)) {
                List<String> values = consumer.poll(Duration.ofMillis(200)).records(partition).stream()
                        .map(record -> record.value())
                        .toList();
                if (!values.isEmpty()) {
                    return values;
                }
            }
            return List.of();
        }
    }

    /** Registers the same schema each time; the answer holds its id. */
    private static String register(EmbeddedCluster cluster) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(cluster.registryUrl() + "/subjects/kept-value/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"schema\": \"{\\\"type\\\": \\\"string\\\"}\"}"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }
}
