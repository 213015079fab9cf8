package io.taskgraph.client;

import io.taskgraph.avro.Command;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the signals that are for one recipient: without a group, from the end on. */
final class SignalTail {
    private static final Logger LOG = LoggerFactory.getLogger(SignalTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final RecordDeserializer<Command> signals;
    private final String recipient;
    private final java.util.function.Consumer<Command> to;
    private final CountDownLatch positioned = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopping;

    /** @param recipient who the signals are for; @param to hears each, on the tail's thread */
    SignalTail(
            KafkaSettings settings,
            String clientId,
            String topic,
            int partitionCount,
            RecordDeserializer<Command> signals,
            String recipient,
            java.util.function.Consumer<Command> to) {
        this.consumer = new KafkaConsumer<>(settings.tail(clientId));
        this.partitions = IntStream.range(0, partitionCount)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
        this.signals = signals;
        this.recipient = recipient;
        this.to = to;
        this.thread = new Thread(this::run, clientId);
        thread.setDaemon(true);
    }

    /** Starts to listen, and waits until it stands at the end: from here on no signal is missed. False if it does not in time. */
    boolean start(Duration patience) throws InterruptedException {
        thread.start();
        return positioned.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        stopping = true;
        consumer.wakeup();
    }

    private void run() {
        try (consumer) {
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            while (!stopping) {
                try {
                    if (positioned.getCount() > 0) {
                        partitions.forEach(consumer::position);
                        positioned.countDown();
                    }
                    consumer.poll(POLL).forEach(this::hear);
                } catch (WakeupException e) {
                    // Stopping.
                } catch (InterruptException e) {
                    return;
                } catch (KafkaException e) {
                    LOG.warn("Listening for signals failed and is tried again: {}", e.getMessage());
                    Thread.sleep(500);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hear(ConsumerRecord<byte[], byte[]> record) {
        boolean ours = RecordHeaders.get(record.headers(), RecordHeaders.WORKER_ID)
                .map(recipient::equals)
                .orElse(false);
        if (!ours || record.value() == null) {
            return;
        }
        try {
            to.accept(signals.read(record.value()));
        } catch (RuntimeException e) {
            LOG.warn(
                    "The signal at {}-{} offset {} cannot be read and is passed over: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }
}
