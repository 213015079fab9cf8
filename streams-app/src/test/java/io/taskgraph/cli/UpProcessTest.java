package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real {@code up}, as a process of its own, ended in every way. */
class UpProcessTest {
    private static final long PATIENCE_SECONDS = 90;

    @TempDir
    Path temporary;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aKilledUpLeavesNoOrphanAndItsDataToTheNext() throws Exception {
        Process first = up();
        JsonNode addresses = addresses(first);
        TopicPartition mutations = new TopicPartition("taskgraph.mutations", 0);
        produce(addresses, mutations, "kept");
        ProcessHandle registry = registry();
        assertThat(registry.isAlive()).isTrue();

        first.destroyForcibly().waitFor();

        registry.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(noted()).as("the killed up's note is still there").exists();

        Process second = up();
        JsonNode again = addresses(second);
        assertThat(again.path("dataDir")).isEqualTo(addresses.path("dataDir"));
        assertThat(consume(again, mutations)).contains("kept");

        ProcessHandle secondRegistry = registry();

        assertThat(otherUp()).contains("in use by another `taskgraph up` (process " + second.pid());

        second.destroy(); // SIGTERM
        assertThat(second.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isZero();
        assertThat(noted()).doesNotExist();
        assertThat(secondRegistry.isAlive()).isFalse();
    }

    private Process up() throws IOException {
        Process process = command(
                        "up", "--data-dir", data().toString(), "--port", "0", "--registry-port", "0", "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(process);
        return process;
    }

    /** What a second one on the same data says. */
    private String otherUp() throws Exception {
        Process process = command("up", "--data-dir", data().toString()).start();
        started.add(process);
        String said = new String(process.getErrorStream().readAllBytes());
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(said.lines()).hasSize(1);
        return said;
    }

    private ProcessBuilder command(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TASKGRAPH_HOME", home().toString());
        return builder;
    }

    /** The line that {@code --json} prints when all is up. */
    private static JsonNode addresses(Process up) throws IOException {
        BufferedReader out = up.inputReader();
        String line = out.readLine();
        assertThat(line).as("up ended with its errors above").isNotNull();
        return new ObjectMapper().readTree(line);
    }

    /** The registry's process, by the note that it is found by after a crash. */
    private ProcessHandle registry() throws IOException {
        String note = Files.readString(data().resolve("registry").resolve("registry.pid"));
        return ProcessHandle.of(Long.parseLong(note.split(" ")[0])).orElseThrow();
    }

    private Path data() {
        return temporary.resolve("data");
    }

    private Path home() {
        return temporary.resolve("home");
    }

    private Path noted() {
        return home().resolve("up.json");
    }

    private static void produce(JsonNode addresses, TopicPartition partition, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", addresses.path("bootstrap").asText()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), "run", value))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static List<String> consume(JsonNode addresses, TopicPartition partition) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", addresses.path("bootstrap").asText()),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new ArrayList<>();
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (values.isEmpty() && System.nanoTime() < limit) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
