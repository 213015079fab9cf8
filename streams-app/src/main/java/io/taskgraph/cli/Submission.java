package io.taskgraph.cli;

import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.TraceParent;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Patch;
import io.taskgraph.client.Planner;
import io.taskgraph.client.RunSpec;
import io.taskgraph.spec.InputFile;
import io.taskgraph.spec.PatchHistory;
import io.taskgraph.spec.RunSpecification;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * A file on its way to become a run: a specification in one decision, a history in one for the empty run and one for each
 * patch, in order.
 *
 * @param file where it came from
 * @param input what it holds
 * @param runId the run to create
 * @param preset the policy preset to pin; null: what the specification says, for a history {@code offline}
 * @param trace the trace that the run is part of, or null
 */
record Submission(Path file, InputFile input, String runId, String preset, TraceParent trace) {
    /** What a history's run pins: its patches tell what became of the tasks, so no agent is to take them up as well. */
    static final String PRESET_OF_HISTORY = "offline";

    /** So many patches are under way before the first one's decision is waited for. */
    private static final int AHEAD = 256;

    /** A submission under a fresh run id. */
    static Submission of(Path file, InputFile input, String preset, TraceParent trace) {
        return new Submission(file, input, RunIds.of(name(file, input)), preset, trace);
    }

    private static String name(Path file, InputFile input) {
        return input instanceof RunSpecification spec
                ? spec.name()
                : file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    }

    /**
     * Sends it and waits for every decision. A run that is refused gets no patches.
     *
     * @param actor who says it, as the planner was told
     * @param each hears each decision: the patch's number in the history, or null for the run's creation, and the answer
     * @throws io.taskgraph.client.ClientException if something could not be sent, or no decision was heard
     */
    void send(Planner planner, String actor, BiConsumer<Long, Answer> each) {
        if (input instanceof RunSpecification spec) {
            RunSpecification pinned = preset == null ? spec : spec.withPreset(preset);
            Mutation message = pinned.toMutation(runId, UUID.randomUUID().toString(), Instant.now(), actor);
            message.getCreateRun().setTrace(trace);
            each.accept(null, Answers.of(planner.submit(message)));
        } else if (input instanceof PatchHistory history) {
            send(planner, history, each);
        }
    }

    private void send(Planner planner, PatchHistory history, BiConsumer<Long, Answer> each) {
        Answer created = Answers.of(planner.createRun(RunSpec.withId(runId)
                .name(name(file, input))
                .preset(preset == null ? PRESET_OF_HISTORY : preset)
                .trace(trace == null ? null : trace.getTraceparent(), trace == null ? null : trace.getTracestate())
                .patch(Patch.empty())));
        each.accept(null, created);
        if (!created.accepted()) {
            return;
        }
        record Sent(long seq, CompletableFuture<Answer> answer) {}
        Deque<Sent> waiting = new ArrayDeque<>();
        for (PatchHistory.Patch patch : history.patches()) {
            if (waiting.size() == AHEAD) {
                Sent first = waiting.removeFirst();
                each.accept(first.seq(), Answers.of(first.answer()));
            }
            waiting.addLast(new Sent(
                    patch.seq(),
                    planner.submit(patch.toMutation(runId, UUID.randomUUID().toString()))));
        }
        waiting.forEach(sent -> each.accept(sent.seq(), Answers.of(sent.answer())));
    }
}
