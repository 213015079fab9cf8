package io.taskgraph.schemas.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.MockAdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class TopicAdminTest {
    private final TopicCatalogue catalogue = TopicCatalogue.of("t.", 3);
    private final MockAdminClient cluster =
            new MockAdminClient.Builder().numBrokers(3).build();
    private final TopicAdmin topics = new TopicAdmin(cluster);

    @Test
    void anEmptyClusterLacksAllTopics() {
        assertThat(topics.drift(catalogue))
                .hasSize(catalogue.all().size())
                .allMatch(drift -> drift.kind() == Drift.Kind.MISSING)
                .first()
                .extracting(Drift::sentence)
                .asString()
                .isEqualTo("Topic t.mutations does not exist: create it with 'taskgraph topics create'.");
    }

    @Test
    void creatingGivesTheCatalogueAndDoingItAgainChangesNothing() {
        List<Topic<?>> first = topics.create(catalogue, Optional.of((short) 2));
        List<Topic<?>> second = topics.create(catalogue, Optional.of((short) 1));

        assertThat(first).isEqualTo(catalogue.all());
        assertThat(second).isEmpty();
        assertThat(topics.drift(catalogue)).isEmpty();
        assertThat(topics.describe(catalogue)).allSatisfy(state -> {
            assertThat(state.partitions())
                    .isEqualTo(state.topic().name().matches(".*\\.(commands|policies|extensions)") ? 1 : 3);
            assertThat(state.replicas()).isEqualTo(2);
            assertThat(state.settings()).isEqualTo(state.topic().settings());
        });
    }

    @Test
    void whatIsThereIsLeftAsItIsAndNamedWhereItDiffers() throws Exception {
        cluster.createTopics(List.of(new NewTopic("t.mutations", 5, (short) 1)
                        .configs(catalogue.mutations().settings())))
                .all()
                .get();
        topics.create(catalogue, Optional.empty());
        cluster.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, "t.decisions"),
                        List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET))))
                .all()
                .get();

        assertThat(topics.drift(catalogue))
                .containsExactly(
                        new Drift("t.mutations", Drift.Kind.PARTITIONS, "partitions", "3", "5"),
                        new Drift("t.decisions", Drift.Kind.SETTING, "retention.ms", "-1", "1000"));
    }

    @Test
    void tooFewBrokersAreARefusalWithItsReason() {
        ClusterRefusedException e = catchThrowableOfType(
                ClusterRefusedException.class, () -> topics.create(catalogue, Optional.of((short) 4)));

        assertThat(e).hasMessageStartingWith("Topic t.mutations cannot be created: ");
    }

    @Test
    void aClusterThatIsDownIsUnavailable() {
        try (Admin nobody = Admin.create(Map.of(
                "bootstrap.servers", "127.0.0.1:1", "default.api.timeout.ms", 1_000, "request.timeout.ms", 500))) {
            TopicAdmin admin = new TopicAdmin(nobody, Duration.ofMillis(50));

            ClusterUnavailableException e =
                    catchThrowableOfType(ClusterUnavailableException.class, () -> admin.describe(catalogue));

            assertThat(e).hasMessageContaining("does not answer in time");
        }
    }
}
