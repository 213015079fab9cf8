package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionGrant;
import io.taskgraph.avro.ExtensionPin;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.Phase;
import io.taskgraph.graph.Journal;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import io.taskgraph.policy.contract.Bounds;
import io.taskgraph.policy.contract.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The state of one run: its identity, header, task graph, and what its recent messages were told. Changed in place, only
 * by {@link Apply}; read by everybody else. A run that does not exist yet is one without an identity. Not thread-safe.
 */
public final class Run {
    /** Version of the format of its entries, as in snapshots. */
    public static final int FORMAT_VERSION = RunCodec.FORMAT_VERSION;

    private final String runId;
    private final Journal journal = new Journal();

    private TaskGraph graph;
    private Dates dates;
    private Tables tables;
    private Mailboxes mail;
    private Entries entries;
    private Memory memory;
    /** Of a run that was forgotten just now: what is to be deleted. */
    private Entries erased;

    private RunIdentity identity;
    private int activeWorkers;
    private RunHeader header;
    private byte[] lastHash;

    private Run(String runId) {
        this.runId = runId;
        blank();
    }

    private void blank() {
        graph = new TaskGraph(journal);
        dates = new Dates(this);
        tables = new Tables(journal);
        mail = new Mailboxes(this);
        entries = new Entries(tables);
        memory = new Memory();
        identity = null;
        activeWorkers = 0;
        header = RunHeader.INITIAL;
        lastHash = new byte[StateDigest.BYTES];
        graph.onChange(this::taskChanged);
        tables.seen.onChange((before, after) -> dates.seenChanged((before == null ? after : before).id()));
        tables.watched.onChange((before, after) -> dates.findingChanged((before == null ? after : before).taskId()));
        tables.contextWaits.onChange(
                (before, after) -> dates.findingChanged((before == null ? after : before).taskId()));
    }

    /** A run that does not exist yet. */
    public static Run of(String runId) {
        return new Run(runId);
    }

    public String runId() {
        return runId;
    }

    /** Whether it was created. */
    public boolean exists() {
        return identity != null;
    }

    /** Its identity, or null before its creation. */
    public RunIdentity identity() {
        return identity;
    }

    /** The policy it has pinned; null before its creation. */
    public Policy policy() {
        return identity == null ? null : identity.policy();
    }

    /** Its graph: to be read. */
    public TaskGraph graph() {
        return graph;
    }

    public Phase phase() {
        return header.standing().phase();
    }

    /** Its phase, and why it is in it. */
    public Standing standing() {
        return header.standing();
    }

    /** Why it is quarantined, or null. */
    public String quarantine() {
        return header.quarantine();
    }

    public long graphVersion() {
        return header.graphVersion();
    }

    /** Number of its last decision, 0 before the first. */
    public long sequence() {
        return header.sequence();
    }

    /** Time of its last decision, in milliseconds since the epoch. */
    public long lastDecidedAt() {
        return header.lastDecidedAt();
    }

    /** Attempts offered so far. */
    public long dispatches() {
        return header.counts().dispatches();
    }

    /** Attempts offered beyond each task's first. */
    public long retries() {
        return header.counts().retries();
    }

    /** Reports refused because their lease was over. */
    public long fenced() {
        return header.counts().fenced();
    }

    /** Inputs refused. */
    public long rejected() {
        return header.counts().rejected();
    }

    /** Actions allowed. */
    public long actionsAllowed() {
        return header.counts().actionsAllowed();
    }

    /** Actions denied. */
    public long actionsDenied() {
        return header.counts().actionsDenied();
    }

    /** Actions performed without an allow. */
    public long bypasses() {
        return header.counts().bypasses();
    }

    /** SHA-256 of the last decision's Avro bytes; zeros before the first. */
    public byte[] lastHash() {
        return lastHash.clone();
    }

    /** Digest of the state as last sealed. */
    public byte[] stateDigest() {
        return entries.digest();
    }

    /** Number of entries as last sealed: what the run weighs in a cache. */
    public int entryCount() {
        return entries.count();
    }

    /**
     * When the run has to be looked at next, in milliseconds since the epoch: the earliest date of its leases, workers,
     * retries, approvals, mailboxes and its own limits of time; {@link Long#MAX_VALUE}: it has none.
     */
    public long nextDue() {
        return identity == null ? Long.MAX_VALUE : dates.next();
    }

    /**
     * After a timer was decided on: puts off what is still out, to when its worker, as last heard, will have been silent for
     * too long.
     */
    public void postpone(long now, Liveness liveness) {
        dates.postpone(now, liveness);
    }

    /** The decision with this hash is recorded: the next one will name it. */
    public void chain(byte[] decisionHash) {
        if (identity != null) {
            lastHash = decisionHash;
        }
    }

    /** The header entry to store, which carries the hash that the run was last {@link #chain chained} to. */
    public EntryChange headerEntry() {
        return entries.header(this);
    }

    /**
     * Serializes what changed since the last call and brings the digest up to date.
     *
     * @return the entries to store but the header, see {@link #headerEntry}; cost proportional to them. Of a run that was
     *     forgotten: all that it had, to be deleted
     */
    public List<EntryChange> seal() {
        List<EntryChange> changes = erased == null ? new ArrayList<>() : erased.deletions();
        seal(changes);
        return changes;
    }

    /** The same for who stores nothing: brings the digest up to date. */
    public void sealUnstored() {
        seal(null);
    }

    private void seal(List<EntryChange> changes) {
        erased = null;
        if (identity != null) {
            entries.seal(this, changes);
        }
    }

    /** Everything there is of the run, as it is stored. O(n). */
    public List<EntryChange> entries() {
        return entries.all(this, memory.entries());
    }

    /** What it may use up, has used up and has promised. */
    public Ledger ledger() {
        return header.ledger();
    }

    /** What the attempt in flight may use up; without bounds where none is bounded. */
    public Bounds boundsOfAttempt(String taskId) {
        return budget(taskId).bound();
    }

    /** What an attempt of the task may use of the extensions that it needs. */
    public List<ExtensionGrant> grantsOf(Task t) {
        return Toolpacks.of(this, t.id()).stream()
                .map(ref -> tables.seen.get(SeenExtension.id(RegisteredExtension.id(ref), t.agentType())))
                .filter(seen -> seen != null && seen.allowed())
                .map(SeenExtension::grant)
                .toList();
    }

    /** The workers that were found to serve otherwise than it was signed what the task needs, sorted. */
    public List<String> refusedWorkersOf(Task t) {
        return Toolpacks.of(this, t.id()).stream()
                .flatMap(ref -> Misserved.workers(this, RegisteredExtension.id(ref)).stream())
                .sorted()
                .distinct()
                .toList();
    }

    /** The extensions that it pins beside its policy, by name and version. */
    public List<ExtensionPin> pins() {
        return tables.pins.values().stream()
                .map(p -> {
                    ExtensionRef ref = TaskToolpacks.ref(p.id());
                    return new ExtensionPin(ref.getName(), ref.getVersion(), p.digest());
                })
                .toList();
    }

    /** How far the last attempt of the task said it was; null: it did not say. */
    public String progressOf(String taskId) {
        Progress known = tables.progress.get(taskId);
        return known == null ? null : known.text();
    }

    /** How many tasks it lacks of those that it begins with, if it goes on from another run: nothing happens before it has them. */
    public int missing() {
        Assembly a = tables.assembly.get(Assembly.ID);
        return a == null ? 0 : a.missing();
    }

    /** Whether it has every task that it begins with. */
    public boolean isWhole() {
        return tables.assembly.isEmpty();
    }

    /** Those that have taken up leases, by id. */
    public List<Worker> workers() {
        return List.copyOf(tables.workers.values());
    }

    /** Whether the worker was found lost and was not heard since. */
    public boolean isLost(String workerId) {
        Worker known = tables.workers.get(workerId);
        return known != null && known.state() == Worker.State.LOST;
    }

    /** How many workers work for the run, or could. O(1). */
    int activeWorkers() {
        return activeWorkers;
    }

    /**
     * What an attempt of the task may use up, and has used up. Where none is stored, an attempt in flight has what the policy
     * gives every task: writing it at each dispatch and deleting it at each end cost two entries a task.
     */
    TaskBudget budget(String taskId) {
        TaskBudget known = tables.budgets.get(taskId);
        if (known != null) {
            return known;
        }
        Bounds usual = policy().budgets().task();
        if (usual.equals(Bounds.NONE)) {
            return TaskBudget.none(taskId);
        }
        Task t = graph.task(taskId);
        boolean inFlight = t != null && t.status().isInFlight();
        return inFlight ? TaskBudget.none(taskId).dispatched(usual) : TaskBudget.none(taskId);
    }

    ActionTimes actionTimes() {
        ActionTimes known = tables.actionTimes.get(ActionTimes.ID);
        return known == null ? ActionTimes.NONE : known;
    }

    /** What a request for an action was answered; null: no such request is known. O(actions). */
    public StandingAction answerTo(String requestId) {
        for (StandingAction a : tables.actions.values()) {
            if (a.answers(requestId)) {
                return a;
            }
        }
        return null;
    }

    /** Its mailboxes: to be read. */
    public Mailboxes mail() {
        return mail;
    }

    /** The attempt's wait for context, or null if it never asked. */
    ContextWait contextWait(Task t) {
        ContextWait w = tables.contextWaits.get(t.id());
        return w == null || w.attempt() != t.attempt() ? null : w;
    }

    /** What the task's last attempt, or who takes it up next, waits to be told by the planners; null: nothing. */
    public ContextWait contextWanted(String taskId) {
        ContextWait w = contextWait(graph.task(taskId));
        return w == null || w.open().isEmpty() ? null : w;
    }

    /** What waits for approval, oldest first. O(n log n). */
    public List<Approval> pendingApprovals() {
        // Asked for twice a decision, and nearly always empty.
        return tables.approvals.isEmpty()
                ? List.of()
                : tables.approvals.values().stream().sorted(Approval.BY_AGE).toList();
    }

    Tables tables() {
        return tables;
    }

    Leases leases() {
        return dates.leases();
    }

    Dates dates() {
        return dates;
    }

    /** Limits on time that the task has of its own. */
    TaskLimits limits(String taskId) {
        TaskLimits known = tables.limits.get(taskId);
        return known == null ? TaskLimits.none(taskId) : known;
    }

    /** How long the worker of the task may be silent, in milliseconds. */
    public long heartbeatLimit(String taskId) {
        return limits(taskId).heartbeatMillis(policy().caps());
    }

    /** That many workers were lost at once, or null if the run is stable. */
    public Degradation degradation() {
        return tables.degradation.get(Degradation.ID);
    }

    /** That fewer attempts are out at a time than its policy allows, or null. */
    public Slowdown slowdown() {
        return tables.slowdown.get(Slowdown.ID);
    }

    /** The last pass by timer that changed something. */
    public Pass lastPass() {
        Pass known = tables.pass.get(Pass.ID);
        return known == null ? Pass.NONE : known;
    }

    /** Matters that an operator was called for. */
    public long escalations() {
        return header.counts().escalations();
    }

    Journal journal() {
        return journal;
    }

    RunHeader header() {
        return header;
    }

    /** What the message was told, or null; by {@link Answer#keyOf}. */
    Answer answer(String message) {
        return memory.get(message);
    }

    /** The entry of that id of what is remembered, or null. */
    Remembered remembered(String id) {
        return memory.entry(id);
    }

    /** What the remembered messages were told, oldest first. */
    List<Answer> answers() {
        return memory.all();
    }

    /** The lease of the task, if one is out, is to be looked at by then. */
    void look(String taskId, long at) {
        Task t = graph.task(taskId);
        if (t != null && t.status().isInFlight()) {
            leases().set(t, at);
            dates.findingChanged(taskId);
        }
    }

    void create(RunIdentity to) {
        RunIdentity before = identity;
        identity = to;
        entries.identityChanged();
        if (before != null) {
            dates.policyChanged();
        }
        journal.record(() -> {
            identity = before;
            if (before != null) {
                dates.policyChanged();
            }
        });
    }

    /** It exists no more, and is as one of which nothing was ever decided. */
    void forget() {
        TaskGraph graphBefore = graph;
        Dates datesBefore = dates;
        Tables tablesBefore = tables;
        Mailboxes mailBefore = mail;
        Entries entriesBefore = entries;
        Memory memoryBefore = memory;
        Entries erasedBefore = erased;
        RunIdentity identityBefore = identity;
        int activeBefore = activeWorkers;
        RunHeader headerBefore = header;
        byte[] hashBefore = lastHash;
        blank();
        erased = entriesBefore;
        journal.record(() -> {
            graph = graphBefore;
            dates = datesBefore;
            tables = tablesBefore;
            mail = mailBefore;
            entries = entriesBefore;
            memory = memoryBefore;
            erased = erasedBefore;
            identity = identityBefore;
            activeWorkers = activeBefore;
            header = headerBefore;
            lastHash = hashBefore;
        });
    }

    void header(RunHeader to) {
        RunHeader before = header;
        header = to;
        journal.record(() -> header = before);
    }

    /** Keeps what is concluded of a worker. */
    void worker(Worker w) {
        // Recorded first, so undone last: when the table is again as it was.
        int active = activeWorkers;
        journal.record(() -> {
            activeWorkers = active;
            dates.workerChanged(w.id());
        });
        Worker before = tables.workers.get(w.id());
        activeWorkers += (isActive(w) ? 1 : 0) - (isActive(before) ? 1 : 0);
        tables.workers.put(w.id(), w);
        dates.workerChanged(w.id());
    }

    private static boolean isActive(Worker w) {
        return w != null && w.isThere();
    }

    /** Keeps what a message was told, and forgets the oldest beyond what a run remembers. Never under an open journal. */
    void remember(Answer answer) {
        memory.remember(answer, entries::memoryChanged);
    }

    private void taskChanged(String id) {
        entries.taskChanged(id);
        dates.taskChanged(id);
    }

    /** Puts a run together from its stored entries, which may come in any order. */
    public static final class Loader {
        private final Run run;
        private final List<Task> tasks = new ArrayList<>();
        private final List<Remembered> memory = new ArrayList<>();

        public Loader(String runId) {
            run = new Run(runId);
        }

        /**
         * Takes one entry.
         *
         * @throws IllegalArgumentException if it cannot be read
         */
        public void accept(byte[] key, byte[] value) {
            switch (key[0]) {
                case EntryKey.IDENTITY -> run.identity = RunCodec.readIdentity(value);
                case EntryKey.HEADER -> {
                    run.header = RunCodec.readHeader(Entries.headerPart(value));
                    run.lastHash = Entries.hashPart(value);
                }
                case EntryKey.TASK -> tasks.add(RunCodec.readTask(EntryKey.id(key), value));
                case EntryKey.MEMORY -> memory.add(RunCodec.readRemembered(EntryKey.id(key), value));
                default -> run.tables.load(key, value);
            }
        }

        /** The run, sealed: its digest is computed from the entries. */
        public Run load() {
            if (run.identity == null) {
                if (!tasks.isEmpty() || !memory.isEmpty() || !run.tables.isEmpty()) {
                    throw new IllegalArgumentException("run " + run.runId + " has entries but no identity");
                }
                return run;
            }
            tasks.sort(Comparator.comparingLong(Task::ordinal));
            tasks.forEach(run.graph::add);
            run.workers().forEach(w -> {
                run.activeWorkers += isActive(w) ? 1 : 0;
                run.dates.workerChanged(w.id());
            });
            memory.sort(Comparator.comparingLong(Remembered::sequence));
            for (Remembered r : memory) {
                run.memory.load(r);
                run.entries.memoryChanged(r.id());
            }
            run.entries.identityChanged();
            run.seal();
            return run;
        }
    }
}
