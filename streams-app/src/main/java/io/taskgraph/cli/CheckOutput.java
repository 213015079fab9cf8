package io.taskgraph.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Rejection;
import io.taskgraph.offline.OfflineRun;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;

/** How {@code check} tells its verdicts: one form for people, one for programs. */
interface CheckOutput {
    /** A file's verdicts begin. */
    void file(String name);

    /** One patch was judged. */
    void patch(long seq, Decision decision);

    /** All patches of the file were judged. */
    void summary(String name, OfflineRun run);

    /** Lines for people. */
    record Lines(PrintWriter out) implements CheckOutput {
        private static final int LONGEST_DETAIL = 120;

        @Override
        public void file(String name) {
            out.println(name);
        }

        @Override
        public void patch(long seq, Decision decision) {
            if (decision.getOutcome() == Outcome.ACCEPTED) {
                out.println("  " + seq + "  accepted  version " + decision.getGraphVersion());
            } else {
                Rejection rejection = decision.getRejection();
                out.println("  " + seq + "  refused   " + rejection.getCode() + "  " + printable(rejection.getMessage())
                        + details(rejection.getDetails()));
            }
        }

        @Override
        public void summary(String name, OfflineRun run) {
            out.println("  " + run.accepted() + " accepted, " + run.rejected() + " refused; " + run.tasks() + " tasks, "
                    + run.liveTasks() + " live; graph version " + run.graphVersion()
                    + "; judged by preset " + run.judgedBy());
            out.println("  state digest " + run.stateDigest());
        }

        private static String details(Map<String, String> details) {
            StringBuilder text = new StringBuilder();
            new TreeMap<>(details).forEach((key, value) -> text.append(text.isEmpty() ? "  (" : ", ")
                    .append(key)
                    .append('=')
                    .append(printable(cut(value))));
            return text.isEmpty() ? "" : text.append(')').toString();
        }

        private static String cut(String value) {
            return value.length() <= LONGEST_DETAIL ? value : value.substring(0, LONGEST_DETAIL) + "…";
        }

        /** Ids may hold anything; a terminal must not be steered by them. */
        private static String printable(String text) {
            StringBuilder shown = new StringBuilder(text.length());
            text.codePoints()
                    .forEach(c -> shown.append(
                            Character.isISOControl(c) ? String.format("\\u%04x", c) : Character.toString(c)));
            return shown.toString();
        }
    }

    /** One JSON object a line. */
    record JsonLines(PrintWriter out) implements CheckOutput {
        private static final ObjectMapper JSON = new ObjectMapper();

        @Override
        public void file(String name) {
            // A program learns the file from the summary that follows its patches.
        }

        @Override
        public void patch(long seq, Decision decision) {
            boolean accepted = decision.getOutcome() == Outcome.ACCEPTED;
            ObjectNode line = JSON.createObjectNode();
            line.put("seq", seq);
            line.put("outcome", accepted ? "ACCEPTED" : "REJECTED");
            line.put("code", accepted ? null : decision.getRejection().getCode().name());
            line.set("detail", accepted ? null : RejectionJson.detail(decision.getRejection()));
            line.put("graph_version", decision.getGraphVersion());
            out.println(line);
        }

        @Override
        public void summary(String name, OfflineRun run) {
            ObjectNode line = JSON.createObjectNode();
            line.put("file", name);
            line.put("accepted", run.accepted());
            line.put("rejected", run.rejected());
            line.put("tasks", run.tasks());
            line.put("live_tasks", run.liveTasks());
            line.put("state_digest", run.stateDigest());
            line.put("preset", run.judgedBy());
            out.println(line);
        }
    }
}
