package io.taskgraph.topology;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * Decides when a transaction is committed early, so that agents get their commands at once when there is little to do
 * and transactions are large when there is much. A commit is asked for when a decision carried commands and nothing more
 * of what was polled waits, unless the thread has been processing more than {@link #BUSY} records a second: then
 * {@code commit.interval.ms} decides. Heartbeats from which nothing follows neither wait nor make a thread busy: they come in all the
 * time, cost little and write nothing, so a flood of them must not hold up commands. The measurements are in
 * docs/performance.md.
 *
 * <p>All calls for one stream thread come from that thread; what it has waiting is counted where it polls.
 */
public final class CommitPacing extends DefaultKafkaClientSupplier {
    /** Records a second above which a thread is busy. */
    static final int BUSY = 2_000;
    /** Over how long the rate is measured, in milliseconds. */
    private static final long WINDOW = 100;

    private final String heartbeats;
    private final ThreadLocal<OfThread> threads = ThreadLocal.withInitial(OfThread::new);

    private static final class OfThread {
        int waiting;
        boolean commands;
        /** Whether the record being processed led to commands. */
        boolean led;

        long windowStart;
        int inWindow;
        int inLastWindow;

        void roll(long now) {
            if (now - windowStart >= WINDOW) {
                inLastWindow = now - windowStart < 2 * WINDOW ? inWindow : 0;
                inWindow = 0;
                windowStart = now;
            }
        }

        boolean busy() {
            return Math.max(inWindow, inLastWindow) > BUSY * WINDOW / 1000;
        }
    }

    /**
     * Creates it.
     *
     * @param heartbeats the topic of heartbeats
     */
    public CommitPacing(String heartbeats) {
        this.heartbeats = heartbeats;
    }

    /** What is being processed leads to commands. */
    void commands() {
        OfThread t = threads.get();
        t.commands = true;
        t.led = true;
    }

    /**
     * A record was processed.
     *
     * @param topic its topic
     * @param now in milliseconds since the epoch
     * @return whether to ask for a commit now
     */
    boolean processed(String topic, long now) {
        OfThread t = threads.get();
        t.roll(now);
        boolean heartbeat = topic.equals(heartbeats);
        if (!heartbeat) {
            t.waiting--;
        }
        if (!heartbeat || t.led) {
            t.inWindow++;
        }
        t.led = false;
        if (t.waiting > 0 || !t.commands || t.busy()) {
            return false;
        }
        t.commands = false;
        return true;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
                polled(records);
                return records;
            }
        };
    }

    /** Whatever was polled before has been processed, or went with its partition. */
    void polled(ConsumerRecords<byte[], byte[]> records) {
        int n = records.count();
        for (TopicPartition p : records.partitions()) {
            n -= p.topic().equals(heartbeats) ? records.records(p).size() : 0;
        }
        threads.get().waiting = n;
    }
}
