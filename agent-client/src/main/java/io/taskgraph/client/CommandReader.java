package io.taskgraph.client;

import io.taskgraph.avro.Command;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RegistryRefusedException;
import io.taskgraph.schemas.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes commands from the queue, as one member of the agent type's share group, when there is a free thread to run
 * them. It never runs a handler on its own thread.
 *
 * <p>It stops polling only right after a poll that gave records, so that no fetch is under way then whose commands would
 * lie in the consumer's buffer, locked and unseen. So it keeps a slot for as long as it polls.
 *
 * <p>Where the queue has several partitions, the broker gives each to few members, with few members to one only; and a
 * member that does not poll keeps its partitions to itself. There a worker whose threads have all been busy for {@link
 * #LEAVE_AFTER_MILLIS} leaves the group for as long as they are, and its partitions go to those that have threads free.
 * The one partition that the catalogue's queue has is everybody's, and nobody needs to leave.
 */
final class CommandReader implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandReader.class);
    /**
     * The longest that one poll waits. A poll fetches once; when that brings nothing but a transaction's marker, which
     * follows each transaction's commands, the consumer keeps it to itself and the rest of the poll waits in vain. So
     * polls are short after something came, and become longer while nothing does.
     */
    private static final long POLL_MILLIS = 16;
    /**
     * The same for a worker that takes several commands at once. Each poll asks for a fetch, and a fetch that was asked
     * for while another was under way may come before that one's commands were looked at. The consumer then hands out both
     * as one, and forgets the second's markers: the queue stands still until the lock on them ends. So such a worker does
     * not ask again while it waits. It need not, either: a marker comes to it with the commands before it.
     */
    private static final long BATCH_POLL_MILLIS = 500;

    private static final Duration CLOSE = Duration.ofSeconds(3);
    /** As long as it takes others to hear of a change: a heartbeat's interval in share groups. */
    private static final long LEAVE_AFTER_MILLIS = 5_000;
    /** How long commands of a batch may wait for a thread before they go back to others. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How soon a pause sees that the worker stops. */
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long REGISTRY_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What readers of one worker share. */
    record Shared(
            String topic,
            int partitions,
            String agentType,
            String workerId,
            int batch,
            long startedDelayNanos,
            TaskHandler handler,
            RecordDeserializer<Command> commands,
            Leases leases,
            Reports reports,
            Misfits misfits,
            Tally tally,
            Slots slots,
            Executor threads) {}

    private final Shared with;
    private final KafkaSettings settings;
    private final ShareGroup group;
    private final String clientId;
    private final Object lock = new Object();
    // Guarded by lock.
    private ShareConsumer<byte[], byte[]> consumer;
    private volatile boolean stopping;
    /** After how many the broker drops a command. For the reader's own thread. */
    private int deliveries;

    CommandReader(Shared with, KafkaSettings settings, ShareGroup group, String clientId) {
        this.with = with;
        this.settings = settings;
        this.group = group;
        this.clientId = clientId;
    }

    /** Takes no more commands, gives back what has not begun, and ends within seconds. */
    void stop() {
        stopping = true;
        synchronized (lock) {
            if (consumer != null) {
                consumer.wakeup();
            }
        }
    }

    @Override
    public void run() {
        while (!stopping) {
            ShareConsumer<byte[], byte[]> mine = null;
            boolean slot = false;
            try {
                slot = with.slots().awaitOne(LEAVE_AFTER_MILLIS);
                if (slot) {
                    mine = open();
                    // From here on the slot is served with.
                    slot = false;
                    serve(mine);
                }
            } catch (WakeupException e) {
                // Stopping; the loop sees it.
            } catch (InterruptException | InterruptedException e) {
                stopping = true;
            } catch (KafkaException | ClientException | IllegalStateException e) {
                LOG.warn("Taking commands failed and is tried again: {}", e.getMessage());
                LOG.debug("Taking commands failed", e);
                pause(RETRY_NANOS);
            } finally {
                close(mine);
                if (slot) {
                    with.slots().giveBack(1);
                }
            }
        }
    }

    private ShareConsumer<byte[], byte[]> open() {
        // Again for each consumer: the broker may have lost its data since the last.
        deliveries = group.ensure(settings.admin(clientId + "-group"));
        ShareConsumer<byte[], byte[]> fresh =
                new KafkaShareConsumer<>(settings.shareConsumer(clientId, group.name(), with.batch()));
        synchronized (lock) {
            consumer = fresh;
        }
        fresh.setAcknowledgementCommitCallback((offsets, problem) -> {
            if (problem != null) {
                // The lock was lost: the command is delivered again, and the fence sorts it out.
                LOG.debug("Acknowledgements of {} were not taken: {}", offsets, problem.getMessage());
            }
        });
        fresh.subscribe(List.of(with.topic()));
        return fresh;
    }

    /** Takes commands as long as there are threads to run them, with one slot in hand while it polls. */
    private void serve(ShareConsumer<byte[], byte[]> mine) throws InterruptedException {
        do {
            Batch batch = admit(poll(mine));
            begin(batch);
            settle(batch);
            for (Settlement settlement : batch.settlements()) {
                AcknowledgeType verdict = settlement.verdict();
                mine.acknowledge(settlement.record(), verdict == null ? AcknowledgeType.RELEASE : verdict);
            }
            if (stopping || batch.pause() > 0 || with.slots().noneFree()) {
                // Otherwise the next poll takes the acknowledgements along, at once.
                mine.commitAsync();
            }
            pause(batch.pause());
        } while (!stopping && with.slots().awaitOne(with.partitions() == 1 ? Long.MAX_VALUE : LEAVE_AFTER_MILLIS));
        LOG.debug("Worker {} leaves the queue to others: it stops, or all its threads are busy.", with.workerId());
    }

    /** Polls until there is something. Gives back the slot in hand if it cannot. */
    private ConsumerRecords<byte[], byte[]> poll(ShareConsumer<byte[], byte[]> mine) {
        try {
            long longest = with.batch() == 1 ? POLL_MILLIS : BATCH_POLL_MILLIS;
            long patience = with.batch() == 1 ? 1 : longest;
            BrokerContact contact = new BrokerContact(mine.metrics(), System.nanoTime());
            while (!stopping) {
                ConsumerRecords<byte[], byte[]> records = mine.poll(Duration.ofMillis(patience));
                if (!records.isEmpty()) {
                    return records;
                }
                if (contact.lost(System.nanoTime())) {
                    throw new ClientException("no broker has answered for seconds");
                }
                patience = Math.min(longest, 2 * patience);
            }
            throw new WakeupException();
        } catch (RuntimeException e) {
            with.slots().giveBack(1);
            throw e;
        }
    }

    /** Sorts out what is for us to do. */
    private Batch admit(ConsumerRecords<byte[], byte[]> records) {
        Batch batch = new Batch(records.count());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Settlement settlement = new Settlement(record, batch);
            batch.add(settlement);
            Optional<String> type = RecordHeaders.get(record.headers(), RecordHeaders.AGENT_TYPE);
            if (type.isPresent() && !type.get().equals(with.agentType())) {
                with.tally().foreign.increment();
                settlement.accept();
                continue;
            }
            Command command = decode(record, settlement);
            if (command == null) {
                continue;
            }
            if (!command.getAgentType().equals(with.agentType())) {
                with.tally().foreign.increment();
                settlement.accept();
            } else if (command.getDispatch() == null) {
                LOG.warn("Passed over a command of a kind that this version does not know: update the worker.");
                settlement.accept();
            } else {
                with.tally().delivered.increment();
                Attempt attempt = attempt(command, settlement);
                int delivery = record.deliveryCount().map(Short::intValue).orElse(1);
                if (delivery > 1 && with.leases().known(attempt.key())) {
                    with.tally().repeated.increment();
                    settlement.accept();
                    continue;
                }
                long pause = with.misfits().passOn(command, delivery >= deliveries - 1, settlement);
                if (pause > 0) {
                    batch.leaveTheQueueFor(pause);
                } else {
                    batch.add(attempt);
                }
            }
        }
        return batch;
    }

    private Attempt attempt(Command command, Settlement settlement) {
        return new Attempt(
                command, with.workerId(), with.leases(), with.reports(), with.tally(), settlement, Timing.REAL);
    }

    private Command decode(ConsumerRecord<byte[], byte[]> record, Settlement settlement) {
        long deadline = System.nanoTime() + REGISTRY_PATIENCE_NANOS;
        while (true) {
            try {
                if (record.value() == null) {
                    throw new UnreadableRecordException(UnreadableRecordException.Kind.NOT_FRAMED, "It is empty.");
                }
                return with.commands().read(record.value());
            } catch (UnreadableRecordException e) {
                with.tally().unreadable.increment();
                LOG.error(
                        "The command at {}-{} offset {} cannot be read and is passed over: {}",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        e.getMessage());
                settlement.reject();
                return null;
            } catch (RegistryUnavailableException | RegistryRefusedException e) {
                LOG.warn("A command waits for its schema: {}", e.getMessage());
                if (stopping || System.nanoTime() - deadline > 0) {
                    with.tally().released.increment();
                    settlement.release();
                    return null;
                }
                pause(RETRY_NANOS);
            }
        }
    }

    /** Hands attempts to as many threads as are free. One slot is ours already. */
    private void begin(Batch batch) {
        int waiting = batch.waiting();
        if (waiting == 0) {
            with.slots().giveBack(1);
            return;
        }
        start(batch, 1 + with.slots().take(waiting - 1));
    }

    private void start(Batch batch, int runners) {
        for (int i = 0; i < runners; i++) {
            with.threads().execute(() -> {
                try {
                    batch.work(with.handler());
                } finally {
                    with.slots().giveBack(1);
                }
            });
        }
    }

    /** Waits until every record's fate is known, seeing to it that it becomes known. */
    private void settle(Batch batch) {
        long begun = System.nanoTime();
        while (!batch.settled()) {
            long wait = Math.min(batch.reportStarted(with.startedDelayNanos()), PATIENCE_NANOS);
            int waiting = batch.waiting();
            if (waiting > 0) {
                if (stopping || System.nanoTime() - begun > PATIENCE_NANOS) {
                    batch.withdrawWaiting();
                    continue;
                }
                start(batch, with.slots().take(waiting));
                wait = Math.min(wait, TICK_NANOS);
            }
            batch.awaitSettled(wait);
        }
    }

    private void close(ShareConsumer<byte[], byte[]> mine) {
        synchronized (lock) {
            consumer = null;
        }
        if (mine == null) {
            return;
        }
        try {
            // Sends what was acknowledged; what was locked and not acknowledged goes back to others at once.
            mine.close(CLOSE);
        } catch (KafkaException e) {
            LOG.debug("Leaving the queue failed; the broker will notice", e);
        }
    }

    private void pause(long nanos) {
        long until = System.nanoTime() + nanos;
        try {
            for (long left = nanos; !stopping && left > 0; left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, STEP_NANOS));
            }
        } catch (InterruptedException e) {
            stopping = true;
        }
    }
}
