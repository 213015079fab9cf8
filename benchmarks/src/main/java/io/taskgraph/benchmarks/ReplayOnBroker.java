package io.taskgraph.benchmarks;

import io.taskgraph.replay.Import;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.ReplaySource;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How fast an imported log is folded from a broker's topic, against how fast the broker gives its records. */
final class ReplayOnBroker {
    private static final int PASSES = 3;
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private ReplayOnBroker() {}

    /** @param export whose decisions are to be imported */
    static void measure(Path export, Consumer<String> tell) {
        try (Site site = Site.start(1, Map.of())) {
            ReplaySource source =
                    new ReplaySource(site.bootstrap(), site.registryUrl(), site.topics(), Site.APPLICATION, Map.of());
            changelogs(site);
            Import.of(export, source, Replay.Progress.NONE);
            for (int pass = 1; pass <= PASSES; pass++) {
                read(site, pass, tell);
                long cpu = CPU.getCurrentThreadCpuTime();
                long begun = System.nanoTime();
                ReplayReport report = Replay.all(source, Replay.Progress.NONE);
                if (!report.agrees()) {
                    throw new BenchException("What was measured does not agree: "
                            + report.firstDivergence().orElseThrow().sentence());
                }
                tell(tell, "broker, fold", pass, report.decisions(), begun, cpu);
            }
        }
    }

    /** As a control plane would have made them. */
    private static void changelogs(Site site) {
        try (Admin admin = site.admin()) {
            admin.createTopics(List.of(
                            changelog(Site.APPLICATION + "-run-entries-changelog"),
                            changelog(Site.APPLICATION + "-run-timers-changelog")))
                    .all()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted.");
        } catch (ExecutionException e) {
            throw new BenchException("The changelogs could not be made: " + e.getCause());
        }
    }

    private static NewTopic changelog(String name) {
        return new NewTopic(name, Optional.of(1), Optional.of((short) 1))
                .configs(Map.of("cleanup.policy", "compact", "max.message.bytes", "8388608"));
    }

    /** The records alone, with the settings that replay reads with. */
    private static void read(Site site, int pass, Consumer<String> tell) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                site.bootstrap(),
                "isolation.level",
                "read_committed",
                "max.poll.records",
                5_000,
                "max.partition.fetch.bytes",
                4 * 1024 * 1024);
        TopicPartition log = new TopicPartition(site.topics().decisions().name(), 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(log));
            consumer.seekToBeginning(List.of(log));
            long end = consumer.endOffsets(List.of(log)).get(log);
            long cpu = CPU.getCurrentThreadCpuTime();
            long begun = System.nanoTime();
            long records = 0;
            while (consumer.position(log) < end) {
                records += consumer.poll(Duration.ofMillis(200)).count();
            }
            tell(tell, "broker, read", pass, records, begun, cpu);
        }
    }

    private static void tell(Consumer<String> tell, String what, int pass, long records, long begun, long cpuBegun) {
        long nanos = System.nanoTime() - begun;
        long cpu = CPU.getCurrentThreadCpuTime() - cpuBegun;
        tell.accept(what + "  pass " + pass + "  " + records + " decisions in " + nanos / 1_000_000 + " ms: "
                + records * 1_000_000_000L / nanos + " a second, " + records * 1_000_000_000L / cpu
                + " a second of the thread's CPU");
    }
}
