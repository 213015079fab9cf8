package io.taskgraph.cli;

import io.taskgraph.avro.SaveCheckpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a checkpoint. */
@Command(
        name = "save",
        description = {
            "Keep under a name where a run stands. A name may be used again: each checkpoint has a version.",
            "Exits with 1 if it was refused."
        })
final class CheckpointSaveCommand implements Callable<Integer> {
    @Mixin
    private Directing directing;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "checkpoint",
            description = "1 to 64 of A-Z a-z 0-9 . _ -, starting with a letter or digit (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(
            names = "--summary",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "What was reached and what is next, for people.")
    private String summary;

    @Option(
            names = "--meta",
            paramLabel = "KEY=VALUE",
            description = "What else is to be known; may be given several times.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Override
    public Integer call() {
        SaveCheckpoint checkpoint = new SaveCheckpoint(name, summary, metadata);
        return directing.say(
                "checkpoint " + name + " taken",
                (operator, runId, reason) -> operator.checkpoint(runId, checkpoint, reason));
    }
}
