package io.taskgraph.deployed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.app.AppConfig;
import io.taskgraph.app.ControlPlane;
import io.taskgraph.client.Client;
import io.taskgraph.client.ClientConfig;
import io.taskgraph.client.Planner;
import io.taskgraph.client.RunSpec;
import io.taskgraph.client.Worker;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.admin.TopicAdmin;
import io.taskgraph.schemas.registry.SchemaRegistration;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A topic is a trust domain: on a broker that authenticates (SASL) and authorizes by the access table of
 * docs/operations.md and nothing else, every role can do its work, and none can say what is not its to say.
 */
@Timeout(180)
class TrustDomainTest {
    private static final TopicCatalogue TOPICS = TopicCatalogue.of("taskgraph.", 2);
    /** Topics that no engine reads, to write rubbish on. */
    private static final TopicCatalogue IDLE = TopicCatalogue.of("idle.", 1);

    private static final Set<String> ROLES = new LinkedHashSet<>(
            List.of("administrator", "engine", "planner", "agent", "operator", "auditor", "keeper"));

    private static EmbeddedCluster cluster;

    @BeforeAll
    static void up() throws Exception {
        StringBuilder users = new StringBuilder("org.apache.kafka.common.security.plain.PlainLoginModule required");
        ROLES.forEach(role -> users.append(" user_")
                .append(role)
                .append("=\"of-")
                .append(role)
                .append('"'));
        users.append(" username=\"administrator\" password=\"of-administrator\";");
        cluster = EmbeddedCluster.start(EmbeddedOptions.brokerOnly()
                .withBrokerSettings(Map.of(
                        "listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "sasl.enabled.mechanisms", "PLAIN",
                        "sasl.mechanism.inter.broker.protocol", "PLAIN",
                        "listener.name.plaintext.plain.sasl.jaas.config", users.toString(),
                        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        // The controller's own listener is not reachable for clients of the broker.
                        "super.users", "User:administrator;User:ANONYMOUS")));
        try (Admin admin = Admin.create(adminSettings());
                SchemaRegistry registry = SchemaRegistry.open(cluster.registryUrl())) {
            for (TopicCatalogue topics : List.of(TOPICS, IDLE)) {
                new TopicAdmin(admin, Duration.ofSeconds(30)).create(topics, Optional.of((short) 1));
                admin.createAcls(AccessTable.read().bindings(topics.prefix()))
                        .all()
                        .get();
            }
            SchemaRegistration.registerAll(registry, TOPICS);
        }
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    void givenTheDocumentedRights_thenEachRoleCanDoItsWork(@TempDir Path directory) {
        AppConfig config = AppConfig.of(cluster.bootstrap(), cluster.registryUrl(), TOPICS.prefix(), directory)
                .withPartitions(TOPICS.partitions())
                .withProperties(as("engine"));
        try (ControlPlane engine = ControlPlane.start(config);
                Client planning = Client.connect(client("planner"));
                Client operating = Client.connect(client("operator"));
                DecisionLog log = new DecisionLog(cluster.bootstrap(), cluster.registryUrl(), as("auditor"))) {
            Planner planner = planning.planner("ann");
            planner.createRun(RunSpec.withId("guarded").patch(Team.twentyTasks()))
                    .join()
                    .orThrow();
            operating
                    .operator("olga")
                    .pause("guarded", "to see that she may")
                    .join()
                    .orThrow();
            operating.operator("olga").resume("guarded", "go on").join().orThrow();
            try (Worker agent = Worker.builder(client("agent"))
                    .concurrency(4)
                    .handler(task -> task.taskId())
                    .start()) {
                log.awaitCompletion(List.of("guarded"), Duration.ofSeconds(90));
            }
            log.assertEachCompletedOnce("guarded", Team.twentyTaskIds());
            assertThat(engine.isRunning()).isTrue();

            ReplayReport report = Replay.all(
                    new ReplaySource(
                            cluster.bootstrap(), cluster.registryUrl(), TOPICS, config.applicationId(), as("auditor")),
                    (done, total) -> {});
            assertThat(report.agrees()).isTrue();
            assertThat(report.runs()).hasSize(1);
        }
    }

    @Test
    void givenTheDocumentedRights_thenNoRoleCanWriteATopicThatIsNotItsOwn() {
        Map<String, List<String>> writers = AccessTable.read().rolesThatMay(AclOperation.WRITE);
        Map<String, List<String>> tried = new HashMap<>();
        for (Topic<?> topic : IDLE.all()) {
            tried.put(
                    topic.name().replace(IDLE.prefix(), TOPICS.prefix()),
                    ROLES.stream()
                            .filter(role -> !role.equals("administrator"))
                            .filter(role -> mayWrite(role, topic))
                            .toList());
        }

        assertThat(tried).isEqualTo(writers);
        assertThat(tried.get(TOPICS.directives().name()))
                .as("an agent cannot approve its own action; whoever keeps the history has runs forgotten")
                .containsExactlyInAnyOrder("operator", "keeper");
    }

    @Test
    void givenAWrongPassword_thenTheClientSaysSoInOneSentence() {
        Map<String, String> wrong = new HashMap<>(as("agent"));
        wrong.put("sasl.jaas.config", login("agent", "guessed"));

        assertThatThrownBy(() -> Client.connect(ClientConfig.builder(cluster.bootstrap(), cluster.registryUrl())
                        .properties(wrong)
                        .build()))
                .hasMessageContaining("uthentication")
                .hasMessageNotContaining("guessed");
    }

    private static boolean mayWrite(String role, Topic<?> topic) {
        Map<String, Object> settings = new HashMap<>(as(role));
        settings.put("bootstrap.servers", cluster.bootstrap());
        settings.put("max.block.ms", "20000");
        // The question is the topic's right alone. An idempotent producer asks for an id of its own first, and when
        // that
        // is refused the send fails before or after it was accepted, as the threads happen to run.
        settings.put("enable.idempotence", "false");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.name(), new byte[] {1}, new byte[] {2}))
                    .get();
            return true;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(AuthorizationException.class);
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClientConfig client(String role) {
        return ClientConfig.builder(cluster.bootstrap(), cluster.registryUrl())
                .properties(as(role))
                .build();
    }

    private static Map<String, Object> adminSettings() {
        Map<String, Object> settings = new HashMap<>(as("administrator"));
        settings.put("bootstrap.servers", cluster.bootstrap());
        return settings;
    }

    private static Map<String, String> as(String role) {
        return Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", login(role, "of-" + role));
    }

    private static String login(String user, String password) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }
}
