package io.taskgraph.engine;

import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.List;

/** Decides what agents, planners and operators say of messages: each in the ways that their topic has. */
final class MailDecider {
    /** How many messages one mutation may send. */
    private static final int MESSAGES = 100;

    private MailDecider() {}

    /** Whether the mutation is about messages alone, and not about the graph. */
    static boolean only(Mutation m) {
        return m.getOperations().isEmpty() && (!m.getMessages().isEmpty() || m.getMailRead() != null);
    }

    /** Sends, all or none, and reads for the lead. */
    static Rejection ofMutation(Deliberation d, Mutation m) {
        List<MessageSpec> messages = m.getMessages();
        if (messages.size() > MESSAGES) {
            return Refusal.invalid(
                    "messages", "are " + messages.size() + "; send at most " + MESSAGES + " in one mutation");
        }
        Rejection r = m.getMailRead() == null ? null : Mail.read(d, Mailboxes.LEAD, m.getMailRead());
        Sending sending = new Sending(d, SenderRole.PLANNER);
        for (int i = 0; r == null && i < messages.size(); i++) {
            r = sending.send(messages.get(i));
            if (r != null) {
                r.getDetails().put("message", Integer.toString(i));
            }
        }
        return r;
    }

    static Rejection ofOperator(Deliberation d, SendMessage kind) {
        return new Sending(d, SenderRole.OPERATOR).send(kind.getMessage());
    }

    /** A message under an attempt that is the worker's. */
    static Rejection sent(Deliberation d, Task t, Report report, SendMessage kind) {
        takeUp(d, t, report);
        return told(report, new Sending(d, SenderRole.AGENT).send(kind.getMessage()));
    }

    /** A question that the attempt waits on. */
    static Rejection needsContext(Deliberation d, Task t, Report report, NeedsContext kind) {
        takeUp(d, t, report);
        return told(report, new Sending(d, SenderRole.AGENT).ask(d.run().graph().task(t.id()), kind.getQuestion()));
    }

    /** A worker has read: it needs no attempt for that. */
    static Rejection read(Deliberation d, Report report, MailRead kind) {
        String recipient = Mailboxes.ofWorker(report.getWorkerId());
        return recipient == null
                ? Specs.invalidId("worker id", report.getWorkerId(), "is no worker's mailbox; choose another name")
                : Mail.read(d, recipient, kind);
    }

    /** Whoever sends under an attempt has taken up its lease. */
    private static void takeUp(Deliberation d, Task t, Report report) {
        if (t.status() == Status.DISPATCHED) {
            d.emit(new TaskStarted(t.id(), t.attempt(), report.getWorkerId()));
        }
    }

    /** A worker reads no decisions: the refusal names what it has to be told. */
    private static Rejection told(Report report, Rejection r) {
        if (r != null) {
            r.getDetails().put("sent_in", report.getMessageId());
            r.getDetails().put("sender", report.getWorkerId());
        }
        return r;
    }
}
