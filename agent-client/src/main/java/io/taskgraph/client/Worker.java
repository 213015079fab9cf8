package io.taskgraph.client;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running worker: takes attempts of its agent type from the queue, has its {@link TaskHandler} do them, and reports.
 *
 * <p><b>Delivery is at least once, and the fence makes it safe.</b> A command is acknowledged to the queue when, and only
 * when, the broker has the report that takes up its lease ({@code started}, or directly the end of a short task). A
 * worker that dies before loses nothing: the command is delivered to another. A worker that dies after is missed by the
 * control plane, which ends its lease and offers the task again as a new attempt. Either way a task may be
 * <em>done</em> more than once; it is <em>recorded</em> once, because whatever is reported under an attempt that is over,
 * or by another than the holder of its lease, is refused. Such a refusal is nothing to the worker: it goes on.
 *
 * <p>The command queue is a Kafka share group for each agent type, so that there can be more workers than partitions.
 * What a worker cannot run at once it leaves to others.
 *
 * <p>Broker and registry may go away and come back: reports wait and are sent then, in order, each once.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final int REMEMBERED = 16_384;
    private static final Duration JOIN = Duration.ofSeconds(5);

    private final WorkerConfig config;
    private final SchemaRegistry registry;
    private final Producer<byte[], byte[]> producer;
    private final SignalTail signals;
    private final MailReader mail;
    private final Heartbeats heartbeats;
    private final Leases leases = new Leases(REMEMBERED);
    private final Tally tally = new Tally();
    private final Slots slots;
    private final ExecutorService threads;
    private final List<CommandReader> readers = new ArrayList<>();
    private final List<Thread> readerThreads = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Begins a worker. */
    public static WorkerBuilder builder(ClientConfig config) {
        return new WorkerBuilder(config);
    }

    /** Connects, waiting for what is not there yet, and starts. */
    static Worker start(WorkerConfig config) {
        KafkaSettings settings = new KafkaSettings(config.client());
        TopicCatalogue topics = config.client().topics();
        SchemaRegistry registry = SchemaRegistry.open(config.client().registry());
        try {
            Map<String, Integer> partitions = Readiness.await(
                    config.client(),
                    settings,
                    registry,
                    List.<Topic<?>>of(topics.commands(), topics.signals(), topics.reports(), topics.heartbeats()),
                    List.<Topic<?>>of(topics.reports(), topics.heartbeats()));
            ShareGroup group = new ShareGroup(topics.agentsGroup(config.agentType()));
            group.ensure(settings.admin("taskgraph-start"));
            Worker worker = new Worker(config, settings, topics, registry, group, partitions);
            worker.begin();
            return worker;
        } catch (ClientException e) {
            registry.close();
            throw e;
        } catch (KafkaException e) {
            registry.close();
            throw new ClientException(
                    "No connection to Kafka at " + config.client().bootstrap() + ": " + e.getMessage(), e);
        }
    }

    private Worker(
            WorkerConfig config,
            KafkaSettings settings,
            TopicCatalogue topics,
            SchemaRegistry registry,
            ShareGroup group,
            Map<String, Integer> partitions) {
        this.config = config;
        this.registry = registry;
        String clientId = "taskgraph-worker-" + Ids.shortRandom();
        // Reports wait for the broker for as long as it takes: nobody else can say what was done.
        Map<String, Object> producing = settings.producer(clientId + "-reports", Integer.MAX_VALUE, Integer.MAX_VALUE);
        this.producer = new KafkaProducer<>(producing);
        long largest = Long.parseLong(
                        producing.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG).toString())
                - 4096;
        this.slots = new Slots(config.concurrency());
        this.threads = Executors.newCachedThreadPool(named("taskgraph-task-" + config.workerId()));
        Reports reports = new Reports(
                producer,
                topics.reports(),
                registry.serializer(topics.reports()),
                largest,
                config.workerId(),
                config.loaded(),
                tally);
        this.mail = new MailReader(config.messages(), this::answers, reports::mailRead, clientId + "-mail");
        this.signals = new SignalTail(
                settings,
                clientId + "-signals",
                topics.signals().name(),
                partitions.get(topics.signals().name()),
                registry.deserializer(topics.signals()),
                config.workerId(),
                new Signals(leases, mail)::hear);
        this.heartbeats = new Heartbeats(
                producer,
                topics.heartbeats(),
                registry.serializer(topics.heartbeats()),
                config.workerId(),
                config.agentType(),
                leases,
                mail::readTo,
                clientId + "-heartbeats");
        CommandReader.Shared shared = new CommandReader.Shared(
                topics.commands().name(),
                partitions.get(topics.commands().name()),
                config.agentType(),
                config.workerId(),
                config.batch(),
                config.startedDelay().toNanos(),
                config.handler(),
                registry.deserializer(topics.commands()),
                leases,
                reports,
                new Misfits(config.loaded(), leases, reports, tally),
                tally,
                slots,
                threads);
        for (int i = 0; i < config.readers(); i++) {
            CommandReader reader = new CommandReader(shared, settings, group, clientId + "-commands-" + i);
            readers.add(reader);
            readerThreads.add(new Thread(reader, clientId + "-commands-" + i));
        }
    }

    /** Whether one of its attempts waits for that message. */
    private boolean answers(Message message) {
        return leases.all().stream().anyMatch(a -> a.runId().equals(message.runId()) && a.answered(message));
    }

    private void begin() {
        try {
            if (!signals.start(config.client().connectTimeout())) {
                close(Duration.ZERO);
                throw new ClientException("The end of the signals topic could not be found within "
                        + config.client().connectTimeout().toMillis() + " ms: see that the broker is well.");
            }
        } catch (InterruptedException e) {
            close(Duration.ZERO);
            Thread.currentThread().interrupt();
            throw new ClientException("Interrupted while starting.");
        }
        heartbeats.start();
        readerThreads.forEach(Thread::start);
        LOG.info(
                "Worker {} takes tasks of agent type {}, {} at a time.",
                config.workerId(),
                config.agentType(),
                config.concurrency());
    }

    /** Who it is. */
    public String workerId() {
        return config.workerId();
    }

    /** What it has done so far. */
    public WorkerStats stats() {
        return tally.stats();
    }

    /** Stops, letting running attempts finish for as long as was configured. */
    @Override
    public void close() {
        close(config.grace());
    }

    /**
     * Stops: takes no more commands, lets running attempts finish and report, then gives the leases of those that still
     * run back ({@code released}, which does not count as a failed attempt) and interrupts them, tells its runs that it
     * leaves, and closes.
     *
     * @param grace how long to let them finish; all together it takes about ten seconds longer at most, also without a
     *     broker
     */
    public void close(Duration grace) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = false;
        readers.forEach(CommandReader::stop);
        slots.shut();
        try {
            slots.awaitAll(grace.toMillis());
            // Until the readers are done, a lease may still be about to be reported that we then could not give back.
            join(JOIN);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        leases.all().forEach(Attempt::abandon);
        interrupted |= !heartbeats.stop();
        signals.stop();
        mail.close();
        producer.close(interrupted ? Duration.ZERO : JOIN);
        threads.shutdownNow();
        registry.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        LOG.info("Worker {} stopped.", config.workerId());
    }

    private void join(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Thread thread : readerThreads) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (thread.isAlive() && left > 0) {
                thread.join(left);
            }
        }
    }

    private static java.util.concurrent.ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
