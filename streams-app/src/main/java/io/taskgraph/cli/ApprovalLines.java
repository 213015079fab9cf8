package io.taskgraph.cli;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.PendingApproval;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.query.Said;
import io.taskgraph.schemas.codec.Digests;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An approval that waits, with everything that an approver needs to see: as lines for people, as fields for programs. */
final class ApprovalLines {
    private static final int NAME = 9;

    private ApprovalLines() {}

    /** @param now the time to tell ages by, in milliseconds since the epoch */
    static List<String> of(Terminal terminal, RunSummary run, PendingApproval a, long now) {
        List<String> lines = new ArrayList<>();
        lines.add(terminal.name(run.getRunId() + "/" + a.getApprovalId()) + "  "
                + terminal.bold(a.getKind().name()) + "  " + subject(run, a));
        if (!a.getTool().isEmpty()) {
            line(lines, terminal, "action", Text.plain(a.getTool()) + ", " + risk(terminal, a));
        } else {
            line(lines, terminal, "risk", risk(terminal, a));
        }
        boolean review = a.getKind() == ApprovalKind.RESULT;
        line(lines, terminal, review ? "result" : "purpose", Text.plain(a.getPurpose()));
        if (a.getArgumentsDigest() != null) {
            line(lines, terminal, "arguments", "sha256 " + Digests.hex(a.getArgumentsDigest()));
        }
        line(
                lines,
                terminal,
                "asked",
                Times.of(now - a.getRequestedAt().toEpochMilli()) + " ago"
                        + (a.getRequester().isEmpty()
                                ? ""
                                : " by " + Text.plain(a.getRequester()) + (review ? ", whose work it is" : ""))
                        + (a.getAttempt() == 0 ? "" : ", attempt " + a.getAttempt()) + ", graph version "
                        + a.getGraphVersion());
        line(lines, terminal, "because", because(a));
        line(lines, terminal, "approvers", approvers(a));
        line(lines, terminal, "expires", expires(a, now, review));
        return lines;
    }

    private static String subject(RunSummary run, PendingApproval a) {
        String title = Text.plain(a.getTitle());
        if (a.getTaskId() == null) {
            return title.isEmpty() ? Text.plain(run.getName()) : title;
        }
        return "task " + Text.plain(a.getTaskId()) + (title.isEmpty() ? "" : ": " + title);
    }

    /** What is not known is treated as the most dangerous, so it is shown as that. */
    private static String risk(Terminal terminal, PendingApproval a) {
        return switch (a.getRisk()) {
            case UNKNOWN -> terminal.bad("unknown, so treated as destructive");
            case DESTRUCTIVE -> terminal.bad("destructive");
            default -> a.getRisk().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String because(PendingApproval a) {
        if (a.getKind() == ApprovalKind.RESULT) {
            return "the policy's review" + (a.getReason().isEmpty() ? "" : ": " + Text.plain(a.getReason()));
        }
        String rule = a.getRule().isEmpty() ? "the contract" : "rule " + Text.plain(a.getRule());
        return rule + (a.getReason().isEmpty() ? "" : ": " + Text.plain(a.getReason()));
    }

    private static String approvers(PendingApproval a) {
        return a.getApprovers().size() + " of " + a.getApproversNeeded()
                + (a.getApprovers().isEmpty()
                        ? ""
                        : " (" + Text.plain(Said.by(a.getApprovers(), a.getApproverKeys())) + ")")
                + (a.getRoles().isEmpty() ? "" : ", each one of " + Text.plain(String.join(", ", a.getRoles())));
    }

    private static String expires(PendingApproval a, long now, boolean review) {
        long left = a.getExpiresAt().toEpochMilli() - now;
        String then = review ? "sent back" : "denied";
        return left > 0
                ? "in " + Times.of(left) + (review ? ", which sends it back" : ", which denies it")
                : "now: it is being " + then;
    }

    private static void line(List<String> lines, Terminal terminal, String name, String value) {
        if (!value.isBlank()) {
            lines.add("  " + terminal.dim(Text.left(name, NAME)) + "  " + value);
        }
    }

    /** The same for programs. Times are ISO 8601 in UTC. */
    static Map<String, Object> fields(RunSummary run, PendingApproval a) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("approval", run.getRunId() + "/" + a.getApprovalId());
        fields.put("run_id", run.getRunId());
        fields.put("approval_id", a.getApprovalId());
        fields.put("kind", a.getKind().name());
        fields.put("task_id", a.getTaskId());
        fields.put("title", a.getTitle());
        fields.put("attempt", a.getAttempt());
        fields.put("graph_version", a.getGraphVersion());
        fields.put("tool", a.getTool());
        fields.put("risk", a.getRisk().name());
        fields.put("arguments_digest", a.getArgumentsDigest() == null ? null : Digests.hex(a.getArgumentsDigest()));
        fields.put("purpose", a.getPurpose());
        fields.put("requester", a.getRequester());
        fields.put("rule", a.getRule());
        fields.put("reason", a.getReason());
        fields.put("approvers_needed", a.getApproversNeeded());
        fields.put("roles", a.getRoles());
        fields.put("approvers", a.getApprovers());
        fields.put("approver_keys", a.getApproverKeys());
        fields.put("requested_at", a.getRequestedAt().toString());
        fields.put("expires_at", a.getExpiresAt().toString());
        return fields;
    }
}
