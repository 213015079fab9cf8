package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.schemas.TopicCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EmbeddedKafkaExtension.class)
class TopicsCommandTest {
    @Test
    void creatingTwiceCreatesOnce(EmbeddedCluster cluster) {
        List<String> names = names("twice.");

        CommandLineRun first = topics(cluster, "twice.", "create");
        CommandLineRun second = topics(cluster, "twice.", "create");

        assertThat(first.out().lines()).containsExactlyElementsOf(with(names, "  created"));
        assertThat(second.out().lines()).containsExactlyElementsOf(with(names, "  was there"));
        assertThat(topics(cluster, "twice.", "drift"))
                .isEqualTo(new CommandLineRun(0, "All " + names.size() + " topics are as the catalogue says.\n", ""));
    }

    @Test
    void missingTopicsAreDrift(EmbeddedCluster cluster) {
        CommandLineRun run = topics(cluster, "missing.", "drift");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out().lines().toList()).hasSameSizeAs(names("missing."));
        assertThat(run.out())
                .startsWith("Topic missing.mutations does not exist: create it with 'taskgraph topics create'.\n");
    }

    @Test
    void aChangedSettingIsNamedWithBothValues(EmbeddedCluster cluster) throws Exception {
        topics(cluster, "changed.", "create");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, "changed.decisions"),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("retention.ms", "3600000"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }

        CommandLineRun run = topics(cluster, "changed.", "drift", "--json");
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (run.exitCode() == 0 && System.nanoTime() < limit) { // the controller has it before the broker shows it
            run = topics(cluster, "changed.", "drift", "--json");
        }

        assertThat(run)
                .isEqualTo(new CommandLineRun(
                        1,
                        "{\"topic\":\"changed.decisions\",\"kind\":\"SETTING\",\"setting\":\"retention.ms\","
                                + "\"expected\":\"-1\",\"actual\":\"3600000\"}\n",
                        ""));
    }

    @Test
    void anotherPartitionCountIsDriftOnlyWhenAskedFor(EmbeddedCluster cluster) {
        topics(cluster, "eight.", "create", "--partitions", "8");

        assertThat(topics(cluster, "eight.", "drift").exitCode()).isZero();
        assertThat(topics(cluster, "eight.", "drift", "--partitions", "4").exitCode())
                .isEqualTo(1);
    }

    @Test
    void anImpossiblePrefixIsNamed(EmbeddedCluster cluster) {
        CommandLineRun run = topics(cluster, "ä/", "list");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("taskgraph: The topic prefix 'ä/' cannot be used");
    }

    private static CommandLineRun topics(EmbeddedCluster cluster, String prefix, String... args) {
        List<String> all = new ArrayList<>(List.of("topics"));
        all.addAll(List.of(args));
        all.addAll(List.of("--bootstrap", cluster.bootstrap(), "--registry", cluster.registryUrl()));
        all.addAll(List.of("--prefix", prefix));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    private static List<String> names(String prefix) {
        return TopicCatalogue.of(prefix, 4).all().stream()
                .map(topic -> topic.name())
                .toList();
    }

    private static List<String> with(List<String> names, String suffix) {
        return names.stream().map(name -> name + suffix).toList();
    }
}
