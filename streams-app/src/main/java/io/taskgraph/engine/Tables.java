package io.taskgraph.engine;

import io.taskgraph.graph.Journal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The tables of a run: every kind of entry beside its identity, header, tasks and answers. A new kind is a line here. */
final class Tables {
    final Table<Approval> approvals;
    final Table<ClosedApproval> closedApprovals;
    final Table<TaskGrant> grants;
    final Table<StandingAction> actions;
    final Table<ActionTimes> actionTimes;
    final Table<Planner> planners;
    final Table<TaskBudget> budgets;
    final Table<Compensation> compensations;
    final Table<Worker> workers;
    final Table<Degradation> degradation;
    final Table<TaskLimits> limits;
    final Table<Progress> progress;
    final Table<Compensable> compensables;
    final Table<Message> messages;
    final Table<Posting> postings;
    final Table<Mailbox> mailboxes;
    final Table<ContextWait> contextWaits;
    final Table<KeptCheckpoint> checkpoints;
    final Table<Assembly> assembly;
    final Table<Watched> watched;
    final Table<Pass> pass;
    final Table<Slowdown> slowdown;
    final Table<Rejections> rejections;
    final Table<LastAttempt> lastAttempts;
    final Table<GateRecord> gates;
    final Table<RegisteredExtension> registered;
    final Table<RevokedDigest> revoked;
    final Table<TaskToolpacks> toolpacks;
    final Table<SeenExtension> seen;
    final Table<AwaitedToolpack> awaited;
    final Table<Misserved> misserved;
    final Table<PinnedExtension> pins;

    private static final Map<Byte, Table.Kind<?>> KINDS = new HashMap<>();

    static {
        for (Table.Kind<?> kind : List.of(
                Approval.ENTRY,
                ClosedApproval.ENTRY,
                TaskGrant.ENTRY,
                StandingAction.ENTRY,
                ActionTimes.ENTRY,
                Planner.ENTRY,
                TaskBudget.ENTRY,
                Compensation.ENTRY,
                Worker.ENTRY,
                Degradation.ENTRY,
                TaskLimits.ENTRY,
                Progress.ENTRY,
                Compensable.ENTRY,
                Message.ENTRY,
                Posting.ENTRY,
                Mailbox.ENTRY,
                ContextWait.ENTRY,
                KeptCheckpoint.ENTRY,
                Assembly.ENTRY,
                Watched.ENTRY,
                Pass.ENTRY,
                Slowdown.ENTRY,
                Rejections.ENTRY,
                LastAttempt.ENTRY,
                GateRecord.ENTRY,
                RegisteredExtension.ENTRY,
                RevokedDigest.ENTRY,
                TaskToolpacks.ENTRY,
                SeenExtension.ENTRY,
                AwaitedToolpack.ENTRY,
                Misserved.ENTRY,
                PinnedExtension.ENTRY)) {
            KINDS.put(kind.letter(), kind);
        }
    }

    private final List<Table<?>> all;
    /** In which something changed since they were last sealed: few of many. */
    private final List<Table<?>> unsealed = new ArrayList<>();

    Tables(Journal journal) {
        approvals = new Table<>(Approval.ENTRY, journal);
        closedApprovals = new Table<>(ClosedApproval.ENTRY, journal);
        grants = new Table<>(TaskGrant.ENTRY, journal);
        actions = new Table<>(StandingAction.ENTRY, journal);
        actionTimes = new Table<>(ActionTimes.ENTRY, journal);
        planners = new Table<>(Planner.ENTRY, journal);
        budgets = new Table<>(TaskBudget.ENTRY, journal);
        compensations = new Table<>(Compensation.ENTRY, journal);
        workers = new Table<>(Worker.ENTRY, journal);
        degradation = new Table<>(Degradation.ENTRY, journal);
        limits = new Table<>(TaskLimits.ENTRY, journal);
        progress = new Table<>(Progress.ENTRY, journal);
        compensables = new Table<>(Compensable.ENTRY, journal);
        messages = new Table<>(Message.ENTRY, journal);
        postings = new Table<>(Posting.ENTRY, journal);
        mailboxes = new Table<>(Mailbox.ENTRY, journal);
        contextWaits = new Table<>(ContextWait.ENTRY, journal);
        checkpoints = new Table<>(KeptCheckpoint.ENTRY, journal);
        assembly = new Table<>(Assembly.ENTRY, journal);
        watched = new Table<>(Watched.ENTRY, journal);
        pass = new Table<>(Pass.ENTRY, journal);
        slowdown = new Table<>(Slowdown.ENTRY, journal);
        rejections = new Table<>(Rejections.ENTRY, journal);
        lastAttempts = new Table<>(LastAttempt.ENTRY, journal);
        gates = new Table<>(GateRecord.ENTRY, journal);
        registered = new Table<>(RegisteredExtension.ENTRY, journal);
        revoked = new Table<>(RevokedDigest.ENTRY, journal);
        toolpacks = new Table<>(TaskToolpacks.ENTRY, journal);
        seen = new Table<>(SeenExtension.ENTRY, journal);
        awaited = new Table<>(AwaitedToolpack.ENTRY, journal);
        misserved = new Table<>(Misserved.ENTRY, journal);
        pins = new Table<>(PinnedExtension.ENTRY, journal);
        all = List.of(
                approvals,
                closedApprovals,
                grants,
                actions,
                actionTimes,
                planners,
                budgets,
                compensations,
                workers,
                degradation,
                limits,
                progress,
                compensables,
                messages,
                postings,
                mailboxes,
                contextWaits,
                checkpoints,
                assembly,
                watched,
                pass,
                slowdown,
                rejections,
                lastAttempts,
                gates,
                registered,
                revoked,
                toolpacks,
                seen,
                awaited,
                misserved,
                pins);
        all.forEach(t -> t.onUnsealed(unsealed::add));
    }

    /** The kind of entry whose keys begin with that letter, or null. */
    static Table.Kind<?> kind(byte letter) {
        return KINDS.get(letter);
    }

    /** Every kind. */
    static Collection<Table.Kind<?>> kinds() {
        return KINDS.values();
    }

    boolean isEmpty() {
        return all.stream().allMatch(Table::isEmpty);
    }

    /** How many entries there were when they were last sealed. */
    int sealed() {
        int n = 0;
        for (Table<?> t : all) {
            n += t.sealed();
        }
        return n;
    }

    void seal(Sealing sealing) {
        for (Table<?> t : unsealed) {
            t.seal(sealing);
        }
        unsealed.clear();
    }

    /** Adds everything that was sealed, as deletions. */
    void deletions(List<EntryChange> to) {
        all.forEach(t -> t.deletions(to));
    }

    void all(List<EntryChange> to) {
        all.forEach(t -> t.all(to));
    }

    /**
     * Takes an entry back from a store.
     *
     * @throws IllegalArgumentException if no kind of entry has such a key
     */
    void load(byte[] key, byte[] value) {
        for (Table<?> t : all) {
            if (t.kind().letter() == key[0]) {
                t.load(EntryKey.id(key), value);
                return;
            }
        }
        throw new IllegalArgumentException("no entry of a run has the kind " + key[0]);
    }

    /** Everything, as values: two runs with equal ones go on equally. */
    Map<String, SortedMap<String, ? extends Record>> image() {
        Map<String, SortedMap<String, ? extends Record>> image = new java.util.TreeMap<>();
        for (Table<?> t : all) {
            image.put(t.kind().name(), t.copy());
        }
        return image;
    }
}
