package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.app.AppConfig;
import io.taskgraph.app.ControlPlane;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Delivery is at least once, and the fence makes it safe: a worker process is killed with SIGKILL between its work and
 * its report. The work is done twice, and recorded once.
 */
@Timeout(240)
class KilledWorkerTest {
    private static EmbeddedCluster cluster;

    @BeforeAll
    static void up() {
        cluster = EmbeddedCluster.start(EmbeddedOptions.defaults().withPorts(0, 0));
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    void killedBeforeItTookUpTheLeaseTheCommandIsDeliveredToAnother(@TempDir Path directory) throws Exception {
        // Given a worker that is killed when it has done the work and reported nothing at all
        List<String> done = killBetweenWorkAndReport("killed-early.", 10_000, directory);

        // Then another gets the very same command: the same attempt
        assertThat(done).containsExactly("doomed did only/1", "heir did only/1");
    }

    @Test
    void killedWithTheLeaseInHandTheTaskIsOfferedAgainAsANewAttempt(@TempDir Path directory) throws Exception {
        // Given a worker that is killed when it has taken up the lease and done the work, but not reported its end
        List<String> done = killBetweenWorkAndReport("killed-late.", 0, directory);

        // Then the control plane misses it, and the task is done again under another attempt
        assertThat(done).containsExactly("doomed did only/1", "heir did only/2");
    }

    private static List<String> killBetweenWorkAndReport(String prefix, long startedDelay, Path directory)
            throws Exception {
        Path notes = directory.resolve("notes");
        Files.createFile(notes);
        try (ControlPlaneByHand cluster = new ControlPlaneByHand(
                        KilledWorkerTest.cluster.bootstrap(), KilledWorkerTest.cluster.registryUrl(), prefix);
                ControlPlane plane = ControlPlane.start(AppConfig.of(
                                KilledWorkerTest.cluster.bootstrap(),
                                KilledWorkerTest.cluster.registryUrl(),
                                prefix,
                                directory.resolve("state"))
                        .withPartitions(cluster.topics.partitions())
                        .withApplicationId(prefix + "engine"));
                Client client = Client.connect(cluster.config)) {
            await(plane::isRunning);
            client.planner("test")
                    .createRun(RunSpec.withId("run")
                            .preset("demo")
                            .patch(Patch.empty().addTask("only")))
                    .join()
                    .orThrow();

            Process doomed = doomed(prefix, startedDelay, notes);
            try {
                await(() -> lines(notes).size() == 1);
                if (startedDelay == 0) {
                    cluster.readUntil(cluster.topics.decisions(), read -> read.stream()
                            .flatMap(decision -> decision.getFacts().stream())
                            .anyMatch(fact -> fact.getTaskStarted() != null));
                }
            } finally {
                doomed.destroyForcibly().waitFor();
            }

            try (Worker heir = Worker.builder(cluster.config)
                    .workerId("heir")
                    .handler(task -> {
                        DoomedWorker.note(notes, task);
                        return "done";
                    })
                    .start()) {
                List<Decision> decisions = cluster.readUntil(cluster.topics.decisions(), KilledWorkerTest::completed);
                // It is recorded once, by the one that lived
                assertThat(decisions.stream()
                                .flatMap(decision -> decision.getFacts().stream())
                                .map(Fact::getTaskCompleted)
                                .filter(java.util.Objects::nonNull))
                        .extracting(TaskCompleted::getTaskId, TaskCompleted::getWorkerId, TaskCompleted::getResult)
                        .containsExactly(org.assertj.core.groups.Tuple.tuple("only", "heir", "done"));
            }
        }
        return lines(notes);
    }

    private static boolean completed(List<Decision> decisions) {
        return decisions.stream()
                .flatMap(decision -> decision.getFacts().stream())
                .anyMatch(fact ->
                        fact.getPhaseChanged() != null && fact.getPhaseChanged().getTo() == Phase.COMPLETED);
    }

    private static Process doomed(String prefix, long startedDelay, Path notes) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedWorker.class.getName(),
                        cluster.bootstrap(),
                        cluster.registryUrl(),
                        prefix,
                        Long.toString(startedDelay),
                        notes.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
