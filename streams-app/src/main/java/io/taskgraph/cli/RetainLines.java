package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Times;
import io.taskgraph.retention.Cut;
import io.taskgraph.retention.RetentionReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pass over the history, told for people and for programs. */
final class RetainLines {
    private RetainLines() {}

    static List<String> of(RetentionReport r, boolean dry, long millis) {
        List<String> lines = new ArrayList<>();
        lines.add((dry ? "Would keep " : "Kept ") + Counted.of(r.runs(), "run") + ": "
                + Counted.of(r.decisions(), "decision") + " folded in " + Times.of(millis) + ".");
        lines.add((dry ? "  would take  " : "  taken       ") + Counted.of(r.taken(), "snapshot") + " in "
                + Counted.of(r.chunks(), "chunk") + "; " + r.verified() + (dry ? "" : " verified") + " in all");
        lines.add((dry ? "  would drop  " : "  dropped     ") + Counted.of(r.removed(), "snapshot")
                + " that newer ones stand for");
        lines.add((dry ? "  would forget " : "  forgotten   ") + Counted.of(r.forgotten(), "run"));
        r.archived()
                .ifPresent(put -> lines.add("  archived    " + Counted.of(put.decisions(), "decision") + " and "
                        + Counted.of(put.others(), "other record") + ", " + put.bytes() + " bytes, as piece "
                        + put.name() + ", manifest SHA-256 " + put.manifestSha256()));
        for (Cut cut : r.cuts()) {
            lines.add("  partition " + cut.partition() + "  "
                    + (cut.offsets() == 0
                            ? "begins at " + cut.from()
                            : (dry ? "would be cut" : "cut") + " from " + cut.from() + " to " + cut.to())
                    + (cut.heldBy() == null
                            ? cut.why() == null ? "" : ": " + cut.why()
                            : "; held there by run " + cut.heldBy() + ": " + cut.why()));
        }
        r.problems().forEach(p -> lines.add("  PROBLEM  " + p));
        return lines;
    }

    static String json(RetentionReport r, boolean dry, long millis) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("dry_run", dry);
        fields.put("decisions", r.decisions());
        fields.put("runs", r.runs());
        fields.put("snapshots_taken", r.taken());
        fields.put("chunks_written", r.chunks());
        fields.put("snapshots_verified", r.verified());
        fields.put("snapshots_removed", r.removed());
        fields.put("runs_forgotten", r.forgotten());
        r.archived().ifPresent(put -> {
            Map<String, Object> archived = new LinkedHashMap<>();
            archived.put("piece", put.name());
            archived.put("decisions", put.decisions());
            archived.put("other_records", put.others());
            archived.put("bytes", put.bytes());
            archived.put("manifest_sha256", put.manifestSha256());
            fields.put("archived", archived);
        });
        fields.put("truncated", r.truncated());
        fields.put("partitions", r.cuts().stream().map(RetainLines::fields).toList());
        fields.put("problems", r.problems());
        fields.put("millis", millis);
        return JsonLine.of(fields);
    }

    private static Map<String, Object> fields(Cut cut) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("partition", cut.partition());
        fields.put("from", cut.from());
        fields.put("to", cut.to());
        fields.put("held_by", cut.heldBy());
        fields.put("why", cut.why());
        return fields;
    }
}
