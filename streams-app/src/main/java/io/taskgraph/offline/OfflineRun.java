package io.taskgraph.offline;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.spec.InputFile;
import io.taskgraph.spec.PatchHistory;
import io.taskgraph.spec.RunSpecification;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Judges one file with the engine itself, without a broker: the run lives in memory, and nothing is dispatched. */
public final class OfflineRun {
    /** The run's id is the same for all files, so that the same patches give the same digest under any name. */
    private static final String RUN_ID = "check";

    private static final String OFFLINE = "offline";

    private final Engine engine = new Engine(DecisionEncoder.PLAIN, TopicCatalogue.MAX_RECORD_BYTES);
    private final Run run = Run.of(RUN_ID);
    private final String preset;
    private String judgedBy = OFFLINE;
    private final BiConsumer<Long, Decision> verdicts;
    private int accepted;
    private int rejected;

    private OfflineRun(String preset, BiConsumer<Long, Decision> verdicts) {
        this.preset = preset;
        this.verdicts = verdicts;
    }

    /**
     * Judges all patches of a file in order.
     *
     * @param preset the policy preset to judge by; null: a preset that dispatches nothing, unless a specification asks
     *     for one that does not exist, which the engine then refuses
     * @param verdicts told each patch's number and its decision
     */
    public static OfflineRun judge(InputFile file, String preset, BiConsumer<Long, Decision> verdicts) {
        OfflineRun offline = new OfflineRun(preset, verdicts);
        if (file instanceof RunSpecification specification) {
            offline.specification(specification);
        } else {
            offline.history((PatchHistory) file);
        }
        return offline;
    }

    /** The policy preset that it was judged by. */
    public String judgedBy() {
        return judgedBy;
    }

    public int accepted() {
        return accepted;
    }

    public int rejected() {
        return rejected;
    }

    public int tasks() {
        return run.graph().size();
    }

    public int liveTasks() {
        return run.graph().liveSize();
    }

    public long graphVersion() {
        return run.graphVersion();
    }

    /** In lower-case hexadecimal; zeros if the run was refused its creation. */
    public String stateDigest() {
        return HexFormat.of().formatHex(run.stateDigest());
    }

    /** All tasks, archived ones included, oldest first. */
    public List<Task> graph() {
        return run.graph().tasks();
    }

    private void specification(RunSpecification specification) {
        boolean known = specification.preset().isEmpty()
                || Presets.named(specification.preset()).isPresent();
        judgedBy = preset != null ? preset : known ? OFFLINE : specification.preset();
        Mutation mutation =
                specification.withPreset(judgedBy).toMutation(RUN_ID, "specification", Instant.EPOCH, "check");
        report(0, step(mutation));
    }

    private void history(PatchHistory history) {
        judgedBy = preset != null ? preset : OFFLINE;
        Mutation creation = Mutation.newBuilder()
                .setMessageId("creation")
                .setRunId(RUN_ID)
                .setSentAt(Instant.EPOCH)
                .setActor("check")
                .setCreateRun(new CreateRun("", "", judgedBy, Map.of(), null, null, null, null, List.of()))
                .build();
        step(creation);
        int position = 0;
        for (PatchHistory.Patch patch : history.patches()) {
            report(patch.seq(), step(patch.toMutation(RUN_ID, "patch-" + position++)));
        }
    }

    private Decision step(Mutation mutation) {
        return engine.step(
                        run,
                        Input.mutation(mutation, Origin.NONE),
                        mutation.getSentAt().toEpochMilli())
                .orElseThrow()
                .decision();
    }

    private void report(long seq, Decision decision) {
        if (decision.getOutcome() == Outcome.ACCEPTED) {
            accepted++;
        } else {
            rejected++;
        }
        verdicts.accept(seq, decision);
    }
}
