package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskgraph.policy.document.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
    @Test
    void aDocumentWithAllKeysIsReadAsItSays() {
        // given
        String yaml = """
                name: night-shift
                caps:
                  max_tasks: 500
                  max_workers: 8
                  max_retries: 0
                  max_patch_operations: 50
                  max_payload: 2MiB
                  heartbeat_staleness: 1500ms
                  start_timeout: 1h
                """;
        // when
        Policy policy = Policy.parse(yaml);
        // then
        assertThat(policy.name()).isEqualTo("night-shift");
        assertThat(policy.caps())
                .isEqualTo(Caps.DEFAULT
                        .with(Cap.MAX_TASKS, 500)
                        .with(Cap.MAX_WORKERS, 8)
                        .with(Cap.MAX_RETRIES, 0)
                        .with(Cap.MAX_PATCH_OPERATIONS, 50)
                        .with(Cap.MAX_PAYLOAD, 2 * 1024 * 1024)
                        .with(Cap.HEARTBEAT_STALENESS, 1_500)
                        .with(Cap.START_TIMEOUT, 3_600_000));
    }

    @Test
    void whatIsLeftOutGetsItsDefault() {
        assertThat(Policy.parse("name: x")).isEqualTo(Policy.of("x", Caps.DEFAULT));
        assertThat(Policy.parse("{name: x, caps: {max_workers: 3}}").caps())
                .isEqualTo(Caps.DEFAULT.with(Cap.MAX_WORKERS, 3));
    }

    @Test
    void theCanonicalDocumentAndItsDigestAreFrozen() {
        // given two ways to say the same
        Policy one = Policy.parse("caps: {start_timeout: 60s, max_payload: 65536}\nname: 'x'\n# a comment");
        Policy other = Policy.parse("name: x");
        // then
        assertThat(one).isEqualTo(other);
        assertThat(Policy.parse(one.document())).isEqualTo(one);
        assertThat(one.digest()).isEqualTo(other.digest());
    }

    @Test
    void allProblemsAreToldAtOnceWithTheirPlaces() {
        // given
        String yaml = """
                nam: x
                caps:
                  max_task: 5
                  max_workers: -1
                  max_workers: 2
                  max_retries: many
                  max_payload: 64 KB
                  heartbeat_staleness: 30
                  start_timeout: 1ms
                  max_patch_operations: [1]
                """;
        // when
        PolicyException refused = catchThrowableOfType(PolicyException.class, () -> Policy.parse(yaml));
        // then
        assertThat(refused.problems())
                .containsExactly(
                        new Problem(1, 1, "\"nam\" is not a key of a policy document; did you mean \"name\"?"),
                        new Problem(1, 1, "the policy has no name; add name: and a name"),
                        new Problem(3, 3, "\"max_task\" is not a key of caps; did you mean \"max_tasks\"?"),
                        new Problem(4, 16, "max_workers must be a whole number, not -1"),
                        new Problem(5, 3, "\"max_workers\" is given twice; keep one of them"),
                        new Problem(6, 16, "max_retries must be a whole number, not the text \"many\""),
                        new Problem(
                                7,
                                16,
                                "max_payload must be a number of bytes such as 65536 or 64KiB, not the text \"64 KB\""),
                        new Problem(
                                8, 24, "heartbeat_staleness must be a duration such as 500ms, 30s, 10m or 1h, not 30"),
                        new Problem(9, 18, "start_timeout must be 100ms to 168h, not the text \"1ms\""),
                        new Problem(10, 25, "max_patch_operations must be a whole number, not a list"));
        assertThat(refused).hasMessageContaining("line 6, column 16: max_retries must be");
    }

    @ParameterizedTest
    @CsvSource({
        "max_tasks, 0",
        "max_tasks, 10000001",
        "max_tasks, 999999999999999999",
        "max_tasks, 1.5",
        "max_tasks, ~",
        "max_workers, 1000001",
        "max_retries, 1001",
        "max_patch_operations, 0",
        "max_payload, 17MiB",
        "max_payload, 9999999999999MiB",
        "heartbeat_staleness, 99ms",
        "heartbeat_staleness, 25h",
        "start_timeout, 169h"
    })
    void impossibleValuesAreRefused(String key, String value) {
        PolicyException refused = catchThrowableOfType(
                PolicyException.class, () -> Policy.parse("name: x\ncaps:\n  " + key + ": " + value));
        assertThat(refused.problems()).singleElement().satisfies(p -> {
            assertThat(p.line()).isEqualTo(3);
            assertThat(p.message()).startsWith(key + " must be ");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "~", "just a text", "[]", "name: [", "name: \"\u0000\"", "a: b: c", "\t"})
    void whatIsNoPolicyDocumentIsRefusedWithOneProblem(String text) {
        PolicyException refused = catchThrowableOfType(PolicyException.class, () -> Policy.parse(text));
        assertThat(refused.problems()).hasSize(1);
        assertThat(refused.getMessage()).doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "''", "a b", "-x", "\"x\\n\"", "~", "true"})
    void oddNamesAreRefused(String name) {
        PolicyException refused = catchThrowableOfType(PolicyException.class, () -> Policy.parse("name: " + name));
        assertThat(refused.problems()).singleElement().satisfies(p -> assertThat(p.message())
                .startsWith("name must be"));
    }

    @Test
    void aNameThatYamlWouldTakeForANumberIsQuotedAndSurvives() {
        Policy policy = Policy.parse("name: '12'");
        assertThat(Policy.parse(policy.document())).isEqualTo(policy);
    }

    @Test
    void policiesThatDifferHaveDigestsThatDiffer() {
        assertThat(List.of(Policy.of("x", Caps.DEFAULT).digest()))
                .doesNotContain(Policy.of("y", Caps.DEFAULT).digest());
    }
}
