package io.taskgraph.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.replay.Divergence;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Given a decision log that a broker has really compacted, which it should not have been, then replay and keeper name it. */
@Timeout(240)
class CompactedLogTest {
    private static final String POLICY = """
            name: test
            flags: {mutable_graph: true, trace_replay: true}
            caps: {max_runtime: 0s, worker_timeout: 0s, start_timeout: 24h}
            retention: {decisions: 1}
            """;

    /** A cleaner that looks at once. */
    private static final Map<String, String> EAGER = Map.of(
            "log.cleaner.backoff.ms", "100",
            "log.initial.task.delay.ms", "100",
            "log.retention.check.interval.ms", "100");

    /** A segment a record, nearly; each is cleaned as soon as the next one is begun. */
    private static final Map<String, String> COMPACTED = Map.of(
            "cleanup.policy", "compact",
            "segment.ms", "1",
            "min.cleanable.dirty.ratio", "0.0",
            "min.compaction.lag.ms", "0",
            "max.compaction.lag.ms", "1",
            "delete.retention.ms", "0");

    @Test
    void whatACleanerTookOutIsMissed() {
        try (EmbeddedCluster cluster =
                        EmbeddedCluster.start(EmbeddedOptions.brokerOnly().withBrokerSettings(EAGER));
                Plane plane = new Plane(cluster, "compacted.", 1, COMPACTED)) {
            // given two runs, and the second one's decisions keep the segments rolling
            plane.create("r", POLICY, "a", "b", "c", "d");
            for (String task : List.of("a", "b", "c")) {
                plane.finish("r", task);
            }
            plane.create("other", POLICY, "a", "b", "c", "d");
            // when the cleaner has been there
            ReplayReport report = plane.replay();
            long end = System.nanoTime() + Duration.ofSeconds(120).toNanos();
            while (divergence(report, "r").isEmpty()) {
                assertThat(System.nanoTime()).as("in time compacted").isLessThan(end);
                plane.patch("other", "a");
                report = plane.replay();
            }
            // then replay names the first decision that does not follow, and so does strict replay
            Divergence missed = divergence(report, "r").orElseThrow();
            assertThat(missed.sequence()).isGreaterThan(1);
            assertThat(missed.what()).isIn("the sequence number", "its history");
            assertThat(missed.sentence()).contains("Run r ", "decision " + missed.sequence());
            ReplayReport strict = Replay.strictly(plane.source, Optional.of("r"), Replay.Progress.NONE);
            assertThat(divergence(strict, "r")).isPresent();
            // and the keeper names it, and cuts nothing off
            long begin = plane.begin(plane.topics.decisions(), 0);
            try (Keeper keeper = Keeper.open(plane.source, () -> plane.now)) {
                assertThat(keeper.dryRun(left -> {}).problems()).anyMatch(p -> p.contains("run r "));
            }
            RetentionReport pass = plane.pass();
            assertThat(pass.problems())
                    .filteredOn(p -> p.contains("the topic's cleanup.policy is compact"))
                    .hasSizeLessThan(2);
            assertThat(pass.truncated()).isZero();
            assertThat(plane.begin(plane.topics.decisions(), 0)).isEqualTo(begin);
        }
    }

    private static Optional<Divergence> divergence(ReplayReport report, String runId) {
        return report.runs().stream()
                .filter(v -> v.runId().equals(runId))
                .findFirst()
                .flatMap(v -> v.divergence());
    }
}
