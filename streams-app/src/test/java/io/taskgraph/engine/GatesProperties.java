package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import io.taskgraph.gates.Audit;
import io.taskgraph.gates.GateReport;
import io.taskgraph.gates.GateResult;
import io.taskgraph.gates.GateSet;
import io.taskgraph.gates.TopicEvidence;
import io.taskgraph.gates.Verdict;
import io.taskgraph.gates.Window;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunFold;
import io.taskgraph.replay.RunVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever planners, agents and operators say: what the gates recompute from the log alone never speaks against the engine.
 * Each failure names its seed.
 */
class GatesProperties {
    private final long seed = Seeds.seed();
    private final Random random = new Random(seed);

    @Test
    void theGatesOwnAccountAgreesWithTheEngines() {
        Audit audit = Audit.ofGates();
        List<RunVerdict> verdicts = new ArrayList<>();
        for (int round = 0; round < Integer.getInteger("taskgraph.rounds", 120); round++) {
            Team team = new RandomRun(random).play(150);
            RunFold fold = new RunFold("r", null, null);
            team.log.forEach(d -> {
                fold.accept(d.decision(), onTheLog(d.bytes()), 0, 0);
                io.taskgraph.avro.Decision named =
                        io.taskgraph.avro.Decision.newBuilder(d.decision()).build();
                named.setRunId("r" + verdicts.size());
                audit.decided(named, fold);
            });
            verdicts.add(fold.finish());
        }
        GateReport report = GateReport.of(
                GateSet.named("C").orElseThrow(),
                audit,
                new ReplayReport(0, 0, verdicts, List.of()),
                TopicEvidence.NONE,
                Window.ALL);
        GateResult caps = report.gates().stream()
                .filter(g -> g.id().equals("caps"))
                .findFirst()
                .orElseThrow();
        assertThat(caps.verdict())
                .as("seed %s: %s %s", seed, caps.because(), caps.objections())
                .isEqualTo(Verdict.PASS);
        if (Seeds.isOfTheBuild()) {
            assertThat(caps.evidence())
                    .containsKeys("max_workers.hits", "max_compensating_tasks.hits", "heartbeat_staleness.hits");
        }
        GateResult bypass = report.gates().stream()
                .filter(g -> g.id().equals("approval_bypass"))
                .findFirst()
                .orElseThrow();
        assertThat(bypass.evidence()).as("seed %s", seed).containsEntry("incidents_the_engine_missed", 0L);
        GateResult stale = report.gates().stream()
                .filter(g -> g.id().equals("stale_heartbeat"))
                .findFirst()
                .orElseThrow();
        assertThat(stale.objected()).as("seed %s: %s", seed, stale.objections()).isZero();
    }

    /** With the five bytes of header that a record has on its topic. */
    private static byte[] onTheLog(byte[] bytes) {
        byte[] record = new byte[bytes.length + 5];
        System.arraycopy(bytes, 0, record, 5, bytes.length);
        return record;
    }

    /** One run of whatever comes to people's minds. */
    private record RandomRun(Random random) {
        Team play(int steps) {
            RandomTeam people = new RandomTeam(random);
            Team team = Team.under(people.policy());
            for (int step = 0; step < steps; step++) {
                team.now += random.nextInt(random.nextInt(10) == 0 ? 30_000 : 2_000);
                Input input = people.input(team);
                team.step(input);
                if (input instanceof Input.OfTimer timer) {
                    team.run.postpone(Math.max(team.now, team.run.lastDecidedAt()), timer.liveness());
                }
            }
            return team;
        }
    }
}
