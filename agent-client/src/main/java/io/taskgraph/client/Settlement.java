package io.taskgraph.client;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is to become of one record of the queue. Whatever is said first holds. */
final class Settlement {
    private final ConsumerRecord<byte[], byte[]> record;
    private final Batch batch;
    private AcknowledgeType verdict;

    Settlement(ConsumerRecord<byte[], byte[]> record, Batch batch) {
        this.record = record;
        this.batch = batch;
    }

    ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    /** It is done with: its lease was taken up, or it is not for us. */
    void accept() {
        settle(AcknowledgeType.ACCEPT);
    }

    /** It is to be delivered again, to anybody. */
    void release() {
        settle(AcknowledgeType.RELEASE);
    }

    /** It can never be of use to anybody. */
    void reject() {
        settle(AcknowledgeType.REJECT);
    }

    /** What was said, null if nothing yet. */
    synchronized AcknowledgeType verdict() {
        return verdict;
    }

    private void settle(AcknowledgeType type) {
        synchronized (this) {
            if (verdict != null) {
                return;
            }
            verdict = type;
        }
        batch.settledOne();
    }
}
