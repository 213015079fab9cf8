package io.taskgraph.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key of a chunk on the topic of snapshots: {@code runId/sequence/chunk}. No run id has a slash.
 *
 * @param sequence the decision after which the snapshot was taken, from 1
 * @param chunk from 0
 */
public record SnapshotKey(String runId, long sequence, int chunk) {
    private static final Pattern FORM = Pattern.compile("([^/]{1,128})/([0-9]{1,18})/([0-9]{1,9})");

    /** As it stands on the topic. */
    public byte[] bytes() {
        return (runId + "/" + sequence + "/" + chunk).getBytes(UTF_8);
    }

    /** The key of those bytes; empty if it is not of that form, and so not ours. */
    public static Optional<SnapshotKey> of(byte[] key) {
        Matcher m = FORM.matcher(key == null ? "" : new String(key, UTF_8));
        return m.matches()
                ? Optional.of(new SnapshotKey(m.group(1), Long.parseLong(m.group(2)), Integer.parseInt(m.group(3))))
                : Optional.empty();
    }
}
