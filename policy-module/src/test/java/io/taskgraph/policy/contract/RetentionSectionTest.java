package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskgraph.policy.document.Problem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The sections {@code snapshots} and {@code retention}: every key, what is refused, what is inherited, what is written. */
class RetentionSectionTest {
    private static final String WHOLE = """
            name: x
            snapshots: {every: 500, interval: 1h, at_end: false, keep: 3}
            retention: {decisions: 1000, age: 24h, finished: 720h}
            """;

    @Test
    void everyKeyIsReadAsItSaysAndWrittenOutAsItWasRead() {
        // when
        Policy p = Policy.parse(WHOLE);
        // then
        assertThat(p.snapshots()).isEqualTo(new SnapshotPolicy(500, 3_600_000, false, 3));
        assertThat(p.retention()).isEqualTo(new RetentionPolicy(1000, 86_400_000, 2_592_000_000L));
        assertThat(p.document()).endsWith(WHOLE.substring(WHOLE.indexOf("snapshots")));
        assertThat(Policy.parse(p.document())).isEqualTo(p);
    }

    @Test
    void whatSaysTheDefaultsLeavesTheTextAndTheDigestAsTheyWere() {
        // given
        Policy without = Policy.parse("name: x");
        // when
        Policy with = Policy.parse("""
                name: x
                snapshots: {every: 10000, interval: 0ms, at_end: true, keep: 2}
                retention: {decisions: 0, age: 0ms, finished: 0ms}
                """);
        // then
        assertThat(with.document()).isEqualTo(without.document());
        assertThat(without.document()).doesNotContain("\nsnapshots:").doesNotContain("\nretention:");
        assertThat(without.retention().truncates()).isFalse();
    }

    @Test
    void whatIsNotSaidIsInheritedKeyByKey() {
        // given
        Policy base = Policy.parse(WHOLE.replace("name: x", "name: base"));
        // when
        Policy p = Policy.parse("""
                name: child
                extends: base
                snapshots: {keep: 1}
                retention: {age: 0s}
                """, name -> Optional.of(base).filter(b -> name.equals("base")));
        // then
        assertThat(p.snapshots()).isEqualTo(new SnapshotPolicy(500, 3_600_000, false, 1));
        assertThat(p.retention()).isEqualTo(new RetentionPolicy(1000, 0, 2_592_000_000L));
        assertThat(p.retention().truncates()).isTrue();
    }

    @Test
    void allProblemsAreToldWithTheirPlaces() {
        // when
        List<String> problems = catchThrowableOfType(PolicyException.class, () -> Policy.parse("""
                name: x
                snapshots: {every: -1, interval: 10, at_end: 1, keep: 0, take: 1}
                retention: {decisions: many, age: 87601h, finished: 30d, keep: 2}
                """)).problems().stream()
                .map(Problem::toString)
                .toList();
        // then
        assertThat(problems)
                .containsExactly(
                        "line 2, column 20: every must be a whole number from 0 to 1000000000, not -1",
                        "line 2, column 34: interval must be a duration such as 500ms, 30s, 10m or 1h, not 10",
                        "line 2, column 46: at_end must be true or false, not 1",
                        "line 2, column 55: keep must be a whole number from 1 to 1000, not 0",
                        "line 2, column 58: \"take\" is not a key of snapshots; known are every, interval, at_end, keep",
                        "line 3, column 24: decisions must be a whole number from 0 to 1000000000, not the text \"many\"",
                        "line 3, column 35: age must be 0ms to 87600h, not the text \"87601h\"",
                        "line 3, column 53: finished must be a duration such as 500ms, 30s, 10m or 1h, not the text \"30d\"",
                        "line 3, column 58: \"keep\" is not a key of retention; known are decisions, age, finished");
    }
}
