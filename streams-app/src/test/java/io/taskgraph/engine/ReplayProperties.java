package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import io.taskgraph.replay.Divergence;
import io.taskgraph.replay.RunFold;
import io.taskgraph.replay.RunVerdict;
import io.taskgraph.schemas.codec.WireFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Given logs of teams that say whatever comes to their mind, then every way to replay them comes to one state. */
class ReplayProperties {
    private final long seed = Seeds.seed();
    private final Random random = new Random(seed);

    /** The same state from every split: whole, in pieces, each from the serialized state that the one before came to. */
    @Test
    void aLogFoldedInPiecesGivesTheDigestOfTheWhole() {
        for (int round = 0; round < 8; round++) {
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

    /** Decided again from the inputs that were recorded, every decision comes to the same bytes. */
    @Test
    void aLogIsDecidedAgainByteForByte() {
        for (int round = 0; round < 8; round++) {
            String where = "seed " + seed + ", round " + round;
            RandomTeam says = new RandomTeam(random);
            Team team = Team.under(says.policy()).recorded();
            for (int step = 0; step < 100; step++) {
                team.now += random.nextInt(20_000);
                team.step(says.input(team));
                if (random.nextInt(20) == 0) {
                    team.reload();
                }
            }
            assertReplaysStrictly(team, where);
        }
    }

    @Test
    void anotherInputThanTheOneThatWasDecidedIsFound() {
        Team team = done();
        team.strict.forge("reports", 1, Messages.report("r", "m3", "w", "a", 1, Messages.submitted("another result")));

        Divergence d = team.strict.replay().divergence().orElseThrow();

        assertThat(d.sequence()).isEqualTo(4);
        assertThat(d.what()).isEqualTo("decided again, facts[0].taskCompleted.result");
        assertThat(d.recorded()).isEqualTo("of a");
        assertThat(d.replayed()).isEqualTo("another result");
    }

    @Test
    void inputsOfTwoRunsMixedUpAreFound() {
        Team team = done();
        team.strict.forge("reports", 0, Messages.report("other", "m2", "w", "a", 1, Messages.started()));

        assertThat(team.strict.replay().divergence().orElseThrow().sentence())
                .contains("Run r diverges at decision 3", "its input is of run other");
    }

    @Test
    void inputsThatAreNotThereAnyMoreAreNoPass() {
        Team team = done();
        team.strict.expire(2);

        RunVerdict verdict = team.strict.replay();

        assertThat(verdict.divergence()).isEmpty();
        assertThat(verdict.strict().orElseThrow().notRedecided()).isEqualTo(4);
        assertThat(verdict.strict().orElseThrow().firstNotRedecided())
                .isEqualTo("decision 1 of run r: it does not record where its input stands");
    }

    @Test
    void aTopicOfInputsWithAGapIsNamed() {
        Team team = done();
        team.strict.lose("reports", 0);

        assertThat(team.strict.replay().divergence().orElseThrow().sentence())
                .contains("at decision 3", "offset 0 of reports-0", "compacted, cut or tampered with");
    }

    private static Team done() {
        Team team = Team.standard().recorded();
        team.patch(Messages.add("a"));
        team.start("w", "a", 1);
        team.finish("w", "a", 1);
        return team;
    }

    /** All but the decision that put the team under its policy, which nobody's input brought. */
    static void assertReplaysStrictly(Team team, String where) {
        RunVerdict verdict = team.strict.replay();
        assertThat(verdict.divergence()).as(where).isEmpty();
        assertThat(verdict.strict().orElseThrow().notRedecided()).as(where).isEqualTo(1);
        assertThat(verdict.strict().orElseThrow().decisions()).as(where).isEqualTo(team.log.size() - 1);
        assertThat(verdict.stateDigest()).as(where).isEqualTo(HexFormat.of().formatHex(team.run.stateDigest()));
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
