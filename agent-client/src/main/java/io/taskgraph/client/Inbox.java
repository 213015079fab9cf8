package io.taskgraph.client;

import io.taskgraph.avro.DeliverMessages;
import io.taskgraph.avro.DeliveredMessage;
import java.util.List;

/** How far the reader of one mailbox of one run is. Guarded by whoever has it. */
final class Inbox {
    private long seen;
    private long read;
    private boolean missing;

    /**
     * What of a delivery is new.
     *
     * @return the messages not seen before, in order; null: something before them was missed, so that none may be taken
     */
    List<DeliveredMessage> take(DeliverMessages delivery) {
        // What is read already was read before this reader came.
        if (delivery.getAfter() > seen && delivery.getAfter() > delivery.getReadTo()) {
            return null;
        }
        missing = false;
        List<DeliveredMessage> fresh = delivery.getMessages().stream()
                .filter(m -> m.getNumber() > seen)
                .toList();
        if (!fresh.isEmpty()) {
            seen = fresh.get(fresh.size() - 1).getNumber();
        }
        return fresh;
    }

    /** Something was missed: whether to ask for it, which is done once. */
    boolean missed() {
        boolean first = !missing;
        missing = true;
        return first;
    }

    void read(long number) {
        read = Math.max(read, number);
    }

    /** Up to which delivery number everything is dealt with; 0: nothing is yet. */
    long readTo() {
        return read;
    }
}
