package io.taskgraph.query.why;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.engine.Approval;
import io.taskgraph.query.Said;
import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Somebody has to approve or deny. */
public record OnApproval(String runId, Approval approval) implements Reason {
    @Override
    public String kind() {
        return "approval";
    }

    @Override
    public String what() {
        String of =
                switch (approval.kind()) {
                    case ACTION -> "action " + approval.tool() + " of attempt " + approval.attempt();
                    case TASK -> "the task's dispatch";
                    case PLAN -> "the plan";
                    case RESULT -> "the result of attempt " + approval.attempt();
                    case UNKNOWN -> "something this version does not know";
                };
        return of + " waits for approval " + ref() + because();
    }

    private String because() {
        return (approval.reason().isEmpty() ? "" : " (" + approval.reason() + ")")
                + (approval.approvers().isEmpty()
                        ? ""
                        : ", approved so far by " + Said.by(approval.approvers(), approval.approverKeys()));
    }

    private String ref() {
        return runId + "/" + approval.id();
    }

    @Override
    public Since since() {
        return Since.at(approval.requestedAt());
    }

    @Override
    public String frees() {
        int missing = approval.approversNeeded() - approval.approvers().size();
        return "`taskgraph approve " + Commands.word(ref()) + "` or `taskgraph deny " + Commands.word(ref())
                + " --reason=…` by " + missing + " more " + (missing == 1 ? "person" : "people") + who();
    }

    private String who() {
        return (approval.roles().isEmpty() ? "" : ", each one of " + String.join(", ", approval.roles()))
                + (approval.requester().isEmpty() ? "" : ", not " + approval.requester() + " who asked");
    }

    @Override
    public List<Limit> limits() {
        String then =
                switch (approval.kind()) {
                    case ACTION -> "the action is denied";
                    case TASK -> "the task is deferred";
                    case RESULT -> "the result is sent back";
                    case PLAN, UNKNOWN -> "it is denied";
                };
        return List.of(new Limit("expiry", approval.expiresAt(), then));
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("approval", ref());
        details.put("kind", approval.kind().name());
        details.put("task_id", approval.taskId());
        details.put("tool", approval.kind() == ApprovalKind.ACTION ? approval.tool() : null);
        details.put("risk", approval.risk().name().toLowerCase(Locale.ROOT));
        details.put("requester", approval.requester());
        details.put("rule", approval.rule());
        details.put("approvers_needed", approval.approversNeeded());
        details.put("approvers", approval.approvers());
        details.put("approver_keys", approval.approverKeys());
        details.put("roles", approval.roles());
        return details;
    }
}
