package io.taskgraph.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.app.ControlPlane;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.retention.Forgetting;
import io.taskgraph.retention.KafkaSteps;
import io.taskgraph.retention.Keeper;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RecordSerializer;
import io.taskgraph.snapshot.IndexedSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long the control plane is away when it is started again with so much state: with its disk, and without it, as another
 * instance would take over; and how long a snapshot of a large run takes. Nothing else runs meanwhile.
 */
final class Restores implements AutoCloseable {
    /** Tasks that one mutation adds, and that one run has. */
    private static final int TASKS_A_RUN = 1_000;

    private static final Duration PATIENCE = Duration.ofMinutes(8);

    /**
     * One size.
     *
     * @param tasks in runs of a thousand
     * @param changelogBytes what the changelog of the stores takes on the broker
     * @param withDisk milliseconds from the start to the first new decision, the stores being there
     * @param withoutDisk the same with the stores restored from the changelog
     */
    record Restored(int tasks, long changelogBytes, long withDisk, long withoutDisk) {}

    /**
     * A snapshot of one run.
     *
     * @param millis fold its log, write the chunks, read them back, compare
     */
    record Taken(int tasks, int chunks, long bytes, long millis) {}

    private final Site site;
    private final BenchSettings settings;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> summaries;
    private final RecordSerializer<Mutation> mutations;
    private final RecordDeserializer<RunSummary> reader;
    private final Map<String, Integer> known = new HashMap<>();
    private int messages;

    private Restores(Site site, BenchSettings settings) {
        this.site = site;
        this.settings = settings;
        mutations = site.registry().serializer(site.topics().mutations());
        reader = site.registry().deserializer(site.topics().runs());
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, site.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        summaries = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        site.bootstrap(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, site.topics().partitions())
                .mapToObj(p -> new TopicPartition(site.topics().runs().name(), p))
                .toList();
        summaries.assign(all);
        summaries.seekToBeginning(all);
    }

    /** Measures one size on a cluster of its own. */
    static Restored measure(int tasks, BenchSettings settings, Consumer<String> step) {
        try (Site site = Site.start(settings.partitions(), settings.broker());
                Restores restores = new Restores(site, settings)) {
            return restores.measure(tasks, step);
        }
    }

    /** Measures snapshots of a run of that size, so many times. */
    static List<Taken> snapshots(int tasks, int times, BenchSettings settings, Consumer<String> step) {
        try (Site site = Site.start(settings.partitions(), settings.broker());
                Restores restores = new Restores(site, settings)) {
            return restores.snapshots(tasks, times, step);
        }
    }

    private Restored measure(int tasks, Consumer<String> step) {
        ControlPlane plane = site.controlPlane(settings);
        try {
            step.accept("adding " + tasks + " tasks");
            for (int i = 0; i < tasks / TASKS_A_RUN; i++) {
                add("run-" + i, 0, true);
            }
            await(tasks / TASKS_A_RUN);
        } finally {
            plane.close();
        }
        long bytes = changelogBytes();
        step.accept("starting again with the disk");
        long withDisk = start("with-disk");
        step.accept("starting again without it");
        delete(state());
        long withoutDisk = start("without-disk");
        return new Restored(tasks, bytes, withDisk, withoutDisk);
    }

    /** Milliseconds until a decision on a message that waits. */
    private long start(String runId) {
        int runs = known.size();
        add(runId, 0, true);
        producer.flush();
        long begun = System.nanoTime();
        ControlPlane plane = ControlPlane.start(site.config("taskgraph", settings));
        try {
            await(runs + 1);
            return (System.nanoTime() - begun) / 1_000_000;
        } finally {
            plane.close();
        }
    }

    private List<Taken> snapshots(int tasks, int times, Consumer<String> step) {
        ControlPlane plane = site.controlPlane(settings);
        try {
            step.accept("adding a run of " + tasks + " tasks");
            for (int i = 0; i < tasks / TASKS_A_RUN; i++) {
                add("large", i, i == 0);
            }
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (known.getOrDefault("large", 0) < tasks) {
                poll(end);
            }
        } finally {
            plane.close();
        }
        ReplaySource source =
                new ReplaySource(site.bootstrap(), site.registryUrl(), site.topics(), "taskgraph", Map.of());
        List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            step.accept("taking snapshot " + (i + 1) + " of " + times);
            long begun = System.nanoTime();
            try (KafkaSteps steps = new KafkaSteps(source, Optional.empty(), run -> Forgetting.refused("not asked"))) {
                // Each at another decision, so that each is written.
                long at = tasks / TASKS_A_RUN - times + 1 + i;
                IndexedSnapshot s = Keeper.snapshot(source, "large", at, steps);
                long millis = (System.nanoTime() - begun) / 1_000_000;
                taken.add(new Taken((int) at * TASKS_A_RUN, s.keys().size(), s.bytes(), millis));
            }
        }
        return taken;
    }

    private void add(String runId, int part, boolean creates) {
        List<Operation> operations = new ArrayList<>(TASKS_A_RUN);
        for (int i = 0; i < TASKS_A_RUN; i++) {
            String id = "task-" + part + "-" + i;
            operations.add(Operation.newBuilder()
                    .setAddTask(new AddTask(TaskSpec.newBuilder()
                            .setTaskId(id)
                            .setTitle("Task " + i + " of part " + part)
                            .setDependsOn(i < 10 ? List.of() : List.of("task-" + part + "-" + (i - 10)))
                            .build()))
                    .build());
        }
        Mutation m = Mutation.newBuilder()
                .setMessageId("m" + messages++)
                .setRunId(runId)
                .setSentAt(Instant.EPOCH)
                .setActor("bench")
                .setOperations(operations)
                .build();
        if (creates) {
            m.setCreateRun(
                    CreateRun.newBuilder().setName(runId).setPreset("offline").build());
        }
        producer.send(
                new ProducerRecord<>(site.topics().mutations().name(), runId.getBytes(UTF_8), mutations.write(m)));
    }

    private void await(int runs) {
        producer.flush();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (known.size() < runs) {
            poll(end);
        }
    }

    private void poll(long end) {
        if (System.nanoTime() - end > 0) {
            throw new BenchException("After " + PATIENCE.toMinutes() + " minutes only " + known.size()
                    + " runs are there; TASKGRAPH_LOG=info tells more.");
        }
        summaries.poll(Duration.ofMillis(20)).forEach(r -> {
            RunSummary s = reader.read(r.value());
            known.put(s.getRunId(), s.getTasks());
        });
    }

    private Path state() {
        return site.config("taskgraph", settings).stateDir();
    }

    private long changelogBytes() {
        try (Admin admin = site.admin()) {
            return admin.describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
                    .flatMap(dirs -> dirs.values().stream())
                    .flatMap(dir -> dir.replicaInfos().entrySet().stream())
                    .filter(e -> e.getKey().topic().equals("taskgraph-run-entries-changelog"))
                    .mapToLong(e -> e.getValue().size())
                    .sum();
        } catch (Exception e) {
            throw new BenchException("The broker does not tell its log directories: " + e.getMessage());
        }
    }

    private static void delete(Path dir) {
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        summaries.close();
    }
}
