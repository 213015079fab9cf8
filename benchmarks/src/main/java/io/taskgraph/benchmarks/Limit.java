package io.taskgraph.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.app.ControlPlane;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What the same broker and the same settings allow at the most: a Streams topology that reads a record, gets and puts one
 * entry of a store (RocksDB, with a changelog), and writes one record, exactly once. It decides nothing.
 */
final class Limit {
    private static final int VALUE_BYTES = 200;
    private static final int KEYS = 20_000;
    private static final long CACHE_BYTES = 64L * 1024 * 1024;
    private static final long SEED = 1;
    private static final String STORE = "entries";

    /**
     * A measurement.
     *
     * @param recordsPerSecond over the window, from {@code 0.3} to {@code 0.95} of the input
     * @param records in the window
     * @param cpu of this process in the window (broker, topology), in microseconds a record
     */
    record Result(double recordsPerSecond, long records, double seconds, double cpu) {}

    /** What stands between the topology and RocksDB. */
    enum Store {
        /** Nothing: each put is an entry of RocksDB and a record of the changelog. */
        PLAIN,
        /**
         * Streams' record cache, 64 MiB, which holds all the keys: a get never reaches RocksDB, and of the puts of one key
         * in a transaction the last one only.
         */
        CACHED
    }

    private Limit() {}

    /** Fills a topic and works it off. */
    static Result measure(Site site, BenchSettings settings, Store store, String when) {
        String name = store.name().toLowerCase(Locale.ROOT) + "-" + when;
        String in = "limit-" + name + "-in";
        String out = "limit-" + name + "-out";
        try (Admin admin = site.admin()) {
            List<NewTopic> topics = List.of(topic(in, site), topic(out, site));
            admin.createTopics(topics).all().get();
            fill(site, in, settings.limitRecords());
            Result result = run(site, settings, store, name, in, out);
            admin.deleteTopics(List.of(in, out)).all().get();
            return result;
        } catch (ExecutionException e) {
            throw new BenchException("The limit's topics: " + e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted.");
        }
    }

    private static NewTopic topic(String name, Site site) {
        return new NewTopic(name, Optional.of(site.topics().partitions()), Optional.of((short) 1));
    }

    private static void fill(Site site, String topic, int records) {
        Random random = new Random(SEED);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        site.bootstrap(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        20,
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        false,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        128 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                byte[] value = new byte[VALUE_BYTES];
                random.nextBytes(value);
                producer.send(new ProducerRecord<>(topic, ("key-" + random.nextInt(KEYS)).getBytes(UTF_8), value));
            }
        }
    }

    private static Result run(Site site, BenchSettings settings, Store store, String name, String in, String out) {
        LongAdder processed = new LongAdder();
        long from = settings.limitRecords() * 3L / 10;
        long to = settings.limitRecords() * 95L / 100;
        Properties properties = ControlPlane.properties(site.config("limit-" + name, settings));
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, store == Store.CACHED ? CACHE_BYTES : 0);
        try (KafkaStreams streams = new KafkaStreams(topology(store, in, out, processed), properties)) {
            streams.start();
            await(processed, from);
            long begun = System.nanoTime();
            long first = processed.sum();
            long cpu = Cpu.nanos();
            await(processed, to);
            long records = processed.sum() - first;
            double seconds = (System.nanoTime() - begun) / 1e9;
            cpu = Cpu.nanos() - cpu;
            streams.close(Duration.ofSeconds(20));
            return new Result(records / seconds, records, seconds, cpu / 1e3 / records);
        }
    }

    private static void await(LongAdder processed, long count) {
        long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (processed.sum() < count) {
            if (System.nanoTime() - deadline > 0) {
                throw new BenchException("The limit's topology worked off " + processed.sum() + " records only.");
            }
            Pause.millis(5);
        }
    }

    private static Topology topology(Store store, String in, String out, LongAdder processed) {
        Topology t = new Topology();
        t.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), in);
        t.addProcessor("touch", () -> new Touch(processed), "in");
        StoreBuilder<KeyValueStore<Bytes, byte[]>> entries =
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray());
        t.addStateStore(store == Store.CACHED ? entries.withCachingEnabled() : entries.withCachingDisabled(), "touch");
        t.addSink("out", out, new ByteArraySerializer(), new ByteArraySerializer(), "touch");
        return t;
    }

    private static final class Touch implements Processor<byte[], byte[], byte[], byte[]> {
        private final LongAdder processed;
        private ProcessorContext<byte[], byte[]> context;
        private KeyValueStore<Bytes, byte[]> store;

        Touch(LongAdder processed) {
            this.processed = processed;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> c) {
            context = c;
            store = c.getStateStore(STORE);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            Bytes key = Bytes.wrap(record.key());
            byte[] before = store.get(key);
            byte[] now = record.value();
            if (before != null) {
                now[0] = (byte) (before[0] + 1);
            }
            store.put(key, now);
            context.forward(record.withValue(now));
            processed.increment();
        }
    }
}
