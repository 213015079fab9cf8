package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.replay.RunFold;
import io.taskgraph.replay.RunVerdict;
import io.taskgraph.schemas.codec.WireFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Given logs of teams that say whatever comes to their mind, then every way to replay them comes to one state. */
class ReplayProperties {
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /** The same state from every split: whole, in pieces, each from the serialized state that the one before came to. */
    @Test
    void aLogFoldedInPiecesGivesTheDigestOfTheWhole() {
        for (int round = 0; round < 20; round++) {
            String where = "seed " + seed + ", round " + round;
            RandomTeam says = new RandomTeam(random);
            Team team = Team.under(says.policy());
            for (int step = 0; step < 80; step++) {
                team.now += random.nextInt(20_000);
                team.step(says.input(team));
            }
            RunVerdict whole = fold(new RunFold("r", null, null), team.log);
            assertThat(whole.divergence()).as(where).isEmpty();

            Run at = Run.of("r");
            for (int from = 0; from < team.log.size(); ) {
                int to = Math.min(team.log.size(), from + 1 + random.nextInt(15));
                RunFold piece = new RunFold(at, null, null);
                assertThat(fold(piece, team.log.subList(from, to)).divergence())
                        .as(where)
                        .isEmpty();
                at = reloaded(piece.run());
                from = to;
            }
            assertThat(RunImage.of(at)).as(where).isEqualTo(RunImage.of(team.run));
            assertThat(fold(new RunFold(at, null, null), List.of()).stateDigest())
                    .as(where)
                    .isEqualTo(whole.stateDigest());
        }
    }

    private Run reloaded(Run run) {
        List<EntryChange> entries = new ArrayList<>(run.entries());
        Collections.shuffle(entries, random);
        Run.Loader loader = new Run.Loader(run.runId());
        entries.forEach(e -> loader.accept(e.key(), e.value()));
        return loader.load();
    }

    private static RunVerdict fold(RunFold fold, List<Decided> log) {
        for (int i = 0; i < log.size(); i++) {
            byte[] bytes = log.get(i).bytes();
            fold.accept(Golden.CODEC.decode(bytes), WireFormat.frame(1, bytes), 0, i);
        }
        return fold.finish();
    }
}
