package io.taskgraph.engine;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * Where two forms of one entry part, in words.
 *
 * @param entry which entry: {@code task "a"}, {@code header}, …
 * @param field the first field that differs; empty if one of the two is absent
 * @param one its value in the first, or {@code absent}
 * @param other its value in the second, or {@code absent}
 */
public record EntryDifference(String entry, String field, String one, String other) {
    private static final String ABSENT = "absent";

    /**
     * The first difference of two stored entries of the same key.
     *
     * @param one the first's bytes, or null if it is absent
     * @param other the second's bytes, or null if it is absent
     * @return null if they are equal
     */
    public static EntryDifference of(byte[] key, byte[] one, byte[] other) {
        if (Arrays.equals(one, other)) {
            return null;
        }
        if (one == null || other == null) {
            return new EntryDifference(
                    name(key), "", one == null ? ABSENT : "present", other == null ? ABSENT : "present");
        }
        Record a = read(key, one);
        Record b = read(key, other);
        EntryDifference d = ofFields(name(key), "", a, b);
        if (d == null && key[0] == EntryKey.HEADER) {
            HexFormat hex = HexFormat.of();
            d = new EntryDifference(
                    name(key),
                    "hash of the last decision",
                    hex.formatHex(Entries.hashPart(one)),
                    hex.formatHex(Entries.hashPart(other)));
        }
        return d == null ? new EntryDifference(name(key), "bytes", hex(one), hex(other)) : d;
    }

    /**
     * Every difference of two stored entries of the same key, one a field.
     *
     * @param one the first's bytes, or null if it is absent
     * @param other the second's bytes, or null if it is absent
     * @return empty if they are equal; of an entry that is absent on one side one difference, with the other side whole
     */
    public static List<EntryDifference> all(byte[] key, byte[] one, byte[] other) {
        if (Arrays.equals(one, other)) {
            return List.of();
        }
        if (one == null || other == null) {
            return List.of(new EntryDifference(
                    name(key),
                    "",
                    one == null ? ABSENT : read(key, one).toString(),
                    other == null ? ABSENT : read(key, other).toString()));
        }
        List<EntryDifference> all = new ArrayList<>();
        collect(name(key), "", read(key, one), read(key, other), all);
        // What differs in the hash of the last decision alone is no difference of the state.
        return all.isEmpty() && key[0] != EntryKey.HEADER ? List.of(of(key, one, other)) : all;
    }

    private static void collect(String entry, String path, Record a, Record b, List<EntryDifference> to) {
        for (RecordComponent c : a.getClass().getRecordComponents()) {
            Object x = value(c, a);
            Object y = value(c, b);
            if (Objects.equals(x, y)) {
                continue;
            }
            if (x instanceof Record rx && y instanceof Record ry) {
                collect(entry, path + c.getName() + ".", rx, ry, to);
            } else {
                to.add(new EntryDifference(entry, path + c.getName(), String.valueOf(x), String.valueOf(y)));
            }
        }
    }

    private static EntryDifference ofFields(String entry, String path, Record a, Record b) {
        for (RecordComponent c : a.getClass().getRecordComponents()) {
            Object x = value(c, a);
            Object y = value(c, b);
            if (Objects.equals(x, y)) {
                continue;
            }
            if (x instanceof Record rx && y instanceof Record ry) {
                return ofFields(entry, path + c.getName() + ".", rx, ry);
            }
            return new EntryDifference(entry, path + c.getName(), String.valueOf(x), String.valueOf(y));
        }
        return null;
    }

    private static Object value(RecordComponent c, Record of) {
        try {
            c.getAccessor().setAccessible(true);
            return c.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String name(byte[] key) {
        return switch (key[0]) {
            case EntryKey.IDENTITY -> "identity";
            case EntryKey.HEADER -> "header";
            case EntryKey.TASK -> "task " + Texts.quoted(EntryKey.id(key));
            case EntryKey.MEMORY -> "answers from " + Texts.quoted(EntryKey.id(key)) + " on";
            default -> {
                Table.Kind<?> kind = Tables.kind(key[0]);
                String id = EntryKey.id(key);
                yield kind == null ? "entry " + hex(key) : kind.name() + (id.isEmpty() ? "" : " " + Texts.quoted(id));
            }
        };
    }

    private static Record read(byte[] key, byte[] value) {
        return switch (key[0]) {
            case EntryKey.IDENTITY -> RunCodec.readIdentity(value);
            case EntryKey.HEADER -> RunCodec.readHeader(Entries.headerPart(value));
            case EntryKey.TASK -> RunCodec.readTask(EntryKey.id(key), value);
            case EntryKey.MEMORY -> RunCodec.readRemembered(EntryKey.id(key), value);
            default -> {
                Table.Kind<?> kind = Tables.kind(key[0]);
                if (kind == null) {
                    throw new IllegalArgumentException("no entry of a run has the kind " + key[0]);
                }
                yield kind.value(EntryKey.id(key), value);
            }
        };
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 64)) + (bytes.length > 64 ? "…" : "");
    }
}
