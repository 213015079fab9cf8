package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.client.ControlPlaneByHand;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.policy.contract.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Policies that are published, on a real broker; no control plane is needed for that. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(120)
class PolicyPublishCommandTest {
    private static final String PREFIX = "policy-publish.";

    private static EmbeddedCluster cluster;
    private static ControlPlaneByHand plane;

    @TempDir
    Path files;

    @BeforeAll
    static void start(EmbeddedCluster embedded) {
        cluster = embedded;
        plane = new ControlPlaneByHand(embedded, PREFIX);
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    private static CommandLineRun run(String... args) {
        return of(PREFIX, args);
    }

    private static CommandLineRun of(String prefix, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap", cluster.bootstrap(), "--registry", cluster.registryUrl()));
        all.addAll(List.of("--prefix", prefix));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    @Test
    void aPolicyIsPublishedOnceUnderItsVersionListedAndShown() throws Exception {
        Path file = Files.writeString(files.resolve("careful.yaml"), "name: careful\ncaps: {max_tasks: 7}\n");
        Policy policy = Policy.parse(Files.readString(file));

        CommandLineRun published = run(
                "policy", "publish", file.toString(), "--label", "team=red", "--label", "env=prod", "--actor", "olga");
        CommandLineRun again = run("policy", "publish", file.toString(), "--label", "team=red", "--label", "env=prod");
        CommandLineRun otherLabels = run("policy", "publish", file.toString());
        Files.writeString(file, "name: careful\ncaps: {max_tasks: 8}\n");
        CommandLineRun otherDocument = run("policy", "publish", file.toString());
        Files.writeString(file, "name: default\n");
        CommandLineRun preset = run("policy", "publish", file.toString());
        Files.writeString(file, "nam: default\n");
        CommandLineRun wrong = run("policy", "publish", file.toString());

        assertThat(published)
                .isEqualTo(new CommandLineRun(
                        0, "published  careful@1  " + policy.digest() + "  for runs with {env=prod, team=red}\n", ""));
        assertThat(again.out()).startsWith("unchanged  careful@1  ");
        assertThat(otherLabels.exitCode()).isEqualTo(1);
        assertThat(otherLabels.err()).contains("careful@1 is published already, with another set of labels: raise");
        assertThat(otherDocument.err()).contains("careful@1 is published already, with another document: raise");
        assertThat(preset.err()).contains("The policy default cannot be published: a preset has that name");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(plane.readUntil(plane.topics.policies(), read -> !read.isEmpty()))
                .hasSize(1)
                .first()
                .satisfies(profile -> {
                    assertThat(profile.getDocument()).isEqualTo(policy.document());
                    assertThat(profile.getSelector()).isEqualTo(Map.of("team", "red", "env", "prod"));
                    assertThat(profile.getActor()).isEqualTo("olga");
                })
                .isInstanceOf(PolicyProfile.class);
        assertThat(run("policy", "list").out())
                .contains("default", "offline", "careful", "{env=prod, team=red}", " by olga");
        assertThat(run("policy", "list", "--json").out()).contains("\"digest\":\"" + policy.digest() + "\"");
        assertThat(run("policy", "show", "careful").out()).endsWith(policy.document());
        assertThat(run("policy", "show", "careful@1").exitCode()).isZero();
        assertThat(run("policy", "show", "careful@2").err()).startsWith("taskgraph: There is no policy careful@2: ");
    }

    @Test
    void aRecordThatCannotBeReadIsNamedAndHoldsUpNothing() throws Exception {
        Path file = Files.writeString(files.resolve("sound.yaml"), "name: sound\n");
        try (ControlPlaneByHand other = new ControlPlaneByHand(cluster, "policy-junk.");
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", cluster.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            String topic = other.topics.policies().name();
            producer.send(new ProducerRecord<>(topic, "sound@1".getBytes(UTF_8), new byte[] {1, 2, 3}))
                    .get();
            String junk = "taskgraph: " + topic + "-0 offset 0, key sound@1 cannot be read: ";

            CommandLineRun list = of("policy-junk.", "policy", "list");
            CommandLineRun show = of("policy-junk.", "policy", "show", "sound");
            CommandLineRun published = of("policy-junk.", "policy", "publish", file.toString());
            CommandLineRun after = of("policy-junk.", "policy", "list");

            assertThat(list.exitCode()).isZero();
            assertThat(list.out()).contains("default").doesNotContain("sound");
            assertThat(list.err()).startsWith(junk).endsWith("; publish it anew or write a tombstone.\n");
            assertThat(show.err()).startsWith(junk).contains("There is no policy sound: ");
            assertThat(published.exitCode()).isZero();
            assertThat(published.out()).startsWith("published  sound@1  ");
            assertThat(published.err()).startsWith(junk);
            assertThat(after.err()).isEmpty();
            assertThat(after.out()).contains("sound");
        }
    }
}
