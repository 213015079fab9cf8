package io.taskgraph.cli;

import io.taskgraph.avro.MessagePriority;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.engine.ContextWait;
import io.taskgraph.engine.Mailboxes;
import io.taskgraph.engine.Message;
import io.taskgraph.engine.Posting;
import io.taskgraph.query.RunView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages that are unread: as lines for people, as fields for programs. */
final class MailLines {
    private static final int NAME = 32;

    private MailLines() {}

    /** @param now the time to tell ages by, in milliseconds since the epoch */
    static List<String> of(Terminal terminal, RunView run, List<Posting> postings, long now) {
        Mailboxes mail = run.state().mail();
        Table table = new Table(
                terminal, "MESSAGE", "FOR", "PRIORITY", "KIND", ">AGE", ">EXPIRES IN", "STATE", "FROM", "TASK", "SAYS");
        for (Posting p : postings) {
            Message m = mail.message(p.messageId());
            table.row(
                    m.id(),
                    Text.shorten(Text.plain(p.recipient()), NAME),
                    p.priority() == MessagePriority.CRITICAL
                            ? terminal.bad("critical")
                            : MailCommand.word(p.priority()),
                    MailCommand.word(m.kind()),
                    Times.of(now - p.sentAt()),
                    p.expiresAt() == 0 ? "" : Times.of(Math.max(0, p.expiresAt() - now)),
                    state(p),
                    Text.shorten(Text.plain(m.sender()), NAME),
                    m.taskId() == null ? "" : Text.shorten(Text.plain(m.taskId()), NAME),
                    says(m, p));
        }
        List<String> lines = new ArrayList<>(table.lines());
        for (ContextWait wait : mail.contextWanted()) {
            lines.add("");
            lines.add(terminal.busy(
                    "Task " + Text.plain(wait.taskId()) + ", attempt " + wait.attempt() + ", waits for context since "
                            + Times.of(now - wait.since()) + ": `taskgraph mail " + run.runId() + " --answer "
                            + wait.open().get(0) + " --body TEXT` answers."));
        }
        return lines;
    }

    private static String state(Posting p) {
        return p.number() == 0 ? "waits" : "delivered as " + p.number();
    }

    private static String says(Message m, Posting p) {
        String topic = m.topic().isEmpty() ? "" : "[" + Text.plain(m.topic()) + "] ";
        String undeliverable = p.undeliverableTo() == null
                ? ""
                : "(not deliverable to " + Text.plain(p.undeliverableTo()) + ": " + Text.plain(p.because()) + ") ";
        return undeliverable + topic + Text.plain(m.body());
    }

    /** The same for programs. Times are ISO 8601 in UTC. */
    static Map<String, Object> fields(RunView run, Posting p) {
        Message m = run.state().mail().message(p.messageId());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", run.runId());
        fields.put("message_id", m.id());
        fields.put("recipient", p.recipient());
        fields.put("addressed_to", m.recipient());
        fields.put("kind", MailCommand.word(m.kind()));
        fields.put("priority", MailCommand.word(m.priority()));
        fields.put("topic", m.topic());
        fields.put("task_id", m.taskId());
        fields.put("sender", m.sender());
        fields.put("sender_role", MailCommand.word(m.senderRole()));
        fields.put("sent_at", Instant.ofEpochMilli(m.sentAt()).toString());
        fields.put(
                "expires_at",
                m.expiresAt() == 0 ? null : Instant.ofEpochMilli(m.expiresAt()).toString());
        fields.put("delivered", p.number() > 0);
        fields.put("number", p.number() == 0 ? null : p.number());
        fields.put("reply_to", m.replyTo());
        fields.put("correlation", m.correlation());
        fields.put("undeliverable_to", p.undeliverableTo());
        fields.put("undeliverable_because", p.because());
        fields.put("waited_on", run.state().mail().contextWanted().stream().anyMatch(w -> w.open()
                .contains(m.id())));
        fields.put("body", m.body());
        return fields;
    }

    /** How much is unread, in a few words; empty: nothing is. */
    static String count(RunView run) {
        Mailboxes mail = run.state().mail();
        if (mail.isEmpty()) {
            return "";
        }
        int wanted = mail.contextWanted().size();
        return Counted.of(mail.unread(), "message") + " unread"
                + (mail.undeliverable() == 0 ? "" : ", " + mail.undeliverable() + " of them undeliverable")
                + (wanted == 0 ? "" : ", " + Counted.of(wanted, "attempt") + " waiting for context");
    }
}
