package io.taskgraph.policy.rules;

import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.decision.ActionSubject;
import io.taskgraph.policy.decision.AgentSubject;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Counts;
import io.taskgraph.policy.decision.PatchSubject;
import io.taskgraph.policy.decision.PlanSubject;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.RunSubject;
import io.taskgraph.policy.decision.TaskSubject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Something that a condition may look at.
 *
 * @param name as conditions write it, such as {@code task.risk}
 * @param type {@code string}, {@code int}, {@code bool}, {@code timestamp}, {@code duration} or {@code map(string, string)}
 * @param given the questions in which it is known
 * @param value its value in a question; null if the question lacks it
 */
public record Variable(String name, String type, Set<Asked> given, Function<Question, Object> value) {
    private static final Set<Asked> ALWAYS = EnumSet.allOf(Asked.class);
    private static final Set<Asked> OF_TASKS = EnumSet.of(Asked.DISPATCH, Asked.ACTION);
    private static final Set<Asked> OF_ACTIONS = EnumSet.of(Asked.ACTION);
    private static final Set<Asked> OF_PATCHES = EnumSet.of(Asked.PATCH);
    private static final Set<Asked> OF_PLANS = EnumSet.of(Asked.PLAN);
    private static final AgentSubject NOBODY = new AgentSubject("", "");

    /** All of them by name, in the order of the contract's document. */
    public static final Map<String, Variable> ALL = all();

    private static Map<String, Variable> all() {
        List<Variable> all = new ArrayList<>();
        Table<RunSubject> run = new Table<>(all, "run.", ALWAYS, Question::run);
        run.text("id", RunSubject::id);
        run.text("name", RunSubject::name);
        run.text("goal", RunSubject::goal);
        run.add("labels", "map(string, string)", r -> r.labels() == null ? Map.of() : r.labels());
        run.text("phase", r -> r.phase() == null ? "" : r.phase().key());
        run.number("graph_version", RunSubject::graphVersion);
        run.number("tasks", r -> (long) r.tasks());
        run.number("unfinished", r -> (long) r.unfinished());
        run.number("in_flight", r -> (long) r.inFlight());
        run.add("age", "duration", r -> Duration.ofMillis(r.ageMillis()));
        Table<TaskSubject> task = new Table<>(all, "task.", OF_TASKS, Question::task);
        task.text("id", TaskSubject::id);
        task.text("title", TaskSubject::title);
        task.text("risk", t -> risk(t.risk()));
        task.number("priority", t -> (long) t.priority());
        task.text("agent_type", TaskSubject::agentType);
        task.text("assignee", TaskSubject::assignee);
        task.number("attempt", t -> (long) t.attempt());
        task.number("failures", t -> (long) t.failures());
        task.number("dependencies", t -> (long) t.dependencies());
        task.add("compensates", "bool", TaskSubject::compensates);
        Table<ActionSubject> action = new Table<>(all, "action.", OF_ACTIONS, Question::action);
        action.text("tool", ActionSubject::tool);
        action.text("risk", a -> risk(a.risk()));
        action.text("purpose", ActionSubject::purpose);
        action.text("arguments_digest", ActionSubject::argumentsDigest);
        Table<PatchSubject> patch = new Table<>(all, "patch.", OF_PATCHES, Question::patch);
        patch.number("operations", p -> (long) p.operations());
        patch.number("added", p -> (long) p.added());
        patch.number("updated", p -> (long) p.updated());
        patch.number("removed", p -> (long) p.removed());
        patch.text("highest_risk", p -> risk(p.highestRisk()));
        Table<PlanSubject> plan = new Table<>(all, "plan.", OF_PLANS, Question::plan);
        plan.number("tasks", p -> (long) p.tasks());
        plan.number("read", p -> (long) p.read());
        plan.number("write", p -> (long) p.write());
        plan.number("exec", p -> (long) p.exec());
        plan.number("destructive", p -> (long) p.destructive());
        plan.number("failed", p -> (long) p.failed());
        Table<AgentSubject> agent = new Table<>(all, "agent.", ALWAYS, q -> q.agent() == null ? NOBODY : q.agent());
        agent.text("name", AgentSubject::name);
        agent.text("type", AgentSubject::type);
        Table<Counts> counts = new Table<>(all, "counts.", ALWAYS, Question::counts);
        counts.number("actions", Counts::actions);
        counts.number("actions_last_minute", c -> (long) c.actionsLastMinute());
        counts.number("identical_actions", c -> (long) c.identicalActions());
        counts.number("dispatches", Counts::dispatches);
        counts.number("retries", Counts::retries);
        counts.number("bypasses", Counts::bypasses);
        counts.number("pending_approvals", c -> (long) c.pendingApprovals());
        counts.number("tokens_spent", Counts::tokensSpent);
        counts.number("cost_micros_spent", Counts::costMicrosSpent);
        counts.add("time_spent", "duration", c -> Duration.ofMillis(c.millisSpent()));
        new Table<>(all, "", ALWAYS, q -> q).add("now", "timestamp", q -> Instant.ofEpochMilli(q.atMillis()));
        Map<String, Variable> byName = new LinkedHashMap<>();
        all.forEach(v -> byName.put(v.name(), v));
        return Collections.unmodifiableMap(byName);
    }

    /** Unknown is destructive for every judgement. */
    private static String risk(Risk risk) {
        return (risk == null ? Risk.DESTRUCTIVE : risk).key();
    }

    /** The variables that stem from one part of a question. */
    private record Table<S>(List<Variable> all, String prefix, Set<Asked> given, Function<Question, S> subject) {
        void add(String name, String type, Function<S, Object> value) {
            all.add(new Variable(prefix + name, type, given, q -> {
                S s = subject.apply(q);
                return s == null ? null : value.apply(s);
            }));
        }

        void text(String name, Function<S, String> value) {
            add(name, "string", s -> {
                String text = value.apply(s);
                return text == null ? "" : text;
            });
        }

        void number(String name, Function<S, Long> value) {
            add(name, "int", value::apply);
        }
    }
}
