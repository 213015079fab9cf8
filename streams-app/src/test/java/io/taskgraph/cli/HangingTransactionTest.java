package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.embedded.UnfinishedTransaction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HangingTransactionTest {
    private static final String TOPIC = "taskgraph.decisions";

    @TempDir
    Path directory;

    @Test
    void isNamedWithTheRemedyAndIsGoneAfterIt() throws Exception {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        try (EmbeddedCluster cluster = start(first)) {
            commit(cluster);
            assertThat(hanging(cluster).out()).isEqualTo("No transaction hangs.\n");
            UnfinishedTransaction.copy(first.resolve("kafka"), second.resolve("kafka"));
        }
        UnfinishedTransaction.unknown(second.resolve("kafka"), TOPIC);

        try (EmbeddedCluster cluster = start(second)) {
            CommandLineRun found = hanging(cluster);
            assertThat(found.exitCode()).isEqualTo(1);
            assertThat(found.out())
                    .isEqualTo("taskgraph.decisions-0 has a transaction of producer 0, open since offset 0, that its"
                            + " coordinator knows nothing of, so nobody reads on from there; end it with"
                            + " `kafka-transactions.sh --bootstrap-server " + cluster.bootstrap()
                            + " abort --topic taskgraph.decisions --partition 0 --start-offset 0`"
                            + " (docs/operations.md says when that is safe).\n");
            assertThat(hanging(cluster, "--json").out())
                    .isEqualTo("{\"topic\":\"taskgraph.decisions\",\"partition\":0,\"producerId\":0,"
                            + "\"startOffset\":0}\n");

            abort(cluster);

            assertThat(hanging(cluster).exitCode()).isZero();
        }
    }

    private static EmbeddedCluster start(Path directory) {
        return EmbeddedCluster.start(
                EmbeddedOptions.brokerOnly().withDataDir(directory).withPorts(0, 0));
    }

    private static CommandLineRun hanging(EmbeddedCluster cluster, String... options) {
        return CommandLineRun.of(
                Stream.concat(Stream.of("topics", "hanging", "--bootstrap", cluster.bootstrap()), Stream.of(options))
                        .toArray(String[]::new));
    }

    private static void commit(EmbeddedCluster cluster) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get(60, TimeUnit.SECONDS);
        }
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrap(), "transactional.id", "writer"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, "a record"));
            producer.commitTransaction();
        }
    }

    /** What the tool does that the message names. */
    private static void abort(EmbeddedCluster cluster) throws Exception {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            ProducerState open = admin.describeProducers(List.of(partition))
                    .partitionResult(partition)
                    .get(60, TimeUnit.SECONDS)
                    .activeProducers()
                    .get(0);
            admin.abortTransaction(new AbortTransactionSpec(
                            partition,
                            open.producerId(),
                            (short) open.producerEpoch(),
                            open.coordinatorEpoch().orElse(0)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }
}
