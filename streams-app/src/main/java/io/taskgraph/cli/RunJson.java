package io.taskgraph.cli;

import io.taskgraph.avro.RunSummary;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.RunIdentity;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.query.RunView;
import io.taskgraph.schemas.codec.Digests;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs as JSON objects. Times are ISO 8601 in UTC. */
final class RunJson {
    private RunJson() {}

    /** Where a folded run stands, without its tasks. */
    static Map<String, Object> summary(RunView run) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", run.runId());
        fields.put("name", run.state().identity().name());
        fields.put("goal", run.state().identity().goal());
        fields.put("labels", run.state().identity().labels());
        fields.put("origin", origin(run.state()));
        fields.put("missing_tasks", run.state().missing());
        fields.put("phase", run.state().phase().name());
        fields.put("quarantine", run.state().quarantine());
        fields.put("policy", run.state().policy().name());
        fields.put("policy_digest", run.state().identity().policyDigest());
        fields.put(
                "created_at",
                Instant.ofEpochMilli(run.state().identity().createdAt()).toString());
        fields.put(
                "updated_at", Instant.ofEpochMilli(run.state().lastDecidedAt()).toString());
        fields.put("sequence", run.state().sequence());
        fields.put("graph_version", run.state().graphVersion());
        fields.put("tasks", run.state().graph().size());
        fields.put("archived", run.state().graph().size() - run.state().graph().liveSize());
        Map<String, Object> statuses = new LinkedHashMap<>();
        for (Status status : Status.values()) {
            if (run.count(status) > 0) {
                statuses.put(status.name(), run.count(status));
            }
        }
        fields.put("statuses", statuses);
        fields.put("dispatches", run.state().dispatches());
        fields.put("retries", run.state().retries());
        fields.put("leases_lost", run.leasesLost());
        fields.put("fenced", run.state().fenced());
        fields.put("rejected", run.state().rejected());
        fields.put("actions_allowed", run.state().actionsAllowed());
        fields.put("actions_denied", run.state().actionsDenied());
        fields.put("bypasses", run.state().bypasses());
        fields.put(
                "approvals",
                run.state().pendingApprovals().stream()
                        .map(approval -> run.runId() + "/" + approval.id())
                        .toList());
        fields.put("workers", WorkerLines.active(run));
        fields.put("workers_lost", WorkerLines.lost(run));
        fields.put("degraded", run.state().degradation() != null);
        fields.put("escalations", run.state().escalations());
        fields.put("mail_unread", run.state().mail().unread());
        fields.put("mail_undeliverable", run.state().mail().undeliverable());
        fields.put(
                "context_wanted",
                run.state().mail().contextWanted().stream()
                        .map(wait -> wait.taskId())
                        .toList());
        fields.put("waits", Standstill.of(run));
        fields.put("budget", BudgetLines.of(run.state().ledger()).fields());
        fields.put("state_digest", HexFormat.of().formatHex(run.state().stateDigest()));
        return fields;
    }

    /** Where the run begins that goes on from another one; null: it does not. */
    private static Map<String, Object> origin(Run run) {
        RunIdentity.Beginning b = run.identity().beginning();
        if (b == null) {
            return null;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", b.runId());
        fields.put("sequence", b.sequence());
        fields.put("state_digest", b.stateDigest());
        fields.put("decision_hash", b.decisionHash());
        fields.put("checkpoint", b.checkpoint());
        fields.put("tasks", b.tasks());
        return fields;
    }

    /** A summary as it stands on its topic. */
    static Map<String, Object> summary(RunSummary run) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", run.getRunId());
        fields.put("name", run.getName());
        fields.put("goal", run.getGoal());
        fields.put("phase", run.getPhase().name());
        fields.put("quarantined", run.getQuarantined());
        fields.put("policy", run.getPolicyName());
        fields.put("policy_digest", run.getPolicyDigest());
        fields.put("created_at", run.getCreatedAt().toString());
        fields.put("updated_at", run.getUpdatedAt().toString());
        fields.put("sequence", run.getSequence());
        fields.put("graph_version", run.getGraphVersion());
        fields.put("tasks", run.getTasks());
        fields.put("archived", run.getArchived());
        Map<String, Object> statuses = new LinkedHashMap<>();
        run.getStatuses().forEach(count -> statuses.put(count.getStatus().name(), count.getCount()));
        fields.put("statuses", statuses);
        fields.put("dispatches", run.getDispatches());
        fields.put("retries", run.getRetries());
        fields.put("fenced", run.getFenced());
        fields.put("rejected", run.getRejected());
        fields.put("actions_allowed", run.getActionsAllowed());
        fields.put("actions_denied", run.getActionsDenied());
        fields.put("bypasses", run.getBypasses());
        fields.put("pending_approvals", run.getPendingApprovals());
        fields.put("budget", BudgetLines.of(run).fields());
        fields.put("state_digest", Digests.hex(run.getStateDigest()));
        fields.put("decision_hash", Digests.hex(run.getDecisionHash()));
        return fields;
    }

    static Map<String, Object> task(Task task) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", task.id());
        fields.put("title", task.title());
        fields.put("status", task.status().name());
        fields.put("priority", task.priority());
        fields.put("assignee", task.assignee());
        fields.put("agent_type", task.agentType());
        fields.put("depends_on", task.dependsOn());
        fields.put("attempt", task.attempt());
        fields.put("failures", task.failures());
        fields.put("worker", task.workerId());
        fields.put(
                "leased_at",
                task.leasedAt() == 0
                        ? null
                        : Instant.ofEpochMilli(task.leasedAt()).toString());
        fields.put(
                "not_before",
                task.notBefore() == 0
                        ? null
                        : Instant.ofEpochMilli(task.notBefore()).toString());
        fields.put("outcome", task.outcome());
        fields.put("archived", task.archived());
        return fields;
    }

    static Map<String, Object> refused(RunView.Refused refused) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sequence", refused.sequence());
        fields.put("at", refused.at().toString());
        fields.put("family", refused.family());
        fields.put("actor", refused.actor());
        fields.put("code", refused.code().name());
        fields.put("message", refused.message());
        return fields;
    }

    static List<Map<String, Object>> refused(List<RunView.Refused> refused) {
        return refused.stream().map(RunJson::refused).toList();
    }
}
