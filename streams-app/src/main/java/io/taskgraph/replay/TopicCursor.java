package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.codec.WireFormat;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Reads one partition of a topic from its beginning to its end as it was when this was opened. */
final class TopicCursor implements Cursor {
    private static final Duration POLL = Duration.ofMillis(20);
    /** So many records are read and passed over rather than sought past. */
    private static final long NEAR = 20_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final SchemaRegistry registry;
    private final long begins;
    private long end;
    private Iterator<ConsumerRecord<byte[], byte[]>> batch = Collections.emptyIterator();
    private long position;
    private String lastKey = "";

    /** @param consumer for this alone; closed with it */
    TopicCursor(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, SchemaRegistry registry) {
        this.consumer = consumer;
        this.partition = partition;
        this.registry = registry;
        consumer.assign(List.of(partition));
        begins = consumer.beginningOffsets(List.of(partition)).get(partition);
        end = consumer.endOffsets(List.of(partition)).get(partition);
        consumer.seek(partition, begins);
        position = begins;
    }

    /**
     * Has it give those from an offset on and before another only.
     *
     * @param to beyond its end: its end
     */
    TopicCursor over(long from, long to) {
        position = Math.max(begins, from);
        end = Math.min(end, to);
        consumer.seek(partition, position);
        return this;
    }

    /** The offset before which it ends. */
    long ends() {
        return Math.max(end, begins);
    }

    /** The record as it was recorded; one whose schema is not known says why when it is read. */
    static Recorded recorded(ConsumerRecord<byte[], byte[]> r, SchemaRegistry registry) {
        return recorded(r, kept(r.headers()), registry);
    }

    /** The same without its headers. Folding asks nothing of them, and their names have to be decoded one by one. */
    static Recorded withoutHeaders(ConsumerRecord<byte[], byte[]> r, SchemaRegistry registry) {
        return recorded(r, null, registry);
    }

    private static Recorded recorded(ConsumerRecord<byte[], byte[]> r, Headers headers, SchemaRegistry registry) {
        byte[] bytes = r.value() == null ? new byte[0] : r.value();
        return recorded(new Place(r.topic(), r.partition(), r.offset()), r.timestamp(), bytes, headers, registry);
    }

    /** A record in wire format that another one carries. */
    static Recorded within(Recorded carrier, byte[] bytes, SchemaRegistry registry) {
        return recorded(carrier.place(), carrier.timestamp(), bytes, null, registry);
    }

    private static Recorded recorded(
            Place place, long timestamp, byte[] bytes, Headers headers, SchemaRegistry registry) {
        Schema schema = null;
        UnreadableRecordException unreadable = null;
        try {
            schema = registry.schemaOf(WireFormat.schemaId(bytes));
        } catch (UnreadableRecordException e) {
            unreadable = e;
        }
        int header = Math.min(WireFormat.HEADER_BYTES, bytes.length);
        return new Recorded(
                place,
                place.partition(),
                place.number(),
                timestamp,
                schema,
                bytes,
                header,
                bytes.length - header,
                unreadable,
                headers);
    }

    private static Headers kept(Headers headers) {
        Headers kept = null;
        for (Header h : headers) {
            if (Recorded.KEPT.contains(h.key()) && h.value() != null) {
                kept = kept == null ? new org.apache.kafka.common.header.internals.RecordHeaders() : kept;
                kept.add(h);
            }
        }
        return kept;
    }

    /** The run by a record's key; empty without a key. */
    static String key(ConsumerRecord<byte[], byte[]> r) {
        return r.key() == null ? "" : new String(r.key(), UTF_8);
    }

    /** Key of the last record that {@link #next} gave. */
    String lastKey() {
        return lastKey;
    }

    @Override
    public Recorded next() {
        ConsumerRecord<byte[], byte[]> r = nextRecord();
        lastKey = r == null ? "" : key(r);
        return r == null ? null : recorded(r, registry);
    }

    private ConsumerRecord<byte[], byte[]> nextRecord() {
        while (true) {
            if (batch.hasNext()) {
                ConsumerRecord<byte[], byte[]> r = batch.next();
                position = r.offset() + 1;
                return r.offset() < end ? r : null;
            }
            if (consumer.position(partition) >= end) {
                return null;
            }
            batch = consumer.poll(POLL).iterator();
        }
    }

    @Override
    public void skipTo(long offset) {
        if (offset - position > NEAR) {
            consumer.seek(partition, offset);
            batch = Collections.emptyIterator();
            position = offset;
        }
    }

    @Override
    public long begins() {
        return begins;
    }

    @Override
    public String name() {
        return partition.toString();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
