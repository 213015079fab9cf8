package io.taskgraph.gates;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.graph.Task;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What agents asked for and did, by their type and the action's risk: as many counts as there are types and risks. */
final class AutonomyAccount implements Account {
    /** Between the parts of a count's name; no agent type can hold it. */
    static final String SEPARATOR = "\n";

    @Override
    public String id() {
        return "autonomy";
    }

    @Override
    public void listen(Hearing run) {
        new OfRun().listen(run);
    }

    static String name(String agentType, String risk, String what) {
        return agentType + SEPARATOR + risk + SEPARATOR + what;
    }

    private static final class OfRun {
        private final Map<String, Long> counts = new HashMap<>();
        private final Set<String> rows = new HashSet<>();

        void listen(Hearing run) {
            run.on(ActionPerformed.class, (f, at) -> action(f.getTaskId(), f.getRisk(), "performed", at));
            run.on(PolicyBypassDetected.class, (f, at) -> action(f.getTaskId(), f.getRisk(), "bypasses", at));
            run.on(ActionAllowed.class, (f, at) -> {
                String by = at.family().equals("directives") ? "approved_by_people" : "allowed_by_rule";
                action(f.getTaskId(), f.getRisk(), by, at);
            });
            run.on(ActionDenied.class, (f, at) -> {
                // Nobody's answer says nothing of the agent.
                String by =
                        switch (at.family()) {
                            case "directives" -> "denied_by_people";
                            case "timers" -> "expired";
                            default -> "denied_by_rule";
                        };
                action(f.getTaskId(), f.getRisk(), by, at);
            });
            run.on(TaskCompleted.class, (f, at) -> attempt(f.getTaskId(), "attempts_done", at));
            run.on(AttemptFailed.class, (f, at) -> attempt(f.getTaskId(), "attempts_failed", at));
            run.ended(to -> {
                new TreeMap<>(counts).forEach(to::add);
                rows.forEach(row -> to.add(row + SEPARATOR + "runs", 1));
            });
        }

        private void action(String taskId, io.taskgraph.avro.Risk risk, String what, At at) {
            // What is not known counts as the worst.
            String r = risk == io.taskgraph.avro.Risk.UNKNOWN ? "DESTRUCTIVE" : risk.name();
            count(typeOf(taskId, at), r, what);
            if (!what.equals("expired")) {
                rows.add(typeOf(taskId, at) + SEPARATOR + r);
            }
        }

        private void attempt(String taskId, String what, At at) {
            Task t = at.state().graph().task(taskId);
            String risk = t == null || t.spec().risk() == io.taskgraph.graph.Risk.UNKNOWN
                    ? "DESTRUCTIVE"
                    : t.spec().risk().name();
            count(typeOf(taskId, at), risk, what);
        }

        private static String typeOf(String taskId, At at) {
            Task t = at.state().graph().task(taskId);
            return t == null ? "unknown" : t.agentType();
        }

        private void count(String agentType, String risk, String what) {
            counts.merge(name(agentType, risk, what), 1L, Long::sum);
        }
    }
}
