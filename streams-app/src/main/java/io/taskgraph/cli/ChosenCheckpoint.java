package io.taskgraph.cli;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.engine.Checkpoints;
import io.taskgraph.query.CheckpointTopic;
import io.taskgraph.query.Source;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A checkpoint by the name that somebody gave. */
final class ChosenCheckpoint {
    /** Which one, before it is known whether there is such a one. */
    @FunctionalInterface
    interface Choice {
        /** @throws CommandException if the run has no such one, or it cannot be read */
        Checkpoint of(Source source, String runId);

        /** By its name. */
        static Choice named(String name) {
            return (source, runId) -> ChosenCheckpoint.named(source, runId, name);
        }

        /**
         * By its name or a file.
         *
         * @throws ParameterException unless one of them is given
         */
        static Choice of(CommandSpec spec, String name, Path file) {
            if ((name == null) == (file == null)) {
                throw new ParameterException(spec.commandLine(), "Name a checkpoint or a --file, one of them.");
            }
            return file == null ? named(name) : (source, runId) -> in(file, runId);
        }
    }

    private ChosenCheckpoint() {}

    /**
     * The run's checkpoint of that name: {@code name@version}, or {@code name} for the last of that name.
     *
     * @throws CommandException if the run keeps no such one; the message says whose it is, or which there are
     */
    static Checkpoint named(Source source, String runId, String name) {
        String other = name.contains("/") ? name.substring(0, name.indexOf('/')) : runId;
        String id = name.substring(name.indexOf('/') + 1);
        if (!other.equals(runId)) {
            throw new CommandException("The checkpoint " + name + " is of run " + other + ", not of run " + runId
                    + ": name one of its own, which `taskgraph checkpoint list " + runId + "` lists.");
        }
        List<Checkpoint> kept = CheckpointTopic.of(source, runId);
        Checkpoint c = kept.stream()
                .filter(one ->
                        CheckpointFile.id(one).equals(id) || one.getName().equals(id))
                .reduce((one, later) -> later)
                .orElseThrow(() -> new CommandException("Run " + runId + " keeps no checkpoint " + id
                        + ": `taskgraph checkpoint list " + runId + "` lists those it has."));
        return readable(c);
    }

    /**
     * The checkpoint in that file.
     *
     * @throws CommandException if it is none, or of another run
     */
    static Checkpoint in(Path file, String runId) {
        Checkpoint c = CheckpointFile.read(file);
        if (!c.getRunId().equals(runId)) {
            throw new CommandException("The checkpoint " + file + " is of run " + c.getRunId() + ", not of run " + runId
                    + ": name that run, or take a checkpoint of this one.");
        }
        return c;
    }

    private static Checkpoint readable(Checkpoint c) {
        if (c.getFormatVersion() > Checkpoints.FORMAT_VERSION) {
            throw new CommandException("The checkpoint " + CheckpointFile.id(c) + " of run " + c.getRunId()
                    + " is of format " + c.getFormatVersion() + ", and this version of taskgraph reads up to "
                    + Checkpoints.FORMAT_VERSION + ": upgrade it.");
        }
        return c;
    }
}
