package io.taskgraph.engine;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.DependencyAdded;
import io.taskgraph.avro.DependencyRemoved;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.RunQuarantined;
import io.taskgraph.avro.RunReleased;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskArchived;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskRemoved;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * The only code that changes a run: by decisions, fact by fact. Total: what was decided is never refused. The live
 * processor and the replayer both call {@link #decision}.
 */
public final class Apply {
    /**
     * When a fact happens.
     *
     * @param at time of its decision, in milliseconds since the epoch
     * @param graphVersion the graph's version after its decision
     */
    record Moment(long at, long graphVersion) {}

    @FunctionalInterface
    private interface OfKind<T> {
        void apply(Run run, T kind, Moment when);
    }

    private static final Map<Class<?>, OfKind<?>> BY_KIND = new HashMap<>();
    private static final Set<Class<?>> CHANGES_GRAPH = Set.of(
            TaskAdded.class,
            TaskUpdated.class,
            TaskRemoved.class,
            TaskArchived.class,
            DependencyAdded.class,
            DependencyRemoved.class,
            TaskDeferred.class,
            TaskRequeued.class,
            TaskResolved.class,
            RunCancelled.class);

    static {
        on(RunCreated.class, Apply::runCreated);
        on(PhaseChanged.class, (run, f, w) -> run.header(run.header().withPhase(f.getTo())));
        on(TaskAdded.class, Apply::taskAdded);
        on(TaskUpdated.class, Apply::taskUpdated);
        on(TaskRemoved.class, (run, f, w) -> run.graph().remove(f.getTaskId()));
        on(
                TaskArchived.class,
                (run, f, w) ->
                        change(run, f.getTaskId(), w, task(run, f.getTaskId()).inArchive()));
        on(DependencyAdded.class, (run, f, w) -> {
            run.graph().addDependency(f.getTaskId(), f.getDependsOn());
            change(run, f.getTaskId(), w, task(run, f.getTaskId()));
        });
        on(DependencyRemoved.class, (run, f, w) -> {
            run.graph().removeDependency(f.getTaskId(), f.getDependsOn());
            change(run, f.getTaskId(), w, task(run, f.getTaskId()));
        });
        on(
                TaskDeferred.class,
                (run, f, w) ->
                        change(run, f.getTaskId(), w, task(run, f.getTaskId()).deferred(f.getReason())));
        on(
                TaskRequeued.class,
                (run, f, w) ->
                        change(run, f.getTaskId(), w, task(run, f.getTaskId()).requeued()));
        on(TaskResolved.class, Apply::taskResolved);
        on(TaskDispatched.class, (run, f, w) -> {
            run.header(run.header().dispatched(f.getAttempt() > 1));
            run.graph().update(task(run, f.getTaskId()).dispatched(f.getAttempt(), w.at));
        });
        on(TaskStarted.class, (run, f, w) -> run.graph()
                .update(task(run, f.getTaskId()).started(f.getWorkerId(), w.at)));
        on(TaskCompleted.class, (run, f, w) -> run.graph()
                .update(task(run, f.getTaskId()).ended(Status.DONE, f.getWorkerId(), f.getResult())));
        on(AttemptFailed.class, (run, f, w) -> run.graph()
                .update(task(run, f.getTaskId()).leaseEnded(true)));
        on(LeaseRevoked.class, (run, f, w) -> run.graph()
                .update(task(run, f.getTaskId()).leaseEnded(false)));
        on(TaskFailed.class, (run, f, w) -> {
            run.graph().update(task(run, f.getTaskId()).ended(Status.FAILED, null, f.getReason()));
            endDependents(run, f.getTaskId(), Status.FAILED, w);
        });
        on(WorkerLost.class, (run, f, w) -> {
            // What it held is ended by facts of their own; that it was lost is for the record.
        });
        on(RunCancelled.class, Apply::runCancelled);
        on(RunQuarantined.class, (run, f, w) -> run.header(run.header().withQuarantine(f.getReason())));
        on(RunReleased.class, (run, f, w) -> run.header(run.header().withQuarantine(null)));
    }

    private Apply() {}

    private static <T extends SpecificRecord> void on(Class<T> kind, OfKind<T> how) {
        BY_KIND.put(kind, how);
    }

    /** The kinds of fact that have an application here. */
    static Set<Class<?>> kinds() {
        return Set.copyOf(BY_KIND.keySet());
    }

    /** Whether a fact of this kind changes the graph, and with it its version. */
    static boolean changesGraph(SpecificRecord kind) {
        return CHANGES_GRAPH.contains(kind.getClass());
    }

    /**
     * Brings the run to where it stands after the decision. Whoever calls it seals the run afterwards, and chains the
     * decision's hash.
     *
     * @throws IllegalArgumentException if a fact is of a kind that this version does not know: the state after it
     *     cannot be known
     */
    public static void decision(Run run, Decision d) {
        long at = d.getDecidedAt().toEpochMilli();
        Moment when = new Moment(at, d.getGraphVersion());
        for (Fact fact : d.getFacts()) {
            fact(run, fact, when);
        }
        if (!run.exists()) {
            return;
        }
        boolean refused = d.getOutcome() == Outcome.REJECTED;
        RejectionCode code = d.getRejection() == null ? null : d.getRejection().getCode();
        run.header(run.header()
                .decided(d.getSequence(), d.getGraphVersion(), at, refused, refused && code == RejectionCode.FENCED));
        String messageId = d.getCause().getMessageId();
        // A message whose ids are not valid is judged anew each time: its id cannot be trusted to name it.
        if (!messageId.isEmpty() && d.getOutcome() != Outcome.DUPLICATE && code != RejectionCode.INVALID_ID) {
            String message = Answer.keyOf(d.getCause().getFamily(), messageId);
            run.remember(new Answer(message, d.getSequence(), at, d.getOutcome(), code, d.getGraphVersion()));
        }
    }

    static void fact(Run run, Fact fact, Moment when) {
        SpecificRecord kind = Facts.kind(fact);
        if (kind == null) {
            throw new IllegalArgumentException("a fact of a kind that this version does not know: upgrade to read on");
        }
        apply(run, kind, when);
    }

    @SuppressWarnings("unchecked")
    private static <T extends SpecificRecord> void apply(Run run, T kind, Moment when) {
        ((OfKind<T>) BY_KIND.get(kind.getClass())).apply(run, kind, when);
    }

    private static Task task(Run run, String id) {
        return run.graph().task(id);
    }

    private static void change(Run run, String id, Moment when, Task to) {
        run.graph().update(to.changedAt(when.graphVersion));
    }

    private static void runCreated(Run run, RunCreated f, Moment when) {
        run.create(RunCodec.Identities.of(
                f.getName(), f.getGoal(), new TreeMap<>(f.getLabels()), f.getPolicyDocument(), when.at));
    }

    private static void taskAdded(Run run, TaskAdded f, Moment when) {
        long ordinal = run.header().nextOrdinal();
        run.header(run.header().withNextOrdinal(ordinal + 1));
        run.graph()
                .add(Task.added(
                        f.getTask().getTaskId(),
                        Vocabulary.fields(f.getTask()),
                        f.getTask().getDependsOn(),
                        ordinal,
                        when.graphVersion));
    }

    private static void taskUpdated(Run run, TaskUpdated f, Moment when) {
        Task t = task(run, f.getTaskId());
        change(run, t.id(), when, t.withSpec(Vocabulary.changed(t.spec(), f.getChanges())));
    }

    private static void taskResolved(Run run, TaskResolved f, Moment when) {
        Status end = Vocabulary.status(f.getStatus());
        change(run, f.getTaskId(), when, task(run, f.getTaskId()).ended(end, null, f.getReason()));
        if (end != Status.DONE) {
            endDependents(run, f.getTaskId(), end, when);
        }
    }

    /**
     * Released behaviour: a task's failure or cancellation takes along whatever waits for it, in this same fact. In a
     * decision that changes the graph, those tasks are changed by it, too.
     */
    private static void endDependents(Run run, String id, Status end, Moment when) {
        boolean graphChanges = when.graphVersion > run.graphVersion();
        run.graph().endDependents(id, (t, because) -> {
            String why = "dependency " + because + (end == Status.FAILED ? " failed" : " was cancelled");
            Task ended = t.ended(end, null, why);
            return graphChanges ? ended.changedAt(when.graphVersion) : ended;
        });
    }

    private static void runCancelled(Run run, RunCancelled f, Moment when) {
        for (Task t : run.graph().tasks()) {
            if (!t.status().isTerminal()) {
                change(run, t.id(), when, t.ended(Status.CANCELLED, null, f.getReason()));
            }
        }
    }
}
