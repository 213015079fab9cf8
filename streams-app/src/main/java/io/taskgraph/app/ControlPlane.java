package io.taskgraph.app;

import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.topology.CommitPacing;
import io.taskgraph.topology.RunTopology;
import io.taskgraph.topology.Wiring;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of the control plane: the topology, running. The topics and subjects must exist. Several instances with
 * one application id share the partitions.
 */
public final class ControlPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    /** How long {@link #close} waits for the last transaction. */
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final SchemaRegistry registry;
    private final KafkaStreams streams;

    private ControlPlane(SchemaRegistry registry, KafkaStreams streams) {
        this.registry = registry;
        this.streams = streams;
    }

    /** Starts an instance; it is up once {@link #isRunning}. A broker that does not answer is tried again and again. */
    public static ControlPlane start(AppConfig config) {
        SchemaRegistry registry =
                SchemaRegistry.open(RegistryConfig.of(config.registryUrl()).with(config.properties()));
        TopicCatalogue topics = TopicCatalogue.of(config.prefix(), config.partitions());
        Wiring wiring = new Wiring(topics, registry);
        CommitPacing pacing = new CommitPacing(topics.heartbeats().name());
        KafkaStreams streams =
                new KafkaStreams(RunTopology.build(wiring, pacing, config.cachedEntries()), properties(config), pacing);
        streams.setUncaughtExceptionHandler(e -> {
            // The transaction was aborted: the new thread starts from what was committed.
            LOG.error("A stream thread failed and is replaced", e);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.start();
        return new ControlPlane(registry, streams);
    }

    /** Whether its partitions are restored and being worked on. */
    public boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** Whether this instance works on the first partition: of all instances of one application id at most one does. */
    public boolean leads() {
        return streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .flatMap(task -> task.topicPartitions().stream())
                .anyMatch(partition -> partition.partition() == 0);
    }

    /** The state in Kafka Streams' own words. */
    public String state() {
        return streams.state().name();
    }

    @Override
    public void close() {
        streams.close(CLOSE);
        registry.close();
    }

    /**
     * The settings. What is set here and not left to Streams was measured, or loses work otherwise; see
     * docs/performance.md.
     */
    public static Properties properties(AppConfig config) {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
        p.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
        p.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbys());
        p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) config.replication());
        // Under load a transaction is this long; otherwise CommitPacing asks for its end.
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        p.put(StreamsConfig.POLL_MS_CONFIG, 10);
        // The order of records of different topics is what the log says it was: no waiting for an empty topic.
        p.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        // No store of ours uses Streams' record cache: CoalescingStore stands in its place (ADR 0020).
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        p.put(StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG, "INFO");
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        // The first batch of a transaction may be told to come again while the last transaction is being completed;
        // those
        // sent after it would be refused as out of order, and each refusal costs a backoff.
        p.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), 5);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), REQUEST_BYTES);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 64L * 1024 * 1024);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 2_000);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        p.put(StreamsConfig.topicPrefix(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG), "0.3");
        config.properties().forEach((name, value) -> {
            if (!name.startsWith(RegistryConfig.PROPERTY_PREFIX)) {
                p.put(name, value);
            }
        });
        return p;
    }

    private static final int REQUEST_BYTES = TopicCatalogue.MAX_DEAD_LETTER_BYTES + 64 * 1024;
}
