package io.taskgraph.query;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.ExtensionWithdrawn;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.engine.Apply;
import io.taskgraph.engine.Run;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One run as its decisions tell it: the engine's state, folded with the engine's own {@code apply}, and beside it what a
 * person wants to know and the state does not keep. Cost of a decision: proportional to its facts. Not thread-safe.
 */
public final class RunView {
    private static final int REMEMBERED = 200;

    /**
     * Something that was refused.
     *
     * @param sequence the decision, 0 if the run did not exist
     * @param family the input's topic family, from which its authority comes
     * @param actor who said it, informational; may be empty
     */
    public record Refused(long sequence, Instant at, String family, String actor, RejectionCode code, String message) {}

    /** An attempt that ended because its worker went silent. */
    public record LostLease(long sequence, Instant at, String taskId, int attempt, String workerId) {}

    private Run run;
    private History history;
    private long takenUpAt;
    private final ArrayDeque<Refused> refused = new ArrayDeque<>();
    private final ArrayDeque<LostLease> lost = new ArrayDeque<>();
    private long leasesLost;
    private long extensionMismatches;
    private long tasksWithdrawn;
    private long decisions;
    private boolean unsealed;

    private RunView(String runId) {
        this.run = Run.of(runId);
        this.history = new History(run);
    }

    /** A run of which no decision has been read yet. */
    public static RunView of(String runId) {
        return new RunView(runId);
    }

    /**
     * Folds the run's next decision.
     *
     * @throws QueryException if it is not the next one
     */
    public void accept(Decision d) {
        decisions++;
        if (d.getOutcome() == Outcome.REJECTED && d.getRejection() != null) {
            keep(
                    refused,
                    new Refused(
                            d.getSequence(),
                            d.getDecidedAt(),
                            d.getCause().getFamily(),
                            d.getCause().getActor(),
                            d.getRejection().getCode(),
                            d.getRejection().getMessage()));
        }
        if (d.getSequence() == 0 || d.getSequence() <= takenUpAt && d.getSequence() != 1) {
            return;
        }
        if (d.getSequence() == 1) {
            // Of a run that was forgotten nothing is known any more, also not since when.
            history = new History(run);
            takenUpAt = 0;
        }
        if (d.getSequence() != run.sequence() + 1) {
            throw new QueryException("The decision log of run " + run.runId() + " goes from " + run.sequence() + " to "
                    + d.getSequence() + ": `taskgraph replay " + run.runId() + "` says more.");
        }
        Apply.decision(run, d);
        history.applied(d);
        unsealed = true;
        noteLosses(d);
    }

    /** Goes on from a snapshot, with that run as its own: what was before is not known. */
    public void takeUp(Run loaded) {
        run = loaded;
        history = new History(loaded);
        takenUpAt = loaded.sequence();
    }

    /** The decision whose state was taken from a snapshot, because the log begins later; 0: the log has all of it. */
    public long takenUpAt() {
        return takenUpAt;
    }

    private void noteLosses(Decision d) {
        Set<String> workers = new HashSet<>();
        for (Fact fact : d.getFacts()) {
            extensionMismatches += fact.getExtensionMismatch() == null ? 0 : 1;
            ExtensionWithdrawn withdrawn = fact.getExtensionWithdrawn();
            tasksWithdrawn += withdrawn == null ? 0 : withdrawn.getStopped().size();
            WorkerLost worker = fact.getWorkerLost();
            if (worker != null) {
                workers.add(worker.getWorkerId());
            }
        }
        if (workers.isEmpty()) {
            return;
        }
        for (Fact fact : d.getFacts()) {
            AttemptFailed failed = fact.getAttemptFailed();
            if (failed != null && workers.contains(failed.getWorkerId())) {
                leasesLost++;
                keep(
                        lost,
                        new LostLease(
                                d.getSequence(),
                                d.getDecidedAt(),
                                failed.getTaskId(),
                                failed.getAttempt(),
                                failed.getWorkerId()));
            }
        }
    }

    private static <T> void keep(ArrayDeque<T> latest, T one) {
        latest.addLast(one);
        if (latest.size() > REMEMBERED) {
            latest.removeFirst();
        }
    }

    /** Serializes what changed, so that the digest is that of the state. Once a batch is enough. */
    void seal() {
        if (unsealed) {
            run.sealUnstored();
            unsealed = false;
        }
    }

    public String runId() {
        return run.runId();
    }

    /** Whether there is such a run. */
    public boolean exists() {
        return run.exists();
    }

    /** The engine's state: to be read. */
    public Run state() {
        return run;
    }

    /** Since when its tasks and its phase are as they are; it goes on changing. */
    public History history() {
        return history;
    }

    /** Decisions about it, those included that were made when it did not exist. */
    public long decisions() {
        return decisions;
    }

    /** The latest refusals, oldest first, at most 200; {@link Run#rejected} tells how many there were. */
    public List<Refused> refused() {
        return List.copyOf(refused);
    }

    /** The latest leases that silent workers lost, oldest first, at most 200. */
    public List<LostLease> lostLeases() {
        return List.copyOf(lost);
    }

    /** How many leases silent workers have lost. */
    public long leasesLost() {
        return leasesLost;
    }

    /** How many leases were refused to workers that serve other tools than were signed. */
    public long extensionMismatches() {
        return extensionMismatches;
    }

    /** How many tasks in flight were stopped because they may use an extension no more. */
    public long tasksWithdrawn() {
        return tasksWithdrawn;
    }

    /** Tasks that are over: done, failed or cancelled. */
    public int ended() {
        return count(Status.DONE) + count(Status.FAILED) + count(Status.CANCELLED);
    }

    /** Tasks in a status, archived ones included. */
    public int count(Status status) {
        return run.graph().count(status);
    }

    /** Whether nothing more happens to it unless somebody patches it. */
    public boolean isOver() {
        return run.exists() && (run.phase() == Phase.COMPLETED || run.phase() == Phase.FAILED);
    }

    /** The tasks of which an attempt is out, longest first; cost proportional to the number of tasks. */
    public List<Task> inFlight() {
        List<Task> tasks = new ArrayList<>();
        for (Task task : run.graph().tasks()) {
            if (task.status().isInFlight()) {
                tasks.add(task);
            }
        }
        tasks.sort(Comparator.comparingLong(Task::leasedAt).thenComparingLong(Task::ordinal));
        return tasks;
    }
}
