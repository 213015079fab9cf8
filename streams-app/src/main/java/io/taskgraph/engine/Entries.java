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
    private final RunCodec codec = new RunCodec();
    private final Tables tables;
    private final StateDigest digest = new StateDigest();
    private final Set<String> changedTasks = new LinkedHashSet<>();
    private final Set<String> changedMemory = new LinkedHashSet<>();
    private boolean identityChanged;

    private final Map<String, StateDigest.EntryHash> taskHashes = new HashMap<>();
    private final Map<String, StateDigest.EntryHash> memoryHashes = new HashMap<>();
    private StateDigest.EntryHash identityHash;
    private StateDigest.EntryHash headerHash;
    private RunHeader sealedHeader;
    /** The bytes of the header as it was last sealed: with its decision's hash they are stored right after that. */
    private byte[] sealedHeaderBytes;

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

    /** Hashes what changed. The header is hashed, too, but stored only with the chain's new head, see {@link #header}. */
    List<EntryChange> seal(Run run) {
        List<EntryChange> changes = new ArrayList<>(changedTasks.size() + changedMemory.size() + 2);
        for (String id : changedTasks) {
            Task t = run.graph().task(id);
            seal(taskHashes, id, EntryKey.of(EntryKey.TASK, id), t == null ? null : codec.write(t), changes);
        }
        for (String id : changedMemory) {
            Remembered r = run.remembered(id);
            seal(memoryHashes, id, EntryKey.of(EntryKey.MEMORY, id), r == null ? null : codec.write(r), changes);
        }
        changedTasks.clear();
        changedMemory.clear();
        tables.seal(digest, changes);
        if (identityChanged && run.exists()) {
            byte[] value = codec.write(run.identity());
            identityHash = replace(identityHash, StateDigest.hash(EntryKey.OF_IDENTITY, value));
            changes.add(new EntryChange(EntryKey.OF_IDENTITY, value));
        }
        identityChanged = false;
        sealedHeader = run.header();
        sealedHeaderBytes = codec.write(sealedHeader);
        headerHash = replace(headerHash, StateDigest.hash(EntryKey.OF_HEADER, sealedHeaderBytes));
        return changes;
    }

    /** The header as it is stored: its own bytes, which the digest covers, then the chain's head, which it cannot. */
    EntryChange header(Run run) {
        byte[] own = run.header() == sealedHeader ? sealedHeaderBytes : codec.write(run.header());
        byte[] value = Arrays.copyOf(own, own.length + StateDigest.BYTES);
        System.arraycopy(run.lastHash(), 0, value, own.length, StateDigest.BYTES);
        return new EntryChange(EntryKey.OF_HEADER, value);
    }

    List<EntryChange> all(Run run, Collection<Remembered> memory) {
        List<EntryChange> all = new ArrayList<>(count());
        if (run.exists()) {
            all.add(new EntryChange(EntryKey.OF_IDENTITY, codec.write(run.identity())));
            all.add(header(run));
        }
        for (Task t : run.graph().tasks()) {
            all.add(new EntryChange(EntryKey.of(EntryKey.TASK, t.id()), codec.write(t)));
        }
        for (Remembered r : memory) {
            all.add(new EntryChange(EntryKey.of(EntryKey.MEMORY, r.id()), codec.write(r)));
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

    private void seal(
            Map<String, StateDigest.EntryHash> hashes, String id, byte[] key, byte[] value, List<EntryChange> changes) {
        if (value == null) {
            StateDigest.EntryHash before = hashes.remove(id);
            if (before != null) {
                digest.subtract(before);
                changes.add(new EntryChange(key, null));
            }
            return;
        }
        StateDigest.EntryHash now = StateDigest.hash(key, value);
        // One look-up: to put the same again changes nothing.
        StateDigest.EntryHash before = hashes.put(id, now);
        if (!now.equals(before)) {
            replace(before, now);
            changes.add(new EntryChange(key, value));
        }
    }

    private StateDigest.EntryHash replace(StateDigest.EntryHash before, StateDigest.EntryHash now) {
        if (before != null) {
            digest.subtract(before);
        }
        digest.add(now);
        return now;
    }
}
