package io.taskgraph.engine;

import io.taskgraph.graph.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of a run's entries changed, what they hash to, and the digest over all. An entry that changed and changed back
 * is not written.
 */
final class Entries {
    private final Tables tables;
    private final StateDigest digest = new StateDigest();
    private final Set<String> changedTasks = new LinkedHashSet<>();
    private final Set<String> changedMemory = new LinkedHashSet<>();
    private boolean identityChanged;

    private final Map<String, StateDigest.EntryHash> taskHashes = new HashMap<>();
    private final Map<String, StateDigest.EntryHash> memoryHashes = new HashMap<>();
    private final Map<String, AnswerColumns> openMemory = new HashMap<>();
    private StateDigest.EntryHash identityHash;
    private StateDigest.EntryHash headerHash;

    Entries(Tables tables) {
        this.tables = tables;
    }

    void taskChanged(String id) {
        changedTasks.add(id);
    }

    void memoryChanged(String id) {
        changedMemory.add(id);
    }

    void identityChanged() {
        identityChanged = true;
    }

    byte[] digest() {
        return digest.toBytes();
    }

    int count() {
        return taskHashes.size() + memoryHashes.size() + tables.sealed() + 2;
    }

    /**
     * Hashes what changed. The header is hashed, too, but stored only with the chain's new head, see {@link #header}.
     *
     * @param changes gets what is to be stored; null: nobody stores it
     */
    void seal(Run run, List<EntryChange> changes) {
        Sealing sealing = new Sealing(digest, changes);
        for (String id : changedTasks) {
            Task t = run.graph().task(id);
            if (t == null) {
                sealing.gone(taskHashes, EntryKey.TASK, id);
            } else {
                RunCodec.write(sealing.entry(EntryKey.TASK, id), t);
                sealing.written(taskHashes, id);
            }
        }
        for (String id : changedMemory) {
            Remembered r = run.remembered(id);
            if (r == null) {
                openMemory.remove(id);
                sealing.gone(memoryHashes, EntryKey.MEMORY, id);
            } else {
                columns(id, r).write(sealing.entry(EntryKey.MEMORY, id), r);
                sealing.written(memoryHashes, id);
            }
        }
        changedTasks.clear();
        changedMemory.clear();
        tables.seal(sealing);
        if (identityChanged && run.exists()) {
            RunCodec.write(sealing.entry(EntryKey.IDENTITY, ""), run.identity());
            identityHash = sealing.written(identityHash);
        }
        identityChanged = false;
        RunCodec.write(sealing.entry(EntryKey.HEADER, ""), run.header());
        headerHash = sealing.hashed(headerHash);
    }

    /** Those of an entry to which more will be added are kept; most are full and never written again. */
    private AnswerColumns columns(String id, Remembered r) {
        AnswerColumns known = r.isFull() ? openMemory.remove(id) : openMemory.get(id);
        if (known != null) {
            return known;
        }
        AnswerColumns added = new AnswerColumns();
        if (!r.isFull()) {
            openMemory.put(id, added);
        }
        return added;
    }

    /** The header as it is stored: its own bytes, which the digest covers, then the chain's head, which it cannot. */
    EntryChange header(Run run) {
        EntryWriter out = new EntryWriter().entry(EntryKey.HEADER, "");
        RunCodec.write(out, run.header());
        return out.bytes(run.lastHash()).change();
    }

    List<EntryChange> all(Run run, Collection<Remembered> memory) {
        List<EntryChange> all = new ArrayList<>(count());
        EntryWriter out = new EntryWriter();
        if (run.exists()) {
            RunCodec.write(out.entry(EntryKey.IDENTITY, ""), run.identity());
            all.add(out.change());
            all.add(header(run));
        }
        for (Task t : run.graph().tasks()) {
            RunCodec.write(out.entry(EntryKey.TASK, t.id()), t);
            all.add(out.change());
        }
        for (Remembered r : memory) {
            new AnswerColumns().write(out.entry(EntryKey.MEMORY, r.id()), r);
            all.add(out.change());
        }
        tables.all(all);
        return all;
    }

    /** Everything that was sealed, as deletions. */
    List<EntryChange> deletions() {
        List<EntryChange> all = new ArrayList<>(count());
        taskHashes.keySet().stream()
                .sorted()
                .forEach(id -> all.add(new EntryChange(EntryKey.of(EntryKey.TASK, id), null)));
        memoryHashes.keySet().stream()
                .sorted()
                .forEach(id -> all.add(new EntryChange(EntryKey.of(EntryKey.MEMORY, id), null)));
        tables.deletions(all);
        all.add(new EntryChange(EntryKey.OF_IDENTITY, null));
        all.add(new EntryChange(EntryKey.OF_HEADER, null));
        return all;
    }

    static byte[] headerPart(byte[] stored) {
        return Arrays.copyOf(stored, stored.length - StateDigest.BYTES);
    }

    static byte[] hashPart(byte[] stored) {
        return Arrays.copyOfRange(stored, stored.length - StateDigest.BYTES, stored.length);
    }
}
