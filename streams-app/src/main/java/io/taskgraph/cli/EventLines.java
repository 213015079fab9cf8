package io.taskgraph.cli;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Rejection;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.query.Event;
import io.taskgraph.query.RecordFields;
import io.taskgraph.schemas.codec.Digests;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Events for people, a line each, and for programs, a JSON object each; docs/architecture/events.md names the fields. */
final class EventLines {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    /** How much of a fact is told beside its type, in columns. */
    private static final int DETAIL = 160;

    private EventLines() {}

    /** Time, sequence, who, by what, outcome, type, task, and what else it says. */
    static String line(Terminal terminal, Event e) {
        Decision d = e.decision();
        String actor = d.getCause().getActor();
        StringBuilder line = new StringBuilder();
        line.append(terminal.dim(TIME.format(d.getDecidedAt())));
        line.append("  ").append(Text.right(Long.toString(d.getSequence()), 5));
        // Whose name is proved is marked.
        String who = actor.isEmpty() ? "-" : d.getCause().getProof() == null ? actor : "*" + actor;
        line.append("  ").append(Text.left(Text.shorten(Text.plain(who), 20), 20));
        line.append("  ").append(Text.left(d.getCause().getFamily(), 10));
        String outcome = Text.left(d.getOutcome().name(), 9);
        line.append("  ").append(e.type().equals(Event.REJECTED) ? terminal.bad(outcome) : outcome);
        line.append("  ").append(Text.left(e.type(), 20));
        line.append("  ").append(e.taskId() == null ? "-" : Text.shorten(Text.plain(e.taskId()), 48));
        String detail = detail(e);
        return detail.isEmpty()
                ? line.toString()
                : line.append("  ").append(terminal.dim(detail)).toString();
    }

    private static String detail(Event e) {
        Rejection r = e.decision().getRejection();
        if (e.fact() == null && r != null) {
            return Text.shorten(r.getCode() + ": " + Text.plain(r.getMessage()), DETAIL);
        }
        if (e.fact() == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        RecordFields.of(e.fact()).forEach((key, value) -> {
            boolean says = !key.equals("task_id") && !key.equals("policy_document") && !"".equals(value);
            if (says && text.length() < DETAIL) {
                text.append(text.isEmpty() ? "" : " ").append(key).append('=').append(value);
            }
        });
        return Text.shorten(Text.plain(text.toString()), DETAIL);
    }

    /** Every field, in the documented order. */
    static Map<String, Object> fields(Event e) {
        Decision d = e.decision();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("schema_version", Event.SCHEMA_VERSION);
        fields.put("run_id", d.getRunId());
        fields.put("sequence", d.getSequence());
        fields.put("index", e.index());
        fields.put("at", d.getDecidedAt().toString());
        fields.put("type", e.type());
        fields.put("task_id", e.taskId());
        fields.put("actor", d.getCause().getActor());
        fields.put("cause", cause(d.getCause()));
        fields.put("outcome", d.getOutcome().name());
        fields.put("graph_version", d.getGraphVersion());
        fields.put("rebased_from", d.getRebasedFrom());
        fields.put("policy_digest", d.getPolicyDigest());
        fields.put("rule", d.getRule());
        fields.put("duplicate_of", d.getDuplicateOf());
        fields.put("rejection", d.getRejection() == null ? null : RecordFields.of(d.getRejection()));
        fields.put("fact", e.fact() == null ? null : RecordFields.of(e.fact()));
        fields.put("state_digest", Digests.hex(d.getStateDigest()));
        fields.put("previous_hash", Digests.hex(d.getPreviousHash()));
        return fields;
    }

    /** What proves who said it: operator, key and fingerprint; null: nothing does. */
    static Object proof(Cause c) {
        return c.getProof() == null ? null : RecordFields.of(c.getProof());
    }

    private static Map<String, Object> cause(Cause c) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("family", c.getFamily());
        fields.put("partition", c.getPartition());
        fields.put("offset", c.getOffset());
        fields.put("message_id", c.getMessageId());
        fields.put("timer", c.getTimer() == null ? null : RecordFields.of(c.getTimer()));
        fields.put("heartbeats_read_to", c.getHeartbeatsReadTo());
        fields.put("proof", proof(c));
        return fields;
    }
}
