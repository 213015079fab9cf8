package io.taskgraph.engine;

import io.taskgraph.avro.ContextProvided;
import io.taskgraph.avro.ContextRequested;
import io.taskgraph.avro.MessageDisplaced;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageQueued;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.MessageUndeliverable;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.avro.TaskBriefed;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Flag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decides what becomes of messages that are sent: judged, then put into mailboxes. How they leave them: {@link Mail}. */
final class Sending {
    /** The longest time to live, in milliseconds: a year. */
    static final long LONGEST_TTL = 31_536_000_000L;

    private static final int CORRELATION = 128;
    private static final int MESSAGE_ID = 64;

    private final Deliberation d;
    private final SenderRole role;
    private final String sender;
    private final String sentIn;

    /** What the input's sender sends, with the role that its topic gives it. */
    Sending(Deliberation d, SenderRole role) {
        this.d = d;
        this.role = role;
        this.sender = role == SenderRole.CONTROL_PLANE ? Mailboxes.CONTROL_PLANE : d.actor();
        this.sentIn = d.messageId();
    }

    /** Sends it, or tells why not. */
    Rejection send(MessageSpec given) {
        Rejection r = judge(given);
        if (r != null) {
            return r;
        }
        MessageSpec m = MessageSpec.newBuilder(given).build();
        ContextWait asking = null;
        if (m.getReplyTo() != null) {
            asking = d.run().mail().asking(m.getReplyTo());
            r = role == SenderRole.AGENT || m.getKind() != MessageKind.CONTEXT ? null : answers(m, asking);
            if (r != null) {
                return r;
            }
            correlate(m, asking);
        }
        boolean answer = asking != null && role != SenderRole.AGENT && m.getKind() == MessageKind.CONTEXT;
        if (answer && asking.isOfControlPlane()) {
            brief(asking, m);
            return null;
        }
        if (m.getRecipient().equals(Mailboxes.CONTROL_PLANE)) {
            // It asks in the name of the run: what is no answer that it waits for is the planners'.
            m.setRecipient(Mailboxes.LEAD);
        }
        if (answer) {
            // Its attempt holds a lease and stands still.
            m.setPriority(MessagePriority.CRITICAL);
        }
        String id = Message.idOf(d.run().sequence() + 1, d.nextMessage());
        r = m.getRecipient().equals(Mailboxes.EVERYBODY) ? toEverybody(id, m) : toOne(id, m);
        if (r == null && answer) {
            d.emit(new ContextProvided(asking.taskId(), asking.attempt(), m.getReplyTo(), id));
        }
        return r;
    }

    /** The task is taken up again, and the answer goes with its next dispatch. */
    private void brief(ContextWait asking, MessageSpec m) {
        d.emit(new TaskBriefed(asking.taskId(), m.getReplyTo(), Texts.cut(m.getBody(), Progress.LENGTH)));
        d.emit(new TaskRequeued(asking.taskId(), "what was asked about it was answered"));
    }

    /** The control plane asks the worker that holds the lease; nothing waits for the answer. */
    Rejection askWorker(Task t, String question) {
        MessageSpec m = MessageSpec.newBuilder()
                .setRecipient(t.workerId())
                .setKind(MessageKind.NEEDS_CONTEXT)
                .setPriority(MessagePriority.HIGH)
                .setTaskId(t.id())
                .setBody(question)
                .build();
        Rejection r = judge(m);
        return r == null ? toOne(Message.idOf(d.run().sequence() + 1, d.nextMessage()), m) : r;
    }

    /** The planners are asked: by an attempt, whose time stands still, or by the control plane about a task set aside. */
    Rejection ask(Task t, String question) {
        MessageSpec m = MessageSpec.newBuilder()
                .setRecipient(Mailboxes.LEAD)
                .setKind(MessageKind.NEEDS_CONTEXT)
                .setPriority(MessagePriority.HIGH)
                .setTaskId(t.id())
                .setBody(question)
                .setCorrelation(sentIn)
                .build();
        Rejection r = judge(m);
        String id = Message.idOf(d.run().sequence() + 1, d.nextMessage());
        r = r == null ? toOne(id, m) : r;
        if (r == null) {
            d.emit(new ContextRequested(t.id(), t.attempt(), id));
        }
        return r;
    }

    private Rejection judge(MessageSpec m) {
        if (!d.policy().on(Flag.PRIORITY_MAILBOX)) {
            return Refusal.disabled(Flag.PRIORITY_MAILBOX, "nobody can send messages in this run");
        }
        if (m.getKind() == MessageKind.UNKNOWN || m.getPriority() == MessagePriority.UNKNOWN) {
            return Refusal.of(
                            RejectionCode.UNSUPPORTED,
                            "the message has a kind or priority that this version does not know")
                    .with("field", m.getKind() == MessageKind.UNKNOWN ? "kind" : "priority")
                    .build();
        }
        if (role == SenderRole.AGENT && m.getKind() == MessageKind.DIRECTIVE) {
            return Refusal.invalid(
                    "kind", "is DIRECTIVE, and agents give no orders; send an ALERT or a DECISION_REQUEST");
        }
        String problem = Texts.problemOfId(m.getRecipient(), Texts.ID);
        if (problem != null) {
            return Specs.invalidId("recipient", m.getRecipient(), problem);
        }
        if (role == SenderRole.AGENT && m.getRecipient().equals(sender)) {
            return Refusal.invalid("recipient", "is the sender itself; tell your progress in heartbeats instead");
        }
        if (m.getTopic().length() > Texts.NAME) {
            return Specs.tooLong("topic", m.getTopic(), Texts.NAME);
        }
        if (m.getCorrelation().length() > CORRELATION) {
            return Specs.tooLong("correlation", m.getCorrelation(), CORRELATION);
        }
        if (m.getReplyTo() != null && m.getReplyTo().length() > MESSAGE_ID) {
            return Specs.tooLong("reply_to", m.getReplyTo(), MESSAGE_ID);
        }
        Long ttl = m.getTtlMillis();
        if (ttl != null && (ttl < 1 || ttl > LONGEST_TTL)) {
            return Refusal.invalid(
                    "ttl_millis", "is " + ttl + "; give 1 to " + LONGEST_TTL + ", or leave it out: until it is read");
        }
        if (m.getTaskId() != null && d.run().graph().task(m.getTaskId()) == null) {
            return Refusal.unknownTask(m.getTaskId());
        }
        return size(m.getBody());
    }

    private Rejection size(String body) {
        int limit = d.policy().mailbox().maxMessageBytes();
        // Every character is at least one byte, so that an oversized text is seen without encoding it.
        long bytes = body.length() > limit ? body.length() : body.getBytes(StandardCharsets.UTF_8).length;
        return bytes <= limit
                ? null
                : Refusal.capExceeded(
                        "mailbox.max_message", limit, bytes, "put the data elsewhere and send a reference to it");
    }

    /** Whether it is an answer that somebody waits for. */
    private static Rejection answers(MessageSpec m, ContextWait asking) {
        if (asking == null) {
            return Refusal.of(
                            RejectionCode.UNKNOWN_MESSAGE,
                            "no attempt waits for an answer to message " + Texts.quoted(m.getReplyTo())
                                    + "; it was answered, or the attempt is over")
                    .with("message_id", m.getReplyTo())
                    .build();
        }
        return asking.worker().equals(m.getRecipient())
                ? null
                : Refusal.invalid(
                        "recipient",
                        "is " + Texts.quoted(m.getRecipient()) + ", and worker " + Texts.quoted(asking.worker())
                                + " asked; answer that one");
    }

    private void correlate(MessageSpec m, ContextWait asking) {
        Message original = d.run().mail().message(m.getReplyTo());
        if (asking != null) {
            m.setCorrelation(asking.request(m.getReplyTo()));
        } else if (m.getCorrelation().isEmpty() && original != null) {
            m.setCorrelation(original.correlation());
        }
    }

    private Rejection toOne(String id, MessageSpec m) {
        String why = absence(m.getRecipient());
        String box = why == null ? m.getRecipient() : Mailboxes.LEAD;
        if (!room(box)) {
            Posting victim = displaceable(box, m.getPriority());
            if (victim == null) {
                return full(box, m.getPriority());
            }
            queue(id, m, List.of());
            displace(victim, id);
        } else {
            queue(id, m, List.of());
        }
        if (why != null) {
            d.emit(new MessageUndeliverable(id, m.getRecipient(), why, true));
        }
        return null;
    }

    /** Why mail for that worker cannot be delivered; null: it can. */
    private String absence(String recipient) {
        return d.run().mail().present(recipient)
                ? null
                : Mail.absence(d.run().tables().workers.get(recipient));
    }

    private Rejection toEverybody(String id, MessageSpec m) {
        List<String> except = new ArrayList<>();
        Map<String, Posting> victims = new LinkedHashMap<>();
        int reached = 0;
        int workers = 0;
        for (Worker w : d.run().tables().workers.values()) {
            if (!Mailboxes.isOfEverybody(w)) {
                continue;
            }
            if (role == SenderRole.AGENT && w.id().equals(sender)) {
                except.add(w.id());
                continue;
            }
            workers++;
            Posting victim = room(w.id()) ? null : displaceable(w.id(), m.getPriority());
            if (victim == null && !room(w.id())) {
                except.add(w.id());
                continue;
            }
            reached++;
            if (victim != null) {
                victims.put(w.id(), victim);
            }
        }
        if (workers == 0) {
            if (!room(Mailboxes.LEAD)) {
                return full(Mailboxes.LEAD, m.getPriority());
            }
            queue(id, m, except);
            d.emit(new MessageUndeliverable(id, Mailboxes.EVERYBODY, "no other worker works for the run", true));
            return null;
        }
        if (reached == 0) {
            return full(Mailboxes.EVERYBODY, m.getPriority());
        }
        queue(id, m, except);
        victims.values().forEach(victim -> displace(victim, id));
        return null;
    }

    private void queue(String id, MessageSpec m, List<String> except) {
        Instant expires = m.getTtlMillis() == null ? null : Instant.ofEpochMilli(d.now() + m.getTtlMillis());
        d.emit(new MessageQueued(id, sender, role, sentIn, m, expires, except));
    }

    private boolean room(String recipient) {
        return d.run().mail().size(recipient) < d.policy().mailbox().capacity();
    }

    /** The newest of the least urgent that waits and is less urgent than that; a question that holds up an attempt never. */
    private Posting displaceable(String recipient, MessagePriority priority) {
        Mailboxes.Box box = d.run().mail().box(recipient);
        if (box == null) {
            return null;
        }
        for (Posting p : box.waiting().descendingSet()) {
            if (p.priority().compareTo(priority) <= 0) {
                return null;
            }
            if (d.run().mail().asking(p.messageId()) == null) {
                return p;
            }
        }
        return null;
    }

    /** What planners and operators sent comes back to the lead, if it is for one worker; agents are told by a signal. */
    private void displace(Posting victim, String by) {
        Message m = d.run().mail().message(victim.messageId());
        boolean back = m.senderRole() != SenderRole.AGENT
                && !m.forEverybody()
                && !victim.recipient().equals(Mailboxes.LEAD)
                && room(Mailboxes.LEAD);
        if (back) {
            d.emit(new MessageUndeliverable(
                    m.id(), victim.recipient(), "it gave way to message " + by + " in a full mailbox", true));
        } else {
            d.emit(new MessageDisplaced(m.id(), victim.recipient(), by, m.sender(), m.senderRole(), m.sentIn()));
        }
    }

    private Rejection full(String recipient, MessagePriority priority) {
        int capacity = d.policy().mailbox().capacity();
        return Refusal.of(
                        RejectionCode.MAILBOX_FULL,
                        "the mailbox of " + Texts.quoted(recipient) + " holds " + capacity
                                + " messages that are unread, and none that waits is less urgent than " + priority
                                + "; send it again later")
                .with("recipient", recipient)
                .with("capacity", capacity)
                .with("priority", priority.name())
                .build();
    }
}
