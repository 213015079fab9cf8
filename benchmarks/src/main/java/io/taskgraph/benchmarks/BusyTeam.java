package io.taskgraph.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.schemas.registry.RecordSerializer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Workers each of which holds one lease and is heard once a second, spread evenly over runs and over the second, until it
 * is silenced. Worker {@code i} works on task {@code t<i>} in run {@code i % runs}. A thread of its own sends heartbeats.
 */
final class BusyTeam implements AutoCloseable {
    /** Nobody takes dispatches of this type from the queue: the team takes its tasks up by reports. */
    static final String AGENT_TYPE = "nobody";

    private static final int TASKS_A_PATCH = 1_000;
    private static final double NANOS = 1e9;

    private final Site site;
    private final String name;
    private final int runs;
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final byte[][] keys;
    private final byte[][] beats;
    private final AtomicLongArray heardAt;
    private final AtomicIntegerArray silent;
    private final Thread thread = new Thread(this::beat, "heartbeats");
    private volatile boolean over;

    BusyTeam(Site site, String name, int runs, int workers) {
        this.site = site;
        this.name = name;
        this.runs = runs;
        topic = site.topics().heartbeats().name();
        keys = new byte[workers][];
        beats = new byte[workers][];
        heardAt = new AtomicLongArray(workers);
        silent = new AtomicIntegerArray(workers);
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, site.bootstrap(), ProducerConfig.LINGER_MS_CONFIG, 5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        RecordSerializer<Heartbeat> heartbeats =
                site.registry().serializer(site.topics().heartbeats());
        for (int i = 0; i < workers; i++) {
            keys[i] = run(i).getBytes(UTF_8);
            beats[i] = heartbeats.write(Heartbeat.newBuilder()
                    .setRunId(run(i))
                    .setWorkerId(worker(i))
                    .setSentAt(Instant.now())
                    .setActive(List.of(new ActiveAttempt(task(i), 1, null, null)))
                    .setStatus(WorkerStatus.BUSY)
                    .setAgentType(AGENT_TYPE)
                    .build());
        }
    }

    int size() {
        return keys.length;
    }

    String run(int worker) {
        return name + "-" + worker % runs;
    }

    String worker(int i) {
        return name + "-w" + i;
    }

    String task(int worker) {
        return "t" + worker;
    }

    /** Which worker that is; -1: none of this team. */
    int index(String worker) {
        return worker != null && worker.startsWith(name + "-w")
                ? Integer.parseInt(worker.substring(name.length() + 2))
                : -1;
    }

    /** Whether the run is one of its runs. */
    boolean owns(String runId) {
        return runId.startsWith(name + "-");
    }

    /** Submits the runs, each with a task a worker. */
    void create(String policy) {
        RecordSerializer<Mutation> mutations =
                site.registry().serializer(site.topics().mutations());
        for (int r = 0; r < runs; r++) {
            List<Operation> patch = new ArrayList<>();
            int patches = 0;
            for (int i = r; i < size(); i += runs) {
                patch.add(Operation.newBuilder()
                        .setAddTask(new AddTask(TaskSpec.newBuilder()
                                .setTaskId(task(i))
                                .setAgentType(AGENT_TYPE)
                                .build()))
                        .build());
                if (patch.size() == TASKS_A_PATCH || i + runs >= size()) {
                    Mutation m = Mutation.newBuilder()
                            .setMessageId("patch-" + patches)
                            .setRunId(run(i))
                            .setSentAt(Instant.now())
                            .setActor("bench")
                            .setOperations(patch)
                            .build();
                    if (patches == 0) {
                        m.setCreateRun(CreateRun.newBuilder()
                                .setName("staleness")
                                .setPreset(policy)
                                .build());
                    }
                    producer.send(new ProducerRecord<>(site.topics().mutations().name(), keys[i], mutations.write(m)));
                    patch = new ArrayList<>();
                    patches++;
                }
            }
        }
        producer.flush();
    }

    /** Takes the leases up, and begins to send heartbeats. */
    void start() {
        RecordSerializer<Report> reports =
                site.registry().serializer(site.topics().reports());
        for (int i = 0; i < size(); i++) {
            Report started = Report.newBuilder()
                    .setMessageId("started-" + i)
                    .setRunId(run(i))
                    .setWorkerId(worker(i))
                    .setTaskId(task(i))
                    .setAttempt(1)
                    .setSentAt(Instant.now())
                    .setStarted(new Started(AGENT_TYPE, List.of()))
                    .build();
            producer.send(new ProducerRecord<>(site.topics().reports().name(), keys[i], reports.write(started)));
        }
        producer.flush();
        thread.setDaemon(true);
        thread.start();
    }

    private void beat() {
        long begun = System.nanoTime();
        long count = 0;
        while (!over) {
            long due = (long) ((System.nanoTime() - begun) / NANOS * size());
            for (; count < due; count++) {
                int i = (int) (count % size());
                if (silent.get(i) == 0) {
                    producer.send(new ProducerRecord<>(topic, keys[i], beats[i]), (at, problem) -> {
                        if (problem == null) {
                            heardAt.set(i, at.timestamp());
                        }
                    });
                }
            }
            Pause.millis(1);
        }
    }

    /** These send nothing more. */
    void silence(List<Integer> workers) {
        workers.forEach(i -> silent.set(i, 1));
        // One that the thread was just about to send must have its time, too.
        Pause.millis(50);
        producer.flush();
    }

    /** The time of the worker's last heartbeat's record, in milliseconds since the epoch. */
    long heardAt(int worker) {
        return heardAt.get(worker);
    }

    /** Nobody sends any more, and the runs end. */
    @Override
    public void close() {
        over = true;
        RecordSerializer<Directive> directives =
                site.registry().serializer(site.topics().directives());
        for (int r = 0; r < Math.min(runs, size()); r++) {
            Directive end = new Directive();
            end.setMessageId("end");
            end.setRunId(run(r));
            end.setSentAt(Instant.now());
            end.setActor("bench");
            end.setReason("measured");
            end.setCancelRun(new CancelRun());
            producer.send(new ProducerRecord<>(site.topics().directives().name(), keys[r], directives.write(end)));
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(5));
    }
}
