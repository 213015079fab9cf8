package io.taskgraph.cli;

import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.engine.Approval;
import io.taskgraph.query.RunView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a run waits for that only people can give: why it stands still, and which command frees it. */
final class Standstill {
    private static final int NAMED = 4;
    private static final Map<String, String> OPTIONS =
            Map.of("tokens", "--tokens N", "cost_micros", "--cost X", "millis", "--time D");

    private Standstill() {}

    /** A sentence each; none, if nobody has to do anything. */
    static List<String> of(RunView run) {
        List<String> sentences = new ArrayList<>();
        if (run.state().quarantine() != null) {
            sentences.add("quarantined: " + Text.plain(run.state().quarantine()) + "; `taskgraph release " + run.runId()
                    + "` after its cause is mended");
        }
        switch (run.state().phase()) {
            case AWAIT_APPROVAL ->
                sentences.add("its plan waits for approval"
                        + because(run.phaseReason().reason()) + "; `taskgraph approvals " + run.runId() + "` shows it");
            case AWAIT_USER -> sentences.add(awaitUser(run));
            default -> {
                // It goes on by itself.
            }
        }
        String approvals = approvals(run);
        if (!approvals.isEmpty()) {
            sentences.add(approvals);
        }
        return sentences;
    }

    private static String awaitUser(RunView run) {
        RunView.PhaseReason why = run.phaseReason();
        if (why.bypass() != null) {
            PolicyBypassDetected bypass = why.bypass();
            return "task " + Text.plain(bypass.getTaskId()) + " performed " + Text.plain(bypass.getTool())
                    + " without an allow; `taskgraph resume " + run.runId() + "` goes on, `taskgraph cancel "
                    + run.runId() + "` ends it";
        }
        if (why.budget() != null) {
            BudgetExhausted budget = why.budget();
            return "the budget" + (budget.getTaskId() == null ? "" : " of task " + Text.plain(budget.getTaskId()))
                    + " does not suffice in " + budget.getResource() + " (limit " + budget.getLimit()
                    + ", spent and reserved " + budget.getCommitted()
                    + (budget.getWanted() == 0 ? "" : ", wanted " + budget.getWanted()) + "); `taskgraph budget "
                    + run.runId() + (budget.getTaskId() == null ? "" : " --task " + Text.plain(budget.getTaskId()))
                    + " " + OPTIONS.getOrDefault(budget.getResource(), "--tokens N") + "` raises it";
        }
        return "it waits for an operator" + because(why.reason()) + "; `taskgraph resume " + run.runId() + "` goes on";
    }

    private static String because(String reason) {
        return reason.isBlank() ? "" : " (" + Text.plain(reason) + ")";
    }

    /** How many approvals wait, and the ids of the oldest. */
    static String approvals(RunView run) {
        List<Approval> pending = run.state().pendingApprovals();
        if (pending.isEmpty()) {
            return "";
        }
        List<String> ids = pending.subList(0, Math.min(NAMED, pending.size())).stream()
                .map(approval -> run.runId() + "/" + approval.id())
                .toList();
        return Counted.of(pending.size(), "approval")
                + (pending.size() == 1 ? " waits: " : " wait: ")
                + String.join(", ", ids)
                + (pending.size() > NAMED ? " and more" : "");
    }
}
