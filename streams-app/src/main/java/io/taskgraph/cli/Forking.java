package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.RestoreTasks;
import io.taskgraph.avro.RestoredTask;
import io.taskgraph.avro.RunOrigin;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Planner;
import io.taskgraph.engine.Restoration;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.Usage;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.codec.RecordCodec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A run on its way to become another one: created with where it begins, given its tasks piece by piece. The messages are a
 * function of what is asked for, their ids included: the same command again goes on where the one before was cut off, and
 * does nothing where that had come to its end.
 *
 * @param past the run to go on from, as it stood
 * @param checkpoint the one that named the point, or empty
 * @param as the new run's id
 * @param policy the policy that it pins; null: that of the other run, by name
 * @param reopen whether what had failed or was cancelled is to be done again
 */
record Forking(Run past, String checkpoint, String as, String policy, boolean reopen) {
    /** So many pieces are under way before the first one's decision is waited for. */
    private static final int AHEAD = 16;
    /** A piece is closed when it has so many bytes: its decision has to fit into a record, too. */
    private static final int PIECE_BYTES = 512 * 1024;

    private static final RecordCodec<RestoredTask> CODEC = RecordCodec.of(RestoredTask.class);

    /**
     * What came of it.
     *
     * @param refusal the first decision that was none to go on after; null: the run is whole
     */
    record Outcome(Restoration tasks, int pieces, boolean resumed, Answer last, Answer refusal) {}

    /**
     * Sends it and waits for every decision.
     *
     * @param actor who says it, as the planner was told
     * @throws io.taskgraph.client.ClientException if something could not be sent, or no decision was heard: say it again
     */
    Outcome send(Planner planner, String actor) {
        Restoration restoration = Restoration.of(past, reopen);
        List<Mutation> messages = messages(restoration, actor);
        Answer last = Answers.of(planner.submit(messages.get(0)));
        boolean resumed = last.duplicate();
        Answer refused = last.accepted() ? null : last;
        Deque<CompletableFuture<Answer>> waiting = new ArrayDeque<>();
        for (int i = 1; i < messages.size() && refused == null; i++) {
            waiting.addLast(planner.submit(messages.get(i)));
            if (waiting.size() == AHEAD || i == messages.size() - 1) {
                while (!waiting.isEmpty() && refused == null) {
                    last = Answers.of(waiting.removeFirst());
                    refused = last.accepted() ? null : last;
                }
            }
        }
        return new Outcome(restoration, messages.size(), resumed, last, refused);
    }

    /** The creation with the first piece, then the other pieces. */
    List<Mutation> messages(Restoration restoration, String actor) {
        RunOrigin origin = restoration.origin(past, checkpoint);
        String id = "fork-"
                + Digests.hex(Digests.sha256(key(origin).getBytes(UTF_8))).substring(0, 24);
        List<List<RestoredTask>> pieces = pieces(restoration.tasks());
        List<Mutation> messages = new ArrayList<>(pieces.size());
        for (int i = 0; i < pieces.size(); i++) {
            messages.add(Mutation.newBuilder()
                    .setMessageId(id + "-" + i)
                    .setRunId(as)
                    .setSentAt(Instant.now())
                    .setActor(actor)
                    .setCreateRun(i == 0 ? create(origin) : null)
                    .setRestore(pieces.get(i).isEmpty() ? null : new RestoreTasks(pieces.get(i)))
                    .build());
        }
        return messages;
    }

    private String key(RunOrigin o) {
        return String.join(
                "\n",
                as,
                o.getRunId(),
                Long.toString(o.getSequence()),
                Digests.hex(o.getDecisionHash()),
                Digests.hex(o.getTasksDigest()),
                o.getCheckpoint(),
                pinned());
    }

    private CreateRun create(RunOrigin origin) {
        return CreateRun.newBuilder()
                .setName(past.identity().name())
                .setGoal(past.identity().goal())
                .setLabels(past.identity().labels())
                .setPreset(pinned())
                .setBudget(Usage.budget(past.identity().budget()))
                .setOrigin(origin)
                .setPins(past.pins())
                .build();
    }

    private String pinned() {
        if (policy != null) {
            return policy;
        }
        String name = past.policy().name();
        return Presets.named(name).isPresent()
                ? name
                : name + "@" + past.policy().version();
    }

    private List<List<RestoredTask>> pieces(List<RestoredTask> tasks) {
        int most = past.policy().caps().maxPatchOperations();
        List<List<RestoredTask>> pieces = new ArrayList<>();
        List<RestoredTask> piece = new ArrayList<>();
        long bytes = 0;
        for (RestoredTask t : tasks) {
            long size = CODEC.encode(t).length;
            if (!piece.isEmpty() && (piece.size() == most || bytes + size > PIECE_BYTES)) {
                pieces.add(piece);
                piece = new ArrayList<>();
                bytes = 0;
            }
            piece.add(t);
            bytes += size;
        }
        pieces.add(piece);
        return pieces;
    }
}
