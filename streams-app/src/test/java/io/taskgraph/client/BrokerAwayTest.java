package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Report;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away and comes back, and all roles go on. */
@Timeout(180)
class BrokerAwayTest {
    @Test
    void allRolesGoOnWhenTheBrokerComesBack(@TempDir Path data) throws Exception {
        EmbeddedOptions options = EmbeddedOptions.brokerOnly().withDataDir(data);
        EmbeddedCluster cluster = EmbeddedCluster.start(options);
        String bootstrap = cluster.bootstrap();
        int port = Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1));
        ControlPlaneByHand plane = new ControlPlaneByHand(bootstrap, "mock://broker-away", "away.");
        ClientConfig config = ClientConfig.builder(bootstrap, "mock://broker-away")
                .prefix("away.")
                .decisionTimeout(Duration.ofSeconds(60))
                .build();
        CountDownLatch away = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        try (Client client = Client.connect(config);
                Worker worker = Worker.builder(config)
                        .handler(task -> {
                            running.countDown();
                            away.await();
                            return "done";
                        })
                        .start()) {
            // Given a task in the works
            plane.offer(plane.dispatch("run", "a", 1, "default"));
            plane.reportsUntil(read -> read.size() >= 1);
            running.await();

            // When the broker goes, the work ends without it, a planner speaks without it, and it comes back
            cluster.close();
            away.countDown();
            CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> client.planner("ann")
                    .patch("run", Patch.empty().addTask("b"))
                    .join());
            cluster = EmbeddedCluster.start(options.withPorts(port, 0));
            assertThat(cluster.bootstrap()).isEqualTo(bootstrap);
            plane.close();
            plane = new ControlPlaneByHand(bootstrap, "mock://broker-away", "away.");

            // Then the report and the patch arrive, once, and the planner and the worker hear what comes
            Mutation mutation = plane.readUntil(plane.topics.mutations(), read -> read.size() >= 1)
                    .get(0);
            plane.decide(Decision.newBuilder()
                    .setRunId("run")
                    .setSequence(1)
                    .setDecidedAt(Instant.ofEpochMilli(1))
                    .setCause(Cause.newBuilder()
                            .setFamily("mutations")
                            .setMessageId(mutation.getMessageId())
                            .build())
                    .setOutcome(Outcome.ACCEPTED)
                    .setStateDigest(new Digest(new byte[32]))
                    .setPreviousHash(new Digest(new byte[32]))
                    .build());
            assertThat(answer.join().accepted()).isTrue();
            plane.offer(plane.dispatch("run", "b", 1, "default"));
            assertThat(plane
                            .reportsUntil(read ->
                                    read.stream().anyMatch(r -> r.getTaskId().equals("b") && r.getSubmitted() != null))
                            .stream()
                            .filter(report -> report.getSubmitted() != null)
                            .map(Report::getTaskId))
                    .containsExactly("a", "b");
        } finally {
            plane.close();
            cluster.close();
        }
    }
}
