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
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How fast an imported log is folded from a broker's topic, against how fast the broker gives its records. Several partitions
 * are folded at once.
 */
final class ReplayOnBroker {
    private static final int PASSES = 3;
    private static final int SEVERAL = 4;
    /** Several threads did the work, so that this one's CPU says nothing. */
    private static final long NOT_THIS_THREADS = -1;

    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private ReplayOnBroker() {}

    /** @param export whose decisions are to be imported: into one partition, then into as many as a log usually has */
    static void measure(Path export, Consumer<String> tell) {
        measure(export, 1, tell);
        measure(export, SEVERAL, tell);
    }

    private static void measure(Path export, int partitions, Consumer<String> tell) {
        String where = partitions == 1 ? "broker" : "broker, " + partitions + " partitions";
        try (Site site = Site.start(partitions, Map.of())) {
            ReplaySource source =
                    new ReplaySource(site.bootstrap(), site.registryUrl(), site.topics(), Site.APPLICATION, Map.of());
            changelogs(site, partitions);
            Import.of(export, source, Replay.Progress.NONE);
            for (int pass = 1; pass <= PASSES; pass++) {
                read(site, partitions, where, pass, tell);
                long cpu = partitions == 1 ? CPU.getCurrentThreadCpuTime() : NOT_THIS_THREADS;
                long begun = System.nanoTime();
                ReplayReport report = Replay.all(source, Replay.Progress.NONE);
                if (!report.agrees()) {
                    throw new BenchException("What was measured does not agree: "
                            + report.firstDivergence().orElseThrow().sentence());
                }
                tell(tell, where + ", fold", pass, report.decisions(), begun, cpu);
            }
        }
    }

    /** As a control plane would have made them. */
    private static void changelogs(Site site, int partitions) {
        try (Admin admin = site.admin()) {
            admin.createTopics(List.of(
                            changelog(Site.APPLICATION + "-run-entries-changelog", partitions),
                            changelog(Site.APPLICATION + "-run-timers-changelog", partitions)))
                    .all()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted.");
        } catch (ExecutionException e) {
            throw new BenchException("The changelogs could not be made: " + e.getCause());
        }
    }

    private static NewTopic changelog(String name, int partitions) {
        return new NewTopic(name, Optional.of(partitions), Optional.of((short) 1))
                .configs(Map.of("cleanup.policy", "compact", "max.message.bytes", "8388608"));
    }

    /** The records alone, with the settings that replay reads with. */
    private static void read(Site site, int partitions, String where, int pass, Consumer<String> tell) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                site.bootstrap(),
                "isolation.level",
                "read_committed",
                "max.poll.records",
                5_000,
                "max.partition.fetch.bytes",
                4 * 1024 * 1024);
        List<TopicPartition> log = IntStream.range(0, partitions)
                .mapToObj(p -> new TopicPartition(site.topics().decisions().name(), p))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(log);
            consumer.seekToBeginning(log);
            Map<TopicPartition, Long> ends = consumer.endOffsets(log);
            long cpu = CPU.getCurrentThreadCpuTime();
            long begun = System.nanoTime();
            long records = 0;
            while (log.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                records += consumer.poll(Duration.ofMillis(200)).count();
            }
            tell(tell, where + ", read", pass, records, begun, cpu);
        }
    }

    private static void tell(Consumer<String> tell, String what, int pass, long records, long begun, long cpuBegun) {
        long nanos = System.nanoTime() - begun;
        String byCpu = cpuBegun == NOT_THIS_THREADS
                ? ""
                : ", " + records * 1_000_000_000L / (CPU.getCurrentThreadCpuTime() - cpuBegun)
                        + " a second of the thread's CPU";
        tell.accept(what + "  pass " + pass + "  " + records + " decisions in " + nanos / 1_000_000 + " ms: "
                + records * 1_000_000_000L / nanos + " a second" + byCpu);
    }
}
