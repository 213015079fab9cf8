package io.taskgraph.replay;

import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.EntryDifference;
import io.taskgraph.engine.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Compares two states of a run, entry by entry and field by field. */
public final class RunDiff {
    private RunDiff() {}

    /** Every difference, by entry's key and field's order; empty if they are the same. O(n log n) in the entries of both. */
    public static List<EntryDifference> of(Run from, Run to) {
        TreeMap<byte[], byte[]> left = byKey(from);
        List<EntryDifference> differences = new ArrayList<>();
        TreeMap<byte[], byte[]> right = byKey(to);
        right.forEach((key, value) -> left.putIfAbsent(key, null));
        left.forEach((key, value) -> differences.addAll(EntryDifference.all(key, value, right.get(key))));
        return differences;
    }

    private static TreeMap<byte[], byte[]> byKey(Run run) {
        TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
        for (EntryChange e : run.entries()) {
            entries.put(e.key(), e.value());
        }
        return entries;
    }
}
