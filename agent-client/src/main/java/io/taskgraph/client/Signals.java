package io.taskgraph.client;

import io.taskgraph.avro.ActionAnswer;
import io.taskgraph.avro.CancelAttempt;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.DeliverMessages;
import io.taskgraph.avro.MessageRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the signals that are for this one worker, which its queue cannot carry: a share group delivers to any member. A
 * signal that is missed costs time, never correctness: the fence does not depend on it, an action whose answer is missed
 * is not performed but asked for again, and mail that is not read is delivered again.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private final Leases leases;
    private final MailReader mail;

    Signals(Leases leases, MailReader mail) {
        this.leases = leases;
        this.mail = mail;
    }

    void hear(Command command) {
        CancelAttempt cancel = command.getCancel();
        ActionAnswer answer = command.getActionAnswer();
        DeliverMessages delivery = command.getDeliverMessages();
        MessageRefused refused = command.getMessageRefused();
        if (cancel != null) {
            Attempt attempt = leases.held(new AttemptKey(command.getRunId(), cancel.getTaskId(), cancel.getAttempt()));
            if (attempt != null) {
                LOG.info("Cancelled: {} ({})", attempt, cancel.getReason());
                attempt.cancel();
            }
        } else if (answer != null) {
            leases.answered(command.getRunId(), answer);
        } else if (delivery != null) {
            mail.delivered(command.getRunId(), delivery);
        } else if (refused != null) {
            refused(command.getRunId(), refused);
        } else {
            LOG.warn("Passed over a signal of a kind that this version does not know: update the worker.");
        }
    }

    private void refused(String runId, MessageRefused refused) {
        boolean question = leases.all().stream()
                .anyMatch(a -> a.runId().equals(runId)
                        && a.refused(refused.getSentIn(), refused.getCode(), refused.getReason()));
        if (!question) {
            mail.refused(runId, refused.getSentIn(), refused.getCode(), refused.getReason());
        }
    }
}
