package io.taskgraph.engine;

import io.taskgraph.avro.CompensationSpec;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TimeLimits;
import io.taskgraph.policy.contract.Caps;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.Names;
import io.taskgraph.policy.trust.manifest.SemanticVersion;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Judges the values that planners give for a task. Each check gives why it is refused, or null. */
final class Specs {
    private static final int PRIORITY = 1000;
    /** A year. */
    private static final long LONGEST_MILLIS = 366L * 86_400_000;

    private static final int TOOLPACKS = 16;

    private Specs() {}

    static Rejection ofId(String field, String id) {
        String problem = Texts.problemOfId(id, Texts.ID);
        return problem == null ? null : invalidId(field, id, problem);
    }

    static Rejection invalidId(String field, String id, String problem) {
        return Refusal.of(RejectionCode.INVALID_ID, field + " " + Texts.quoted(id == null ? "" : id) + " " + problem)
                .with("field", field)
                .with("id", Texts.cut(id == null ? "" : id, 2 * Texts.ID))
                .build();
    }

    static Rejection ofSpec(TaskSpec s, Policy policy) {
        Rejection r = ofId("task id", s.getTaskId());
        for (int i = 0; r == null && i < s.getDependsOn().size(); i++) {
            r = ofId(
                    "dependency of task " + Texts.quoted(s.getTaskId()),
                    s.getDependsOn().get(i));
        }
        if (r == null && s.getCompensates() != null) {
            r = policy.on(Flag.RECONCILE)
                    ? ofId("task that task " + Texts.quoted(s.getTaskId()) + " compensates", s.getCompensates())
                    : Refusal.disabled(Flag.RECONCILE, "no task can undo another; leave `compensates` out");
        }
        r = r == null ? Budgets.judge("budget", s.getBudget()) : r;
        r = r == null ? ofLimits(s.getLimits()) : r;
        r = r == null ? ofCompensation(s.getCompensation(), policy) : r;
        r = r == null ? ofToolpacks(s.getToolpacks()) : r;
        return r != null
                ? r
                : ofFields(
                        s.getTitle(),
                        s.getPriority(),
                        s.getAgentType(),
                        s.getAssignee(),
                        s.getPayload(),
                        s.getExpectedMillis(),
                        s.getFailureMode(),
                        policy);
    }

    static Rejection ofChange(TaskChange c, Policy policy) {
        Rejection r = Budgets.judge("budget", c.getBudget());
        r = r == null ? ofLimits(c.getLimits()) : r;
        r = r == null && c.getToolpacks() != null ? ofToolpacks(c.getToolpacks().getToolpacks()) : r;
        return r != null
                ? r
                : ofFields(
                        c.getTitle(),
                        c.getPriority(),
                        c.getAgentType(),
                        c.getAssignee() == null ? null : c.getAssignee().getValue(),
                        c.getPayload() == null ? null : c.getPayload().getValue(),
                        c.getExpectedMillis(),
                        c.getFailureMode(),
                        policy);
    }

    private static Rejection ofLimits(TimeLimits l) {
        if (l == null) {
            return null;
        }
        Rejection r = ofLimit("start limit", l.getStartMillis());
        r = r == null ? ofLimit("end limit", l.getEndMillis()) : r;
        return r == null ? ofLimit("heartbeat limit", l.getHeartbeatMillis()) : r;
    }

    private static Rejection ofLimit(String name, Long millis) {
        return millis == null || millis >= 0 && millis <= LONGEST_MILLIS
                ? null
                : Refusal.invalid(
                        name, "is " + millis + " ms; give 0, which is the policy's, to " + LONGEST_MILLIS + " ms");
    }

    private static Rejection ofCompensation(CompensationSpec c, Policy policy) {
        if (c == null) {
            return null;
        }
        return policy.on(Flag.RECONCILE)
                ? ofFields(
                        c.getTitle(), null, c.getAgentType(), null, c.getPayload(), c.getExpectedMillis(), null, policy)
                : Refusal.disabled(Flag.RECONCILE, "nothing is undone; leave `compensation` out");
    }

    private static Rejection ofToolpacks(List<ExtensionRef> toolpacks) {
        if (toolpacks.size() > TOOLPACKS) {
            return Refusal.invalid("toolpacks", "are " + toolpacks.size() + "; at most " + TOOLPACKS + " are allowed");
        }
        Set<String> names = new HashSet<>();
        for (ExtensionRef ref : toolpacks) {
            Rejection r = ofExtension("toolpack", ref);
            if (r != null) {
                return r;
            }
            if (!names.add(ref.getName())) {
                return Refusal.invalid("toolpack", ref.getName() + " is named twice; a task uses one version of each");
            }
        }
        return null;
    }

    static Rejection ofExtension(String field, ExtensionRef ref) {
        if (!Names.isExtension(ref.getName())) {
            return Refusal.invalid(field, Texts.quoted(ref.getName()) + " must be " + Names.EXTENSION_FORM);
        }
        return SemanticVersion.parse(ref.getVersion()).isPresent()
                ? null
                : Refusal.invalid(
                        "version of " + field + " " + ref.getName(),
                        Texts.quoted(ref.getVersion()) + " must be " + SemanticVersion.FORM);
    }

    private static Rejection ofFields(
            String title,
            Integer priority,
            String agentType,
            String assignee,
            String payload,
            Long expectedMillis,
            FailureMode failureMode,
            Policy policy) {
        if (title != null && title.length() > Texts.LONG_TEXT) {
            return tooLong("title", title, Texts.LONG_TEXT);
        }
        if (priority != null && (priority < -PRIORITY || priority > PRIORITY)) {
            return Refusal.invalid("priority", "is " + priority + "; give a number from -1000 to 1000");
        }
        String problem = agentType == null ? null : Texts.problemOfId(agentType, Texts.AGENT_TYPE);
        if (problem != null) {
            return Refusal.invalid("agent type", Texts.quoted(agentType) + " " + problem);
        }
        if (assignee != null && assignee.length() > Texts.NAME) {
            return tooLong("assignee", assignee, Texts.NAME);
        }
        if (expectedMillis != null && expectedMillis < 0) {
            return Refusal.invalid("expected duration", "is " + expectedMillis + " ms; give 0 or more");
        }
        if (failureMode != null && failureMode != FailureMode.FAIL_FAST) {
            if (!policy.on(Flag.RECONCILE)) {
                return Refusal.disabled(
                        Flag.RECONCILE,
                        "failure mode " + failureMode + " cannot be had; leave it out or give FAIL_FAST");
            }
        }
        return payload == null ? null : ofPayload(payload, policy.caps());
    }

    static Rejection ofPayload(String payload, Caps caps) {
        // Every character is at least one byte, so that an oversized text is seen without encoding it.
        long bytes = payload.length() > caps.maxPayloadBytes()
                ? payload.length()
                : payload.length() * 3L <= caps.maxPayloadBytes() ? 0 : payload.getBytes(StandardCharsets.UTF_8).length;
        return bytes <= caps.maxPayloadBytes()
                ? null
                : Refusal.capExceeded(
                        "max_payload",
                        caps.maxPayloadBytes(),
                        bytes,
                        "put the data elsewhere and give a reference to it");
    }

    static Rejection tooLong(String field, String text, int max) {
        return Refusal.invalid(field, "has " + text.length() + " characters; at most " + max + " are allowed");
    }
}
