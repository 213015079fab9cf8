package io.taskgraph.cli;

import io.taskgraph.avro.RejectionCode;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.Operator;
import io.taskgraph.replay.Archive;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.retention.Forgetting;
import io.taskgraph.retention.KafkaSteps;
import io.taskgraph.retention.Keeper;
import io.taskgraph.retention.RetentionReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** A keeper of the history with what it takes to act: an operator who has runs forgotten, perhaps an archive. */
final class Keeping implements AutoCloseable {
    private static final String REASON = "kept as long as its policy keeps it";

    /** That it is not proved who asks. */
    private static final Set<RejectionCode> UNPROVED =
            EnumSet.of(RejectionCode.UNSIGNED_DIRECTIVE, RejectionCode.UNKNOWN_KEY, RejectionCode.ACTOR_MISMATCH);

    private final Optional<Archive> archive;
    private final Client client;
    private final KafkaSteps steps;
    private final Keeper keeper;

    private Keeping(Optional<Archive> archive, Client client, KafkaSteps steps, Keeper keeper) {
        this.archive = archive;
        this.client = client;
        this.steps = steps;
        this.keeper = keeper;
    }

    /**
     * Opens all of it; nothing has been read yet.
     *
     * @param as makes of a connection who asks for runs to be forgotten
     * @param signs what to say where a run's policy wants a signature that is not there: how to sign here; may be empty
     * @param patience how long to wait for the decision on that
     * @param directory where history goes that is cut off; null: nowhere
     */
    static Keeping open(
            Cluster cluster,
            ReplaySource source,
            Function<Client, Operator> as,
            String signs,
            Duration patience,
            Path directory) {
        Optional<Archive> archive = Optional.ofNullable(directory).map(d -> Archive.open(source, d));
        Client client = null;
        KafkaSteps steps = null;
        try {
            Client connected = Client.connect(cluster.client(patience));
            client = connected;
            Operator operator = as.apply(connected);
            steps = new KafkaSteps(source, archive, runId -> {
                Answer answer = Answers.of(operator.forget(runId, REASON));
                return said(answer, signs);
            });
            return new Keeping(archive, client, steps, Keeper.open(source, System::currentTimeMillis));
        } catch (RuntimeException e) {
            close(archive, client, steps);
            throw e;
        }
    }

    private static Forgetting said(Answer answer, String signs) {
        if (answer.accepted()) {
            return Forgetting.done();
        }
        String why = Answers.refusal(answer);
        RejectionCode code = answer.refusal().orElseThrow().code();
        return code == RejectionCode.UNKNOWN_RUN
                ? Forgetting.unknown(why)
                : Forgetting.refused(why + (UNPROVED.contains(code) ? signs : ""));
    }

    RetentionReport pass(LongConsumer left) {
        return keeper.pass(steps, left);
    }

    /** What a pass would do. */
    RetentionReport dryRun(LongConsumer left) {
        return keeper.dryRun(left);
    }

    @Override
    public void close() {
        keeper.close();
        close(archive, client, steps);
    }

    private static void close(Optional<Archive> archive, Client client, KafkaSteps steps) {
        if (steps != null) {
            steps.close();
        }
        if (client != null) {
            client.close();
        }
        archive.ifPresent(Archive::close);
    }
}
