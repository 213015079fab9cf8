package io.taskgraph.cli;

import io.taskgraph.avro.Decision;
import io.taskgraph.engine.Run;
import io.taskgraph.query.trace.RunTrace;
import io.taskgraph.replay.ExportReplay;
import io.taskgraph.replay.LoggedDecision;
import io.taskgraph.replay.PastRun;
import io.taskgraph.replay.Point;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.replay.RunFold;
import io.taskgraph.replay.RunLog;
import io.taskgraph.replay.RunVerdict;
import java.nio.file.Path;

/** Tells a run's decisions to a trace, each with its number, chain and digest checked. */
final class Traced {
    private Traced() {}

    /** From the log; where that was cut off, from the state that a snapshot has. */
    static RunTrace ofLog(ReplaySource source, String runId, Replay.Progress progress) {
        RunTrace trace = RunTrace.of(runId);
        PastRun.at(source, runId, Point.END, progress, trace::takeUp, trace::accept);
        return trace;
    }

    /** From an export or an archive, with no cluster. All of it is proved on the way. */
    static RunTrace ofExport(Path directory, String runId, Replay.Progress progress) {
        Heard heard = heard(directory, runId, progress);
        if (heard.fold == null) {
            throw new CommandException("There is no decision on run " + runId + " in " + directory
                    + ": `taskgraph replay --from " + directory + "` lists the runs there are.");
        }
        return heard.trace;
    }

    /** From an archive, and the log from where that ends. */
    static RunTrace ofArchive(Path directory, ReplaySource source, String runId, Replay.Progress progress) {
        Heard heard = heard(directory, runId, progress);
        if (heard.fold == null) {
            // Nothing of it was cut off yet.
            return ofLog(source, runId, progress);
        }
        RunLog.read(source, runId, progress, heard::goesOn);
        return heard.trace;
    }

    private static Heard heard(Path directory, String runId, Replay.Progress progress) {
        Heard heard = new Heard(runId);
        ReplayReport report = ExportReplay.of(directory, progress, heard);
        report.runs().stream()
                .filter(v -> v.runId().equals(runId))
                .findFirst()
                .flatMap(RunVerdict::divergence)
                .ifPresent(d -> {
                    throw new CommandException(d.sentence());
                });
        return heard;
    }

    /** What one run's decisions are told to. */
    private static final class Heard implements Replay.Listener {
        private final String runId;
        private final RunTrace trace;
        private RunFold fold;

        Heard(String runId) {
            this.runId = runId;
            this.trace = RunTrace.of(runId);
        }

        @Override
        public boolean hears(String id) {
            return id.equals(runId);
        }

        @Override
        public void decided(Decision d, RunFold after) {
            if (!hears(d.getRunId()) || after.stopped()) {
                return;
            }
            fold = after;
            if (trace.exists() || d.getSequence() == 1) {
                trace.accept(d);
            } else if (d.getSequence() == after.run().sequence()) {
                // What came before is not there either: the state stands for it.
                Run.Loader copy = new Run.Loader(runId);
                after.run().entries().forEach(e -> copy.accept(e.key(), e.value()));
                trace.takeUp(copy.load());
            }
        }

        /** The log's next decision; always wanted. */
        boolean goesOn(LoggedDecision d) {
            if (d.decision().getSequence() > fold.run().sequence()) {
                fold.accept(d.decision(), d.bytes(), d.partition(), d.offset());
                if (fold.stopped()) {
                    throw new CommandException("Between archive and log: "
                            + fold.finish().divergence().orElseThrow().sentence());
                }
                trace.accept(d.decision());
            }
            return true;
        }
    }
}
