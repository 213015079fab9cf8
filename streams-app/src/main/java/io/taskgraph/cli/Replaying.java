package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Bar;
import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.replay.RunVerdict;
import io.taskgraph.schemas.TopicCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Replays with a progress bar, if it takes long enough for one, and says what was found. */
final class Replaying {
    private static final long QUIET = TimeUnit.SECONDS.toNanos(1);
    private static final long REDRAW = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int BAR = 40;

    private Replaying() {}

    /**
     * Replays.
     *
     * @param applicationId the control plane's; null for the one that {@code up} and {@code serve} take by themselves
     * @param runId one run, or null for all
     */
    static ReplayReport of(Cluster cluster, String applicationId, String runId, Screen screen) {
        ReplaySource source = source(cluster, applicationId);
        Replay.Progress progress = progress(screen);
        ReplayReport report = runId == null ? Replay.all(source, progress) : Replay.one(source, runId, progress);
        screen.clear();
        return report;
    }

    /** The same, every decision decided again. */
    static ReplayReport strictly(Cluster cluster, String applicationId, String runId, Screen screen) {
        ReplayReport report = Replay.strictly(
                source(cluster, applicationId), Optional.ofNullable(runId), progress(screen, "Deciding again"));
        screen.clear();
        return report;
    }

    /** Where a cluster's log is. */
    static ReplaySource source(Cluster cluster, String applicationId) {
        return new ReplaySource(
                cluster.bootstrap(),
                cluster.registryUrl(),
                TopicCatalogue.of(cluster.prefix(), TopicCatalogue.DEFAULT_PARTITIONS),
                applicationId == null ? TopologySettings.applicationId(cluster.prefix()) : applicationId,
                cluster.properties());
    }

    /** A bar on the screen, once it takes longer than a second. */
    static Replay.Progress progress(Screen screen) {
        return progress(screen, "Replaying");
    }

    /** The same, under a word of what is being done. */
    static Replay.Progress progress(Screen screen, String doing) {
        return new Shown(screen, doing);
    }

    /** The same of how many records are left. */
    static LongConsumer left(Screen screen, String doing) {
        Replay.Progress shown = progress(screen, doing);
        long[] total = {0};
        long[] last = {0};
        return left -> {
            // More than before: something else is being counted.
            total[0] = left > last[0] ? left : total[0];
            last[0] = left;
            shown.at(total[0] - left, total[0]);
        };
    }

    private static final class Shown implements Replay.Progress {
        private final Screen screen;
        private final String doing;
        private final boolean live;
        private final long begun = System.nanoTime();
        private long next;

        Shown(Screen screen, String doing) {
            this.screen = screen;
            this.doing = doing;
            this.live = screen.terminal().isLive();
            this.next = begun + QUIET;
        }

        @Override
        public void at(long done, long total) {
            long now = System.nanoTime();
            if (!live || now - next < 0) {
                return;
            }
            next = now + REDRAW;
            Terminal terminal = screen.terminal();
            long left = done == 0 ? 0 : (now - begun) / 1_000_000 * (total - done) / done;
            screen.draw(List.of(doing + "  " + Bar.of(terminal, done, 0, 0, total, BAR) + "  " + done + " of " + total
                    + " records, " + Times.of(left) + " to go"));
        }
    }

    /** The verdict, and what it rests on. */
    static List<String> verdict(ReplayReport report, Terminal terminal, long millis) {
        List<String> lines = new ArrayList<>();
        if (report.runs().isEmpty()) {
            lines.add("The decision log has no runs: there is nothing to compare.");
            return lines;
        }
        lines.add(
                report.agrees() && report.whole()
                        ? terminal.good(terminal.sign("✔ ", "")) + terminal.bold("Replay agrees") + ": "
                                + Counted.of(report.decisions(), "decision") + " of "
                                + Counted.of(report.runs().size(), "run") + " folded in " + Times.of(millis)
                                + (millis < 1_000 ? "" : ", " + report.decisions() * 1_000 / millis + " a second") + "."
                        : report.agrees()
                                ? terminal.busy(terminal.sign("✘ ", "") + "Replay agrees in part") + ": "
                                        + Counted.of(
                                                report.strict().orElseThrow().notRedecided(), "decision")
                                        + " could not be decided again."
                                : terminal.bad(terminal.sign("✘ ", "") + "Replay DIVERGES") + ": "
                                        + report.runs().stream()
                                                .filter(run -> !run.agrees())
                                                .count() + " of "
                                        + Counted.of(report.runs().size(), "run") + ".");
        checked(report).forEach(what -> lines.add("Checked: " + what));
        return lines;
    }

    /** From where runs are proved whose history does not begin on the log any more. */
    static List<String> provedFrom(ReplayReport report, int listed) {
        List<RunVerdict> cut =
                report.runs().stream().filter(run -> run.provedFrom() > 0).toList();
        List<String> lines = new ArrayList<>();
        cut.stream()
                .limit(listed)
                .forEach(run -> lines.add("Proved from: decision " + run.provedFrom() + " of run " + run.runId()
                        + ", by the snapshot there; what was before is on the log no more."));
        if (cut.size() > listed) {
            lines.add("Proved from their snapshots: " + (cut.size() - listed) + " runs more.");
        }
        return lines;
    }

    /** What was compared, a sentence each. */
    static List<String> checked(ReplayReport report) {
        List<String> checked = new ArrayList<>();
        checked.add("After each decision: its number, the hash of the one before it, and the digest of the state.");
        report.strict()
                .ifPresent(s -> checked.add("Decided again from the recorded inputs, and the same byte for byte: "
                        + Counted.of(s.decisions(), "decision") + "."));
        long snapshots =
                report.runs().stream().mapToLong(run -> run.comparedSnapshots()).sum();
        if (snapshots > 0) {
            checked.add("The digest over all entries, and the decision, of " + Counted.of(snapshots, "snapshot") + ".");
        }
        long live = report.runs().stream().filter(run -> run.comparedWithLive()).count();
        long summaries =
                report.runs().stream().filter(run -> run.comparedWithSummary()).count();
        checked.add("Every entry of the live state stores of " + Counted.of(live, "run") + ", and the summaries of "
                + summaries + ".");
        return checked;
    }
}
