package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Proves an export, with no Kafka and no registry: every file is what its manifest says, every run's log holds and ends
 * where the manifest says, and, if asked for, every decision follows from its input.
 *
 * <p>Memory: the heads and summaries of the runs, and the states of those that are under way at one place of a file.
 */
public final class ExportReplay {
    private final Path directory;
    private final Manifest manifest;
    private final boolean strict;
    private final Replay.Progress progress;
    private final Consumer<Run> proved;
    private final Replay.Listener listener;
    private final Map<String, RunSummary> summaries = new HashMap<>();
    private final TreeMap<String, Head> heads = new TreeMap<>();
    private final Set<String> named;
    private final List<RunVerdict> verdicts = new ArrayList<>();
    private Redecided redecided = Redecided.NONE;
    private Optional<Divergence> outside = Optional.empty();
    private long decisions;
    private long outsideRuns;
    private long done;
    private final long total;

    private ExportReplay(
            Path directory,
            Manifest manifest,
            boolean strict,
            Replay.Progress progress,
            Consumer<Run> proved,
            Replay.Listener listener) {
        this.listener = listener;
        this.directory = directory;
        this.manifest = manifest;
        this.strict = strict;
        this.progress = progress;
        this.proved = proved;
        this.total = manifest.parts().stream()
                .flatMap(p -> p.files().stream())
                .mapToLong(Manifest.File::records)
                .sum();
        manifest.runs().stream().filter(r -> r.head() != null).forEach(r -> heads.put(r.runId(), r.head()));
        this.named = Set.copyOf(heads.keySet());
    }

    /**
     * Proves it.
     *
     * @param strict whether every decision is decided again
     * @throws HistoryException if a file is not what was written: it names the file and the first record that was damaged,
     *     dropped, doubled or put elsewhere
     */
    public static ReplayReport of(Path directory, boolean strict, Replay.Progress progress) {
        return of(directory, Manifest.read(directory), strict, progress, run -> {});
    }

    /** Proves it by folding, and lets somebody hear each decision of a run as it is folded: one pass for both. */
    public static ReplayReport of(Path directory, Replay.Progress progress, Replay.Listener listener) {
        return new ExportReplay(directory, Manifest.read(directory), false, progress, null, listener).run();
    }

    /** @param proved hears each run as it stands at the end of its log */
    static ReplayReport of(
            Path directory, Manifest manifest, boolean strict, Replay.Progress progress, Consumer<Run> proved) {
        return new ExportReplay(directory, manifest, strict, progress, proved, Replay.Listener.NONE).run();
    }

    private ReplayReport run() {
        RecordReader<RunSummary> reader = new RecordReader<>(RunSummary.class);
        for (Manifest.Part part : manifest.parts()) {
            if (part.family().equals("runs")) {
                read(part, r -> summarized(reader, r));
            } else if (!part.family().equals("decisions")) {
                read(part, r -> {});
            }
        }
        try (ExportRecordings recordings = new ExportRecordings(directory, manifest)) {
            for (Manifest.Part part : manifest.of("decisions")) {
                fold(part, recordings);
            }
        }
        for (int i = 0; i < verdicts.size(); i++) {
            verdicts.set(i, ending(verdicts.get(i)));
        }
        heads.forEach((id, head) ->
                verdicts.add(new RunFold(id, null, null).until(head).finish()));
        verdicts.sort(Comparator.comparing(RunVerdict::runId));
        List<String> notChecked = new ArrayList<>();
        notChecked.add("The live state: an export has none.");
        notChecked.add("That the export is the one that was made: compare its manifest's SHA-256 with the one that was"
                + " told then.");
        notChecked.addAll(Limits.of(strict, redecided, 0));
        return new ReplayReport(
                decisions,
                outsideRuns,
                List.copyOf(verdicts),
                notChecked,
                strict ? Optional.of(redecided) : Optional.empty(),
                outside);
    }

    private void summarized(RecordReader<RunSummary> reader, Recorded r) {
        try {
            RunSummary s = reader.read(r);
            summaries.put(s.getRunId(), s);
        } catch (UnreadableRecordException e) {
            throw new HistoryException("The summary in " + r.place() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The manifest tells of each run that was not forgotten where its log ends, or the log has one that it should not have. */
    private RunVerdict ending(RunVerdict v) {
        return v.forgotten() || v.divergence().isPresent() || named.contains(v.runId())
                ? v
                : v.diverging(new Divergence(
                        v.runId(),
                        0,
                        -1,
                        -1,
                        "the manifest's last sequence number",
                        "none",
                        Long.toString(v.sequence())));
    }

    private void read(Manifest.Part part, Consumer<Recorded> each) {
        try (Cursor cursor = new ExportCursor(directory, part)) {
            for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                each.accept(r);
                told();
            }
        }
    }

    private void fold(Manifest.Part part, ExportRecordings recordings) {
        try (Cursor cursor = new ExportCursor(directory, part);
                ExportedSnapshots snapshots = ExportedSnapshots.of(directory, manifest, part.partition());
                Inputs inputs = strict ? new Inputs(recordings, null) : null) {
            PartitionFold fold = new PartitionFold(
                            this::whole, inputs, TopicCatalogue.MAX_DECISION_BYTES, proved, listener)
                    .takingUp((id, first) -> takenUp(id, snapshots));
            try {
                for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                    fold.accept(r, null);
                    told();
                }
            } catch (DamagedRecord e) {
                throw new HistoryException(e.getMessage() + reads(e.record(), fold), e);
            } catch (HistoryException e) {
                throw new HistoryException(e.getMessage() + after(fold), e);
            }
            // Of these the log has nothing: their snapshots stand for them.
            for (Optional<String> id = snapshots.next(); id.isPresent(); id = snapshots.next()) {
                if (fold.knows(id.get())) {
                    throw new HistoryException("The export has a snapshot of run " + id.get()
                            + " that its log does not call for: it is doubled, or was added.");
                }
                fold.expect(id.get());
            }
            List<RunVerdict> found = fold.finish(RunFold::finish);
            verdicts.addAll(found);
            decisions += fold.decisions();
            outsideRuns += fold.outsideRuns();
            outside = outside.or(fold::outsideDivergence);
            if (strict) {
                redecided = redecided.plus(fold.outside());
                found.forEach(v -> redecided = redecided.plus(v.strict().orElse(Redecided.NONE)));
            }
        }
    }

    private RunFold whole(String runId) {
        return new RunFold(runId, null, summaries.remove(runId)).until(heads.remove(runId));
    }

    private RunFold takenUp(String runId, ExportedSnapshots snapshots) {
        if (!snapshots.next().equals(Optional.of(runId))) {
            return whole(runId).lost("nothing, for the export has no snapshot where its log begins");
        }
        try {
            Run loaded = snapshots.load();
            return new RunFold(loaded, null, summaries.remove(runId))
                    .until(heads.remove(runId))
                    .asLoaded();
        } catch (HistoryException e) {
            return whole(runId).lost(e.getMessage());
        }
    }

    private void told() {
        done++;
        if ((done & 1023) == 0) {
            progress.at(done, total);
        }
    }

    private static String reads(Recorded r, PartitionFold fold) {
        try {
            Decision d = new RecordReader<>(Decision.class).read(r);
            return " It reads as decision " + d.getSequence() + " of run " + d.getRunId() + ".";
        } catch (UnreadableRecordException e) {
            return after(fold);
        }
    }

    private static String after(PartitionFold fold) {
        return fold.last() == null
                ? ""
                : " The record before it is decision " + fold.last().getSequence() + " of run "
                        + fold.last().getRunId() + ".";
    }
}
