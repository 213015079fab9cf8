package io.taskgraph.client;

import io.taskgraph.avro.DeliverMessages;
import io.taskgraph.avro.DeliveredMessage;
import io.taskgraph.avro.MailRead;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the mail of one recipient: filters what was seen before, has the rest dealt with in order, and says how far it is
 * after each delivery. Safe for any thread.
 */
final class MailReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MailReader.class);
    /** Of how many runs it is known how far they are read: who comes back to an older one may get messages twice. */
    private static final int RUNS = 10_000;

    private final MessageHandler handler;
    private final Predicate<Message> expected;
    private final BiConsumer<String, MailRead> say;
    private final ExecutorService thread;
    // Guarded by itself, and so are the inboxes.
    private final Map<String, Inbox> inboxes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Inbox> eldest) {
            return size() > RUNS;
        }
    };

    /**
     * A reader.
     *
     * @param handler what is done with messages; null: they are logged
     * @param expected takes a message that somebody waits for, at once: true if so
     * @param say says how far a run's mail is read
     */
    MailReader(
            MessageHandler handler, Predicate<Message> expected, BiConsumer<String, MailRead> say, String threadName) {
        this.handler = handler == null ? MailReader::passedOver : handler;
        this.expected = expected;
        this.say = say;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread t = new Thread(task, threadName);
            t.setDaemon(true);
            return t;
        });
    }

    private static void passedOver(Message m) {
        LOG.info(
                "Passed over message {} of run {} ({} from {}): the worker has no handler for messages.",
                m.id(),
                m.runId(),
                m.kind(),
                m.sender());
    }

    /** Takes a delivery. Returns at once. */
    void delivered(String runId, DeliverMessages delivery) {
        List<DeliveredMessage> fresh;
        boolean ask = false;
        synchronized (inboxes) {
            Inbox inbox = inboxes.computeIfAbsent(runId, r -> new Inbox());
            fresh = inbox.take(delivery);
            ask = fresh == null && inbox.missed();
        }
        try {
            if (fresh == null) {
                if (ask) {
                    thread.execute(() -> say.accept(runId, new MailRead(readTo(runId), true)));
                }
                return;
            }
            for (DeliveredMessage one : fresh) {
                Message message = Message.of(runId, one);
                boolean taken = expected.test(message);
                thread.execute(() -> handle(message, taken));
            }
            // Also if it was all known: then what was said of it was not heard in time.
            thread.execute(() -> say.accept(runId, new MailRead(readTo(runId), false)));
        } catch (RejectedExecutionException e) {
            LOG.debug("Mail of run {} came after the end", runId);
        }
    }

    private void handle(Message message, boolean taken) {
        try {
            if (!taken) {
                handler.message(message);
            }
        } catch (RuntimeException e) {
            LOG.warn("Message {} of run {} could not be handled", message.id(), message.runId(), e);
        }
        synchronized (inboxes) {
            inboxes.computeIfAbsent(message.runId(), r -> new Inbox()).read(message.number());
        }
    }

    /** A message that was sent does not arrive. */
    void refused(String runId, String sentIn, String code, String reason) {
        LOG.info("A message in run {} was refused with {}: {}", runId, code, reason);
        try {
            thread.execute(() -> {
                try {
                    handler.refused(runId, sentIn, code, reason);
                } catch (RuntimeException e) {
                    LOG.warn("The refusal of a message of run {} could not be handled", runId, e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("A refusal of run {} came after the end", runId);
        }
    }

    /** Up to which delivery number the run's mail is dealt with. */
    long readTo(String runId) {
        synchronized (inboxes) {
            Inbox inbox = inboxes.get(runId);
            return inbox == null ? 0 : inbox.readTo();
        }
    }

    /** Deals with nothing more. What is not dealt with is delivered again to whoever reads the mailbox next. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
