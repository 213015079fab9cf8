package io.taskgraph.retention;

import io.taskgraph.avro.Decision;
import io.taskgraph.replay.Archive;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotException;
import io.taskgraph.snapshot.SnapshotIndex;
import io.taskgraph.snapshot.SnapshotTopic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps the history: folds the log, takes the snapshots that policies and operators want, reads them back, has runs
 * forgotten that are kept no longer, and cuts the log off behind what no kept run needs. It decides nothing about a run:
 * what it wants forgotten it asks of the control plane, by a directive.
 *
 * <p>Each pass goes on where the one before ended. The order within it is what makes its end at any moment harmless: a
 * snapshot is read back before anything behind it goes, what goes is put away before it does, and a run's snapshots go
 * before the decision that forgets it.
 *
 * <p>Memory: the state of the runs that have not ended, and some hundred bytes for each of the others. Not thread-safe.
 */
public final class Keeper implements AutoCloseable {
    private static final long ALL = -1;

    private final ReplaySource source;
    private final Optional<String> only;
    private final LongSupplier clock;
    private final SchemaRegistry registry;
    private SnapshotTopic snapshots;
    private LogReader log;
    private Books books;

    private Keeper(ReplaySource source, Optional<String> only, LongSupplier clock, SchemaRegistry registry) {
        this.source = source;
        this.only = only;
        this.clock = clock;
        this.registry = registry;
    }

    /**
     * Opens a keeper; nothing has been read yet.
     *
     * @param clock milliseconds since the epoch
     */
    public static Keeper open(ReplaySource source, LongSupplier clock) {
        return open(source, Optional.empty(), clock);
    }

    /** One that knows a single run, for {@link #snapshot}. */
    static Keeper open(ReplaySource source, Optional<String> only, LongSupplier clock) {
        RegistryConfig config = RegistryConfig.of(source.registryUrl()).with(source.properties());
        Keeper keeper = new Keeper(source, only, clock, SchemaRegistry.open(config));
        try {
            keeper.start();
        } catch (RuntimeException e) {
            keeper.close();
            throw e;
        }
        return keeper;
    }

    private void start() {
        Map<String, Object> clients = clientProperties(source);
        snapshots = SnapshotTopic.open(clients, source.topics(), registry, only);
        log = new LogReader(clients, source.topics().decisions().name(), only);
        RecordDeserializer<Decision> reader =
                registry.deserializer(source.topics().decisions());
        books = new Books(reader, snapshots);
    }

    static Map<String, Object> clientProperties(ReplaySource source) {
        Map<String, Object> p = new HashMap<>();
        source.properties().forEach((name, value) -> {
            if (!name.startsWith(RegistryConfig.PROPERTY_PREFIX)) {
                p.put(name, value);
            }
        });
        p.put("bootstrap.servers", source.bootstrap());
        return p;
    }

    /**
     * Takes one snapshot, of the run as it stands after that decision, and reads it back.
     *
     * @param at a decision that is on the log
     * @throws SnapshotException if it cannot be taken, or is not what was written
     */
    public static IndexedSnapshot snapshot(ReplaySource source, String runId, long at, Steps steps) {
        return snapshot(source, runId, at, steps, left -> {});
    }

    /** The same; {@code left} hears how many offsets of the run's partition are still to be read. */
    public static IndexedSnapshot snapshot(ReplaySource source, String runId, long at, Steps steps, LongConsumer left) {
        try (Keeper keeper = open(source, Optional.of(runId), () -> 0)) {
            keeper.books.begin(steps, at);
            keeper.snapshots.catchUp();
            keeper.log.catchUp(keeper.books::accept, left);
            keeper.verify(steps, false, new ArrayList<>());
            KeptRun run = keeper.books.run(runId);
            Mark mark = run == null ? null : run.marks().get(at);
            if (mark == null || !mark.verified()) {
                String why = run == null ? "" : run.problem().map(p -> " " + p).orElse("");
                throw new SnapshotException("No sound snapshot of run " + runId + " stands at decision " + at
                        + ": `taskgraph replay " + runId + "` says more." + why);
            }
            return keeper.snapshots.index().of(runId).get(at);
        }
    }

    /** A pass that does everything it finds to do. */
    public RetentionReport pass(Steps steps, LongConsumer left) {
        return pass(steps, left, false);
    }

    /** What a pass would do. */
    public RetentionReport dryRun(LongConsumer left) {
        return pass(new NoSteps(), left, true);
    }

    private RetentionReport pass(Steps steps, LongConsumer left, boolean dry) {
        if (log.wasOvertaken()) {
            // Somebody else cuts, too: what was not read is gone, so begin anew from their snapshots.
            closeReaders();
            start();
        }
        List<String> problems = new ArrayList<>();
        books.begin(steps, ALL);
        snapshots.catchUp();
        log.catchUp(books::accept, left);
        books.takeUpTheRest();
        takeForRetention();
        if (!dry) {
            takeForCheckpoints(steps, problems);
        }
        verify(steps, dry, problems);
        int forgotten = forget(steps, dry, left, problems);
        List<Cut> cuts = cuts(problems);
        // While the snapshots are there from which what goes is proved.
        Optional<Archive.Put> archived = steps.archive(going(cuts), left);
        dropSuperseded();
        steps.flush();
        List<Cut> carriedOut =
                cuts.stream().map(cut -> carryOut(cut, steps, problems)).toList();
        books.end();
        return new RetentionReport(
                books.decisions(),
                books.runs().size(),
                books.taken(),
                books.chunks(),
                (int) books.runs().stream()
                        .flatMap(run -> run.marks().values().stream())
                        .filter(Mark::verified)
                        .count(),
                books.removed(),
                forgotten,
                archived,
                carriedOut,
                List.copyOf(problems));
    }

    /** History that may go, and that no snapshot stands behind, would stay for ever in a run that seldom moves. */
    private void takeForRetention() {
        long now = clock.getAsLong();
        for (KeptRun run : books.runs()) {
            if (run.holdsHistory(now)) {
                books.take(run);
            }
        }
    }

    /**
     * A checkpoint's decision may have been folded when a later snapshot stood there already, so that none was taken. Such a
     * run is folded once more.
     */
    private void takeForCheckpoints(Steps steps, List<String> problems) {
        for (KeptRun run : books.runs()) {
            for (long decision : run.checkpoints()) {
                if (run.reaches(decision)
                        && !snapshots.index().of(run.runId()).containsKey(decision)
                        && !run.marks().containsKey(decision)) {
                    try {
                        snapshot(source, run.runId(), decision, steps);
                    } catch (SnapshotException e) {
                        problems.add(e.getMessage());
                    }
                }
            }
        }
    }

    /** Reads back what stands on the topic, this pass's own included, and compares it with what the fold came to. */
    private void verify(Steps steps, boolean dry, List<String> problems) {
        steps.flush();
        SnapshotIndex index = snapshots.catchUp();
        books.readBack();
        for (KeptRun run : books.runs()) {
            for (Mark mark : run.marks().values()) {
                IndexedSnapshot there = index.of(run.runId()).get(mark.sequence());
                if (there == null && dry) {
                    mark.suppose();
                } else {
                    mark.compare(there);
                }
            }
            run.problem().ifPresent(problems::add);
        }
        for (IndexedSnapshot s : index.all()) {
            problem(s)
                    .ifPresent(what -> problems.add("The snapshot of run " + s.runId() + " at decision " + s.sequence()
                            + " is not used: " + what + "."));
        }
    }

    private Optional<String> problem(IndexedSnapshot s) {
        if (s.problem().isPresent()) {
            return s.problem();
        }
        KeptRun run = books.run(s.runId());
        Mark mark = run == null ? null : run.marks().get(s.sequence());
        if (mark != null && !mark.agrees(s)) {
            return Optional.of("replay comes to another state or another decision");
        }
        return run != null && run.problem().isEmpty() && !run.forgotten() && s.sequence() > run.sequence()
                ? Optional.of("the log ends at decision " + run.sequence())
                : Optional.empty();
    }

    /** Asks the control plane to forget what is kept no longer, and reads what it decided. How many it granted. */
    private int forget(Steps steps, boolean dry, LongConsumer left, List<String> problems) {
        List<KeptRun> over = new ArrayList<>();
        long now = clock.getAsLong();
        for (KeptRun run : books.runs()) {
            if (run.isOver(now)) {
                over.add(run);
            }
        }
        int granted = 0;
        Map<KeptRun, String> unknown = new LinkedHashMap<>();
        for (KeptRun run : over) {
            Forgetting said = steps.forget(run.runId());
            switch (said.outcome()) {
                case DONE -> granted++;
                case UNKNOWN -> unknown.put(run, said.why());
                case REFUSED -> problems.add(stays(run, said.why()));
            }
        }
        if (!over.isEmpty() && !dry) {
            log.catchUp(books::accept, left);
        }
        unknown.forEach((run, why) -> {
            if (run.isSnapshotAlone()) {
                books.dropSnapshotsAlone(run);
            } else if (!run.forgotten()) {
                problems.add(stays(run, why));
            }
        });
        return granted;
    }

    private static String stays(KeptRun run, String why) {
        return "Run " + run.runId() + " is over its time and was not forgotten: " + why + ".";
    }

    /** Snapshots that newer, verified ones stand for. */
    private void dropSuperseded() {
        long now = clock.getAsLong();
        for (KeptRun run : books.runs()) {
            if (run.forgotten() || run.problem().isPresent()) {
                continue;
            }
            TreeSet<Long> stay = new TreeSet<>();
            run.marks().descendingMap().values().stream()
                    .filter(Mark::verified)
                    .limit(run.snapshotPolicy().keep())
                    .forEach(mark -> stay.add(mark.sequence()));
            stay.add(run.needs(now));
            stay.addAll(run.checkpoints());
            long newest = stay.last();
            for (IndexedSnapshot s :
                    List.copyOf(snapshots.index().of(run.runId()).values())) {
                if (s.sequence() < newest && !stay.contains(s.sequence())) {
                    books.remove(s);
                    run.marks().remove(s.sequence());
                }
            }
        }
    }

    private List<Cut> cuts(List<String> problems) {
        long now = clock.getAsLong();
        Map<Integer, KeptRun> holders = new HashMap<>();
        for (KeptRun run : books.runs()) {
            KeptRun before = holders.get(run.partition());
            if (before == null || run.needsFrom(now) < before.needsFrom(now)) {
                holders.put(run.partition(), run);
            }
        }
        List<Cut> cuts = new ArrayList<>();
        log.begins().forEach((partition, from) -> {
            KeptRun holder = holders.get(partition);
            long needed = holder == null ? Long.MAX_VALUE : holder.needsFrom(now);
            String unreadable = books.unreadable().get(partition);
            if (unreadable != null) {
                problems.add(unreadable);
                cuts.add(new Cut(partition, from, from, null, unreadable));
            } else if (needed == Long.MAX_VALUE) {
                cuts.add(new Cut(partition, from, Math.max(from, log.position(partition)), null, null));
            } else {
                cuts.add(new Cut(partition, from, Math.max(from, needed), holder.runId(), holder.why(now)));
            }
        });
        return cuts;
    }

    private List<Archive.Going> going(List<Cut> cuts) {
        return cuts.stream()
                .filter(cut -> cut.offsets() > 0)
                .map(cut -> new Archive.Going(
                        cut.partition(),
                        cut.from(),
                        cut.to(),
                        books.inputs(cut.partition()).through(cut.to())))
                .toList();
    }

    /**
     * The log first: inputs of decisions that are there no more serve nobody.
     *
     * @return what came of it
     */
    private Cut carryOut(Cut cut, Steps steps, List<String> problems) {
        if (cut.offsets() == 0) {
            return cut;
        }
        if (isKept(source.topics().decisions(), cut.partition(), cut.to(), steps, problems)) {
            return new Cut(cut.partition(), cut.from(), cut.from(), null, "its records cannot be deleted");
        }
        InputMarks marks = books.inputs(cut.partition());
        Map<String, Long> decided = cut.to() >= log.position(cut.partition()) ? marks.all() : marks.before(cut.to());
        marks.forgetBefore(cut.to());
        for (Topic<?> topic : source.topics().inputs()) {
            Long before = decided.get(topic.family());
            boolean own = topic != source.topics().heartbeats();
            if (before != null && own) {
                isKept(topic, cut.partition(), before, steps, problems);
            }
        }
        return cut;
    }

    /** Whether its records before that offset stay, for none of the topic can go: that is told once a pass. */
    private static boolean isKept(Topic<?> topic, int partition, long before, Steps steps, List<String> problems) {
        Optional<String> why = steps.truncate(topic.name(), partition, before);
        why.filter(w -> !problems.contains(w)).ifPresent(problems::add);
        return why.isPresent();
    }

    private void closeReaders() {
        if (log != null) {
            log.close();
        }
        if (snapshots != null) {
            snapshots.close();
        }
    }

    @Override
    public void close() {
        closeReaders();
        registry.close();
    }
}
