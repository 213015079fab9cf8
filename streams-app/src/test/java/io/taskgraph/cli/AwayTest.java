package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.client.Client;
import io.taskgraph.client.ClientConfig;
import io.taskgraph.client.ClientException;
import io.taskgraph.client.Patch;
import io.taskgraph.client.RunSpec;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.query.RunFollower;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The broker or the registry is not there at the start, or goes away under a control plane that runs, and comes back. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(120)
class AwayTest {
    @TempDir
    Path state;

    @Test
    void aControlPlaneWaitsForARegistryThatIsDownAtItsStart(EmbeddedCluster broker) throws Exception {
        try (RegistryByHand registry = new RegistryByHand()) {
            Cluster cluster = new Cluster(broker.bootstrap(), registry.url(), "away-start.", Map.of());
            StringWriter err = new StringWriter();

            CompletableFuture<Ground> ground = CompletableFuture.supplyAsync(() -> lay(cluster, err));
            until(() -> err.toString().endsWith("\n"));
            assertThat(ground).isNotDone();
            registry.come();

            assertThat(ground.get(30, TimeUnit.SECONDS).created()).isNotEmpty();
            assertThat(err.toString())
                    .startsWith("taskgraph: waiting. Subject away-start.")
                    .contains("the registry at " + registry.url() + " cannot be reached")
                    .hasLineCount(1);
        }
    }

    @Test
    void aClientWaitsForARegistryThatIsDownAtItsStartOrSaysSo(EmbeddedCluster broker) throws Exception {
        Queue<String> said = new ConcurrentLinkedQueue<>();
        AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                said.add(event.getFormattedMessage());
            }
        };
        Logger readiness = (Logger) LoggerFactory.getLogger("io.taskgraph.client.Readiness");
        listener.start();
        readiness.setLevel(Level.INFO);
        readiness.addAppender(listener);
        try (RegistryByHand registry = new RegistryByHand()) {
            lay(new Cluster(broker.bootstrap(), "mock://away-client", "away-client.", Map.of()), new StringWriter());
            ClientConfig.Builder config =
                    ClientConfig.builder(broker.bootstrap(), registry.url()).prefix("away-client.");

            Throwable impatient = catchThrowable(() ->
                    Client.connect(config.connectTimeout(Duration.ofMillis(1)).build()));
            said.clear();
            CompletableFuture<Client> client = CompletableFuture.supplyAsync(() ->
                    Client.connect(config.connectTimeout(Duration.ofSeconds(60)).build()));
            until(() -> !said.isEmpty());
            assertThat(client).isNotDone();
            registry.come();
            client.get(30, TimeUnit.SECONDS).close();

            assertThat(impatient).isInstanceOf(ClientException.class).hasMessageContaining(registry.url());
            assertThat(said.peek()).contains("the schema registry at " + registry.url() + " does not answer");
        } finally {
            readiness.detachAppender(listener);
            readiness.setLevel(null);
        }
    }

    /** It asks again for a schema that it has not seen before, and the record is decided, not taken for unreadable. */
    @Test
    void aRunningControlPlaneWaitsForARegistryThatGoesAway(EmbeddedCluster broker) throws Exception {
        int newId = 4711;
        String path = "/schemas/ids/" + newId;
        try (RegistryByHand registry = new RegistryByHand().come()) {
            Cluster cluster = new Cluster(broker.bootstrap(), registry.url(), "away-registry.", Map.of());
            Ground ground = lay(cluster, new StringWriter());
            registry.know(newId, Mutation.SCHEMA$.toString());
            try (Topology topology = running(cluster, ground);
                    SchemaRegistry reading = cluster.registry();
                    RunFollower follower = RunFollower.of(cluster.source(reading), List.of("r"))) {
                registry.trouble(true);
                send(
                        cluster,
                        ground.catalogue().mutations().name(),
                        RecordCodec.of(Mutation.class).encodeFramed(newId, creation()));
                // Its client asks three times before it gives up: the fourth time is the control plane asking again.
                until(() -> registry.asked(path) > 3);
                registry.trouble(false);

                until(() -> {
                    follower.poll(Duration.ofMillis(100));
                    return follower.run("r").exists();
                });
                assertThat(topology.running()).isTrue();
            }
        }
    }

    @Test
    void aRunningControlPlaneGoesOnWhenTheBrokerComesBack(@TempDir Path data) throws Exception {
        EmbeddedOptions options = EmbeddedOptions.brokerOnly().withDataDir(data);
        EmbeddedCluster broker = EmbeddedCluster.start(options);
        try {
            String bootstrap = broker.bootstrap();
            int port = Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1));
            Cluster cluster = new Cluster(bootstrap, "mock://away-topology", "away-broker.", Map.of());
            Ground ground = lay(cluster, new StringWriter());
            try (Topology topology = running(cluster, ground);
                    Client client = Client.connect(cluster.client(Duration.ofSeconds(60)))) {
                assertThat(created(client, "before")).isTrue();

                broker.close();
                CompletableFuture<Boolean> meanwhile =
                        CompletableFuture.supplyAsync(() -> created(client, "meanwhile"));
                broker = EmbeddedCluster.start(options.withPorts(port, 0));
                assertThat(broker.bootstrap()).isEqualTo(bootstrap);

                assertThat(meanwhile.get(60, TimeUnit.SECONDS)).isTrue();
                assertThat(created(client, "after")).isTrue();
                until(topology::running);
                assertThat(topology.failed()).isFalse();
            }
        } finally {
            broker.close();
        }
    }

    private static boolean created(Client client, String runId) {
        return client.planner("ann")
                .createRun(RunSpec.withId(runId).patch(Patch.empty().addTask("a")))
                .join()
                .accepted();
    }

    private Topology running(Cluster cluster, Ground ground) {
        Topology topology = ControlPlaneTopology.start(
                cluster,
                ground.catalogue(),
                new TopologySettings(TopologySettings.applicationId(cluster.prefix()), state, 1, 0));
        until(topology::running);
        return topology;
    }

    private static Ground lay(Cluster cluster, StringWriter err) {
        StopSignal signal = StopSignal.install();
        signal.ended();
        return Ground.lay(
                cluster, 1, (short) 1, new Patience(Duration.ofMinutes(1), new PrintWriter(err, true), signal));
    }

    private static Mutation creation() {
        return Mutation.newBuilder()
                .setMessageId("create")
                .setRunId("r")
                .setSentAt(Instant.now())
                .setActor("ann")
                .setCreateRun(
                        CreateRun.newBuilder().setName("r").setPreset("default").build())
                .build();
    }

    private static void send(Cluster cluster, String topic, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, "r".getBytes(UTF_8), value))
                    .get();
        }
    }

    private static void until(BooleanSupplier so) {
        while (!so.getAsBoolean()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
