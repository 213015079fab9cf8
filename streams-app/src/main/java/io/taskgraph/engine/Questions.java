package io.taskgraph.engine;

import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import io.taskgraph.policy.contract.Phase;
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

/** What the policy is asked, put together from a run. */
public final class Questions {
    private Questions() {}

    /** May this run be created? */
    public static Question create(Run run, String planner, long at) {
        return new Question(
                Asked.CREATE, run(run, at), null, null, null, null, agent(planner, ""), counts(run, 0, at), at);
    }

    /** May this patch happen? Asked when its operations were tried. */
    public static Question patch(Run run, PatchSubject patch, String planner, long at) {
        return new Question(
                Asked.PATCH, run(run, at), null, null, patch, null, agent(planner, ""), counts(run, 0, at), at);
    }

    /** May the graph as it stands be worked off? O(tasks). */
    public static Question plan(Run run, String planner, long at) {
        return new Question(
                Asked.PLAN,
                run(run, at),
                null,
                null,
                null,
                plan(run.graph()),
                agent(planner, ""),
                counts(run, 0, at),
                at);
    }

    /** May this task be dispatched? */
    public static Question dispatch(Run run, Task t, long at) {
        return new Question(
                Asked.DISPATCH,
                run(run, at),
                task(run, t, t.attempt() + 1),
                null,
                null,
                null,
                agent("", t.agentType()),
                counts(run, 0, at),
                at);
    }

    /**
     * May this action be performed?
     *
     * @param identical how often the same was asked for by attempts of this task, this time not counted
     */
    public static Question action(Run run, Task t, ActionSubject action, String worker, int identical, long at) {
        return new Question(
                Asked.ACTION,
                run(run, at),
                task(run, t, t.attempt()),
                action,
                null,
                null,
                agent(worker, t.agentType()),
                counts(run, identical, at),
                at);
    }

    /** The policy's word for a risk: what was not said is the most dangerous. */
    public static Risk risk(io.taskgraph.graph.Risk r) {
        return switch (r) {
            case READ -> Risk.READ;
            case WRITE -> Risk.WRITE;
            case EXEC -> Risk.EXEC;
            case UNKNOWN, DESTRUCTIVE -> Risk.DESTRUCTIVE;
        };
    }

    /** The policy's word for a phase. */
    static Phase phase(io.taskgraph.avro.Phase p) {
        return switch (p) {
            case IDLE -> Phase.IDLE;
            case PLANNING -> Phase.PLANNING;
            case AWAIT_APPROVAL -> Phase.AWAIT_APPROVAL;
            case EXECUTING -> Phase.EXECUTING;
            case RECONCILING -> Phase.RECONCILING;
            case AWAIT_USER -> Phase.AWAIT_USER;
            case SYNTHESIZING -> Phase.SYNTHESIZING;
            case COMPLETED -> Phase.COMPLETED;
            case FAILED -> Phase.FAILED;
            case UNKNOWN -> throw new IllegalArgumentException("a phase that this version does not know");
        };
    }

    /** The schemas' word for a phase. */
    static io.taskgraph.avro.Phase phase(Phase p) {
        return switch (p) {
            case IDLE -> io.taskgraph.avro.Phase.IDLE;
            case PLANNING -> io.taskgraph.avro.Phase.PLANNING;
            case AWAIT_APPROVAL -> io.taskgraph.avro.Phase.AWAIT_APPROVAL;
            case EXECUTING -> io.taskgraph.avro.Phase.EXECUTING;
            case RECONCILING -> io.taskgraph.avro.Phase.RECONCILING;
            case AWAIT_USER -> io.taskgraph.avro.Phase.AWAIT_USER;
            case SYNTHESIZING -> io.taskgraph.avro.Phase.SYNTHESIZING;
            case COMPLETED -> io.taskgraph.avro.Phase.COMPLETED;
            case FAILED -> io.taskgraph.avro.Phase.FAILED;
        };
    }

    private static RunSubject run(Run run, long at) {
        TaskGraph g = run.graph();
        RunIdentity i = run.identity();
        return new RunSubject(
                run.runId(),
                i.name(),
                i.goal(),
                i.labels(),
                phase(run.phase()),
                run.graphVersion(),
                g.liveSize(),
                g.unfinished(),
                g.inFlight(),
                Math.max(0, at - i.createdAt()));
    }

    private static TaskSubject task(Run run, Task t, int attempt) {
        return new TaskSubject(
                t.id(),
                t.title(),
                risk(t.spec().risk()),
                t.priority(),
                t.agentType(),
                t.assignee() == null ? "" : t.assignee(),
                attempt,
                t.failures(),
                t.dependsOn().size(),
                run.tables().compensations.get(t.id()) != null);
    }

    private static PlanSubject plan(TaskGraph g) {
        int[] byRisk = new int[Risk.values().length];
        int live = 0;
        for (Task t : g.tasks()) {
            if (!t.status().isTerminal()) {
                byRisk[risk(t.spec().risk()).ordinal()]++;
                live++;
            }
        }
        return new PlanSubject(
                live,
                byRisk[Risk.READ.ordinal()],
                byRisk[Risk.WRITE.ordinal()],
                byRisk[Risk.EXEC.ordinal()],
                byRisk[Risk.DESTRUCTIVE.ordinal()],
                g.count(Status.FAILED));
    }

    private static AgentSubject agent(String name, String type) {
        return new AgentSubject(name, type);
    }

    private static Counts counts(Run run, int identical, long at) {
        RunCounts c = run.header().counts();
        Usage spent = run.ledger().spent();
        return new Counts(
                c.actionsAllowed(),
                run.actionTimes().within(at),
                identical,
                c.dispatches(),
                c.retries(),
                c.bypasses(),
                run.tables().approvals.size(),
                spent.tokens(),
                spent.costMicros(),
                spent.millis());
    }
}
