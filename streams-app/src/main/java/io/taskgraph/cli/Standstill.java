package io.taskgraph.cli;

import io.taskgraph.avro.Phase;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.engine.Approval;
import io.taskgraph.engine.GateHold;
import io.taskgraph.engine.Standing;
import io.taskgraph.graph.Status;
import io.taskgraph.query.RunView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a run waits for that only people can give: why it stands still, and which command frees it. */
final class Standstill {
    private static final int NAMED = 4;
    private static final Map<String, String> REMEDIES = Map.of(
            Standing.OPERATOR, "`taskgraph resume %s` goes on",
            Standing.BUDGET,
                    "`taskgraph budget %s` shows what was used up, and raises it with --tokens, --cost or --time",
            Standing.CAP, "`taskgraph cap %s NAME VALUE` raises a cap");

    private Standstill() {}

    /** A sentence each; none, if nobody has to do anything. */
    static List<String> of(RunView run) {
        List<String> sentences = new ArrayList<>();
        if (run.state().quarantine() != null) {
            sentences.add("quarantined: " + Text.plain(run.state().quarantine()) + "; `taskgraph release " + run.runId()
                    + "` after its cause is mended");
        }
        if (!run.state().isWhole() && run.state().phase() == Phase.IDLE) {
            sentences.add(
                    "it goes on from run " + run.state().identity().beginning().runId() + " and lacks "
                            + run.state().missing()
                            + " of its tasks: the same `taskgraph fork` again sends the rest, `taskgraph"
                            + " cancel " + run.runId() + "` ends it");
        }
        switch (run.state().phase()) {
            case AWAIT_APPROVAL ->
                sentences.add("its plan waits for approval"
                        + because(run.state().standing().reason()) + "; `taskgraph approvals " + run.runId()
                        + "` shows it");
            case AWAIT_USER -> sentences.add(awaitUser(run));
            case SYNTHESIZING -> {
                List<String> missing = GateHold.missing(run.state());
                if (!missing.isEmpty()) {
                    sentences.add("its work is over, and it waits for a passing report of the gates "
                            + String.join(", ", missing) + "; `taskgraph gates --set " + String.join(",", missing)
                            + " --record " + run.runId() + "` records one");
                }
            }
            default -> {
                // It goes on by itself.
            }
        }
        String approvals = approvals(run);
        if (!approvals.isEmpty()) {
            sentences.add(approvals);
        }
        if (run.count(Status.DEFERRED) > 0 && !run.isOver()) {
            sentences.add(setAside(run));
        }
        return sentences;
    }

    /** How many tasks nobody works on until somebody says so, with the reasons of the first. */
    private static String setAside(RunView run) {
        long all = run.count(Status.DEFERRED);
        List<String> first = run.state().graph().tasks().stream()
                .filter(task -> task.status() == Status.DEFERRED)
                .limit(NAMED)
                .map(task -> Text.shorten(Text.plain(task.id()), 48)
                        + because(Objects.requireNonNullElse(task.outcome(), "")))
                .toList();
        return Counted.of(all, "task") + (all == 1 ? " is" : " are") + " set aside: " + String.join(", ", first)
                + (all > NAMED ? " and more" : "") + "; `taskgraph why " + run.runId() + "` says what frees them";
    }

    private static String awaitUser(RunView run) {
        Standing standing = run.state().standing();
        String remedy = REMEDIES.getOrDefault(standing.waitsFor(), REMEDIES.get(Standing.OPERATOR));
        return "it waits for an operator" + because(standing.reason()) + "; " + remedy.formatted(run.runId());
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
