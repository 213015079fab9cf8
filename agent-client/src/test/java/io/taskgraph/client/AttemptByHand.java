package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Command;
import io.taskgraph.avro.Dispatch;
import io.taskgraph.avro.LoadedExtension;
import io.taskgraph.avro.Report;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One attempt in the hands of {@code worker-1}, whose reports go to a broker that is none and whose time is passed by hand. */
final class AttemptByHand {
    private final TopicCatalogue topics = TopicCatalogue.standard();
    private final BlockingQueue<byte[]> written = new LinkedBlockingQueue<>();
    final SchemaRegistry registry;
    final MockProducer<byte[], byte[]> producer;
    final Tally tally = new Tally();
    final Leases leases = new Leases(8);
    final Batch batch = new Batch(1);
    final ManualTiming timing = new ManualTiming();
    final Settlement settlement =
            new Settlement(new ConsumerRecord<>("commands", 0, 0, new byte[0], new byte[0]), batch);
    final Reports reports;
    final Command command;
    final Attempt attempt;

    /**
     * An attempt that has not begun.
     *
     * @param test keeps the schemas of tests apart
     * @param atOnce whether the broker has each report when it is sent; else when the producer is told to complete it
     */
    AttemptByHand(String test, boolean atOnce, Dispatch dispatch) {
        this(test, atOnce, dispatch, List.of());
    }

    /** The same of a worker that has loaded extensions. */
    AttemptByHand(String test, boolean atOnce, Dispatch dispatch, List<LoadedExtension> loaded) {
        registry = SchemaRegistry.open("mock://" + test);
        producer = new MockProducer<>(atOnce, null, new ByteArraySerializer(), new ByteArraySerializer()) {
            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                Future<RecordMetadata> sent = super.send(record, callback);
                written.add(record.value());
                return sent;
            }
        };
        reports = new Reports(
                producer,
                topics.reports(),
                registry.serializer(topics.reports()),
                1_000_000,
                "worker-1",
                loaded,
                tally);
        command = Command.newBuilder()
                .setRunId("run")
                .setDecisionSequence(7)
                .setIssuedAt(Instant.ofEpochMilli(0))
                .setAgentType("writer")
                .setDispatch(dispatch)
                .build();
        attempt = new Attempt(command, "worker-1", leases, reports, tally, settlement, timing);
        batch.add(settlement);
        batch.add(attempt);
    }

    /** The third attempt of a task, as plain as one can be. */
    static Dispatch.Builder dispatch() {
        return Dispatch.newBuilder().setTaskId("task").setAttempt(3).setHeartbeatIntervalMillis(1000);
    }

    /** Everything that was reported so far. */
    List<Report> sent() {
        return producer.history().stream().map(r -> read(r.value())).toList();
    }

    /** The next report that nobody has asked for yet, waited for. */
    Report next() throws InterruptedException {
        byte[] next = written.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a report within 20 s").isNotNull();
        return read(next);
    }

    private Report read(byte[] report) {
        return registry.deserializer(topics.reports()).read(report);
    }
}
