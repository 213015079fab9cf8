package io.taskgraph.client;

import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.AttemptError;
import io.taskgraph.avro.LoadedExtension;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.Released;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.UsageSoFar;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RecordSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what a worker reports. Reports of one run arrive in the order in which they were sent, each once; while the
 * broker is away they wait. Safe for any thread.
 */
final class Reports {
    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);
    private static final int MAX_ERROR = 4096;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final RecordSerializer<Report> serializer;
    private final long largest;
    private final String workerId;
    private final List<LoadedExtension> loaded;
    private final Tally tally;
    private final String idPrefix = Ids.shortRandom() + "-";
    private final AtomicLong ids = new AtomicLong();

    Reports(
            Producer<byte[], byte[]> producer,
            Topic<Report> topic,
            RecordSerializer<Report> serializer,
            long largest,
            String workerId,
            Tally tally) {
        this(producer, topic, serializer, largest, workerId, List.of(), tally);
    }

    /** @param loaded the extensions that the worker has loaded */
    Reports(
            Producer<byte[], byte[]> producer,
            Topic<Report> topic,
            RecordSerializer<Report> serializer,
            long largest,
            String workerId,
            List<LoadedExtension> loaded,
            Tally tally) {
        this.loaded = loaded;
        this.producer = producer;
        this.topic = topic.name();
        this.serializer = serializer;
        this.largest = largest;
        this.workerId = workerId;
        this.tally = tally;
    }

    /** @param durable told whether the broker has it, on the producer's thread or this one */
    void started(AttemptKey attempt, String agentType, Consumer<Boolean> durable) {
        Report report = report(attempt);
        report.setStarted(new Started(agentType, loaded));
        send(report, durable);
    }

    /** @param usage what was used up in all, or null: what was reported before */
    void submitted(AttemptKey attempt, String result, Amounts usage, Consumer<Boolean> durable) {
        if (result != null && 3L * result.length() > largest) {
            long bytes = result.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > largest) {
                failed(
                        attempt,
                        "The result takes " + bytes + " bytes, and a report may have at most " + largest
                                + ": keep it elsewhere and refer to it.",
                        false,
                        usage,
                        null,
                        durable);
                return;
            }
        }
        tally.succeeded.increment();
        Report report = report(attempt);
        report.setSubmitted(new Submitted(result, usage));
        send(report, durable);
    }

    /** @param progress how far it got, or null: as the last heartbeat said */
    void failed(
            AttemptKey attempt,
            String error,
            boolean retryable,
            Amounts usage,
            String progress,
            Consumer<Boolean> durable) {
        tally.failed.increment();
        Report report = report(attempt);
        report.setFailed(new AttemptError(Cut.to(MAX_ERROR, error), retryable, usage, progress));
        send(report, durable);
    }

    /** @param progress how far it got, or null: as the last heartbeat said */
    void released(AttemptKey attempt, String reason, String progress, Consumer<Boolean> durable) {
        Report report = report(attempt);
        report.setReleased(new Released(reason, progress));
        send(report, durable);
    }

    /** @param requestId the message id, which the answer names: sent again, it is the same request */
    void actionWanted(AttemptKey attempt, String requestId, Action action) {
        Report report = report(attempt);
        report.setMessageId(requestId);
        report.setActionWanted(
                new ActionWanted(action.tool(), action.risk(), action.argumentsDigest(), action.purpose()));
        send(report, durable -> {});
    }

    /** @param requestId the request that was allowed; empty if there was none */
    void actionDone(AttemptKey attempt, String requestId, Action action) {
        Report report = report(attempt);
        report.setActionDone(new ActionDone(requestId, action.tool(), action.risk(), action.argumentsDigest()));
        send(report, durable -> {});
    }

    void usage(AttemptKey attempt, Amounts total) {
        Report report = report(attempt);
        report.setUsageSoFar(new UsageSoFar(total));
        send(report, durable -> {});
    }

    /** @param messageId by which a refusal names it */
    void message(AttemptKey attempt, String messageId, Letter letter) {
        Report report = report(attempt);
        report.setMessageId(messageId);
        report.setMessage(new SendMessage(letter.spec()));
        send(report, durable -> {});
    }

    /** @param messageId which the answer correlates to */
    void needsContext(AttemptKey attempt, String messageId, String question) {
        Report report = report(attempt);
        report.setMessageId(messageId);
        report.setNeedsContext(new NeedsContext(question));
        send(report, durable -> {});
    }

    /** Asks for a checkpoint. */
    void checkpoint(AttemptKey attempt, SaveCheckpoint checkpoint) {
        Report report = report(attempt);
        report.setSaveCheckpoint(checkpoint);
        send(report, durable -> {});
    }

    /** Says how far the run's mail is read. */
    void mailRead(String runId, MailRead read) {
        Report report = report(new AttemptKey(runId, "", 0));
        report.setMailRead(read);
        send(report, durable -> {});
    }

    /** The id of a new message, unique in whatever run. */
    String nextId() {
        return idPrefix + Long.toString(ids.getAndIncrement(), Character.MAX_RADIX);
    }

    private Report report(AttemptKey attempt) {
        Report report = new Report();
        report.setMessageId(nextId());
        report.setRunId(attempt.runId());
        report.setWorkerId(workerId);
        report.setTaskId(attempt.taskId());
        report.setAttempt(attempt.attempt());
        report.setSentAt(Instant.now());
        return report;
    }

    private void send(Report report, Consumer<Boolean> durable) {
        try {
            producer.send(
                    new ProducerRecord<>(
                            topic, report.getRunId().getBytes(StandardCharsets.UTF_8), serializer.write(report)),
                    (metadata, problem) -> {
                        if (problem == null) {
                            tally.reports.increment();
                        } else {
                            undelivered(report, problem);
                        }
                        durable.accept(problem == null);
                    });
        } catch (KafkaException | IllegalStateException | IllegalArgumentException e) {
            undelivered(report, e);
            durable.accept(false);
        }
    }

    private void undelivered(Report report, Exception problem) {
        LOG.warn(
                "A report on task {} of run {} (attempt {}) did not reach the broker: {}. The control plane will take the"
                        + " worker for silent and offer the task again.",
                report.getTaskId(),
                report.getRunId(),
                report.getAttempt(),
                problem.getMessage());
    }
}
