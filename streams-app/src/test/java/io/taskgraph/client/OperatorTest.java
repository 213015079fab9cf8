package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.MoveTask;
import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.ResolveTask;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What operators say, and publishers publish, as it stands on the topics. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(120)
class OperatorTest {
    @Test
    void eachDirectiveSaysWhatItIsWhoSaysItAndWhy(EmbeddedCluster cluster) {
        try (ControlPlaneByHand plane = new ControlPlaneByHand(cluster, "operator-test.");
                Client client = Client.connect(plane.config)) {
            Operator olga = client.operator("olga");
            Budget limit = new Budget(1_000L, null, 60_000L);

            olga.approve("run", "12.1", "looks right");
            olga.deny("run", "12.2", "not today");
            olga.raiseBudget("run", "task", limit, "it is worth it");
            olga.changePolicy("run", "strict@3", "audit");
            olga.setCap("run", "max_tasks", "40", "grew");
            olga.retry("run", "task", true, "mended");
            olga.skip("run", "task", "not needed");
            olga.resolve("run", "task", TaskStatus.DONE, "by hand", "did it");
            olga.move("run", "task", "writer", "they can");

            List<Directive> said = plane.readUntil(plane.topics.directives(), read -> read.size() >= 9);
            assertThat(said).extracting(Directive::getActor).containsOnly("olga");
            assertThat(said)
                    .extracting(Directive::getReason)
                    .containsExactly(
                            "looks right",
                            "not today",
                            "it is worth it",
                            "audit",
                            "grew",
                            "mended",
                            "not needed",
                            "did it",
                            "they can");
            assertThat(said.get(0).getApprove()).isEqualTo(new Approve("12.1"));
            assertThat(said.get(1).getDeny()).isEqualTo(new Deny("12.2"));
            assertThat(said.get(2).getRaiseBudget()).isEqualTo(new RaiseBudget("task", limit));
            assertThat(said.get(3).getChangePolicy()).isEqualTo(new ChangePolicy("strict@3"));
            assertThat(said.get(4).getSetCap()).isEqualTo(new SetCap("max_tasks", "40"));
            assertThat(said.get(5).getRetryTask()).isEqualTo(new RetryTask("task", true));
            assertThat(said.get(6).getSkipTask()).isEqualTo(new SkipTask("task"));
            assertThat(said.get(7).getResolveTask()).isEqualTo(new ResolveTask("task", TaskStatus.DONE, "by hand"));
            assertThat(said.get(8).getMoveTask()).isEqualTo(new MoveTask("task", "writer"));
        }
    }

    @Test
    void aProfileIsThereWhenItIsAcknowledged(EmbeddedCluster cluster) {
        try (ControlPlaneByHand plane = new ControlPlaneByHand(cluster, "publisher-test.");
                PolicyPublisher publisher = PolicyPublisher.connect(plane.config)) {
            PolicyProfile profile = PolicyProfile.newBuilder()
                    .setName("careful")
                    .setVersion(2)
                    .setDocument("name: careful\n")
                    .setSelector(Map.of("team", "red"))
                    .setPublishedAt(Instant.ofEpochMilli(5))
                    .setActor("olga")
                    .build();

            publisher.publish(profile).join();

            assertThat(plane.readUntil(plane.topics.policies(), read -> read.size() >= 1))
                    .containsExactly(profile);
            assertThat(PolicyPublisher.keyOf(profile)).isEqualTo("careful@2");

            profile.setDocument("x".repeat(9_000_000));
            assertThatThrownBy(() -> publisher.publish(profile).join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(OversizedMessageException.class)
                    .hasMessageStartingWith("The policy careful@2 takes 90000");
        }
    }
}
