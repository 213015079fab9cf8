package io.taskgraph.client;

import io.taskgraph.avro.Command;
import io.taskgraph.avro.MailRead;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A planner that reads the mail to its run's lead, until it is closed. */
public final class LeadMail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeadMail.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Planner planner;
    private final String runId;
    private final MailReader reader;
    private final SignalTail tail;

    private LeadMail(
            Planner planner, String runId, MessageHandler handler, Function<Consumer<Command>, SignalTail> signals) {
        this.planner = planner;
        this.runId = runId;
        this.reader = new MailReader(handler, message -> false, this::say, "taskgraph-lead-mail");
        this.tail = signals.apply(this::hear);
    }

    static LeadMail open(
            Planner planner, String runId, MessageHandler handler, Function<Consumer<Command>, SignalTail> signals) {
        LeadMail mail = new LeadMail(planner, runId, handler, signals);
        try {
            if (!mail.tail.start(PATIENCE)) {
                mail.close();
                throw new ClientException("The end of the signals topic could not be found within "
                        + PATIENCE.toSeconds() + " s: see that the broker is well, and that planners may read it.");
            }
        } catch (InterruptedException e) {
            mail.close();
            Thread.currentThread().interrupt();
            throw new ClientException("Interrupted while opening the mail of run " + runId + ".");
        }
        // What was delivered before anybody listened is delivered again.
        mail.say(runId, new MailRead(0L, true));
        return mail;
    }

    private void hear(Command command) {
        if (command.getRunId().equals(runId) && command.getDeliverMessages() != null) {
            reader.delivered(runId, command.getDeliverMessages());
        }
    }

    private void say(String run, MailRead read) {
        planner.submit(planner.read(run, read)).whenComplete((answer, problem) -> {
            if (problem != null) {
                LOG.warn("How far the mail of run {} is read could not be said: {}", run, problem.getMessage());
            } else if (!answer.accepted()) {
                LOG.warn("How far the mail of run {} is read was refused: {}", run, answer);
            }
        });
    }

    /** Reads no more. What was not dealt with is delivered again to whoever reads next. */
    @Override
    public void close() {
        tail.stop();
        reader.close();
    }
}
