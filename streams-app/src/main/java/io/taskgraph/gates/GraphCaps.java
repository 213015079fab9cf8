package io.taskgraph.gates;

import io.taskgraph.avro.DependencyAdded;
import io.taskgraph.avro.DependencyRemoved;
import io.taskgraph.avro.RestoredTask;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskArchived;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskRemoved;
import io.taskgraph.avro.TaskRestored;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TaskSubmitted;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.policy.contract.Cap;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** How large graph, patches and texts may be. */
final class GraphCaps implements CapWatch {
    /** What the ids of tasks begin with that the engine adds to undo others: no patch asked for them. */
    private static final String UNDO = "undo/";

    @Override
    public Set<Cap> caps() {
        return EnumSet.of(
                Cap.MAX_TASKS, Cap.MAX_PATCH_OPERATIONS, Cap.MAX_PAYLOAD, Cap.MAX_DEPTH, Cap.MAX_COMPENSATING_TASKS);
    }

    @Override
    public void listen(Hearing run, CapLedger ledger) {
        new OfRun(run, ledger);
    }

    private static final class OfRun {
        private final CapLedger ledger;
        private final Set<String> undoing = new HashSet<>();
        private long live;
        private long operations;
        private boolean grew;
        private boolean undoes;

        OfRun(Hearing run, CapLedger ledger) {
            this.ledger = ledger;
            run.on(RunCreated.class, (f, at) -> {
                // Of a run that was forgotten, the id may come again.
                live = 0;
                undoing.clear();
                if (f.getParent() != null) {
                    ledger.came(
                            Cap.MAX_DEPTH,
                            f.getParent().getDepth(),
                            at.policy().caps().get(Cap.MAX_DEPTH),
                            at);
                }
            });
            run.on(TaskAdded.class, this::added);
            run.on(TaskRestored.class, (f, at) -> restored(f.getRestored(), at));
            run.on(TaskRemoved.class, (f, at) -> {
                live--;
                operations++;
                undoing.remove(f.getTaskId());
            });
            run.on(TaskArchived.class, (f, at) -> {
                live--;
                operations++;
            });
            run.on(DependencyAdded.class, (f, at) -> operations++);
            run.on(DependencyRemoved.class, (f, at) -> operations++);
            run.on(TaskUpdated.class, (f, at) -> {
                if (f.getChanges().getPayload() != null) {
                    text(f.getChanges().getPayload().getValue(), at);
                }
            });
            run.on(TaskSubmitted.class, (f, at) -> text(f.getResult(), at));
            run.on(TaskCompleted.class, (f, at) -> {
                // What a reviewer accepts was handed in before, perhaps under a larger cap.
                if (at.family().equals("reports")) {
                    text(f.getResult(), at);
                }
            });
            run.decided(this::decided);
        }

        private void restored(RestoredTask r, At at) {
            added(new TaskAdded(r.getTask()), at);
            live -= r.getArchived() ? 1 : 0;
            if (r.getStatus() == TaskStatus.DONE) {
                text(r.getOutcome(), at);
            }
        }

        private void added(TaskAdded f, At at) {
            TaskSpec task = f.getTask();
            live++;
            grew = true;
            boolean byEngine = task.getCompensates() != null && task.getTaskId().equals(UNDO + task.getCompensates());
            operations += byEngine ? 0 : 1;
            if (task.getCompensates() != null) {
                undoing.add(task.getTaskId());
                undoes = true;
            }
            if (!byEngine) {
                text(task.getPayload(), at);
            }
        }

        private void text(String text, At at) {
            if (text != null) {
                long bytes = text.getBytes(StandardCharsets.UTF_8).length;
                ledger.came(Cap.MAX_PAYLOAD, bytes, at.policy().caps().get(Cap.MAX_PAYLOAD), at);
            }
        }

        /** A patch is judged as a whole: in between it may have been larger. */
        private void decided(At at) {
            if (grew) {
                ledger.came(Cap.MAX_TASKS, live, at.policy().caps().get(Cap.MAX_TASKS), at);
            }
            if (undoes) {
                long limit = at.policy().caps().get(Cap.MAX_COMPENSATING_TASKS);
                ledger.came(Cap.MAX_COMPENSATING_TASKS, undoing.size(), limit, at);
            }
            if (operations > 0 && at.family().equals("mutations")) {
                long limit = at.policy().caps().get(Cap.MAX_PATCH_OPERATIONS);
                ledger.came(Cap.MAX_PATCH_OPERATIONS, operations, limit, at);
            }
            operations = 0;
            grew = false;
            undoes = false;
        }
    }
}
