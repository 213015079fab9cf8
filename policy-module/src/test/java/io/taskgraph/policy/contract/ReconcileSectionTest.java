package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskgraph.policy.document.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sections {@code reconcile} and {@code mailbox}: every key, what is refused, what is inherited, what is written. */
class ReconcileSectionTest {
    private static final String WHOLE = """
            name: x
            reconcile:
              strategy: acme.careful-1
              rebase: true
              every: 5s
              at_retry_cap: pause
              backoff: {first: 10ms, factor: 3, most: 1m, jitter: 7}
              degraded: {lost: 4, percent: 33}
              review: {risks: [destructive, write], rejections: 5}
            mailbox: {capacity: 7, batch: 3, within: 0ms, max_message: 1KiB}
            """;

    private static List<String> problems(String yaml) {
        return catchThrowableOfType(PolicyException.class, () -> Policy.parse(yaml)).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void everyKeyIsReadAsItSays() {
        // when
        Policy p = Policy.parse(WHOLE);
        // then
        assertThat(p.reconcile())
                .isEqualTo(new ReconcilePolicy(
                        "acme.careful-1",
                        true,
                        5_000,
                        AtRetryCap.PAUSE,
                        new Backoff(10, 3, 60_000, 7),
                        new Degraded(4, 33),
                        new Review(Set.of(Risk.WRITE, Risk.DESTRUCTIVE), 5)));
        assertThat(p.mailbox()).isEqualTo(new MailboxPolicy(7, 3, 0, 1024));
    }

    @Test
    void whatDiffersFromItsDefaultIsWrittenOutWholeAndReadBack() {
        // when
        Policy p = Policy.parse(WHOLE);
        // then
        assertThat(p.document()).contains("""
                reconcile:
                  strategy: "acme.careful-1"
                  rebase: true
                  every: 5s
                  at_retry_cap: pause
                  backoff: {first: 10ms, factor: 3, most: 1m, jitter: 7}
                  degraded: {lost: 4, percent: 33}
                  review: {risks: [write, destructive], rejections: 5}
                mailbox: {capacity: 7, batch: 3, within: 0ms, max_message: 1KiB}
                """);
        assertThat(Policy.parse(p.document())).isEqualTo(p);
        assertThat(Policy.parse(p.document()).document()).isEqualTo(p.document());
    }

    @Test
    void whatSaysTheDefaultsLeavesTheTextAndTheDigestAsTheyWere() {
        // given
        Policy without = Policy.parse("name: x\n");
        // when
        Policy with = Policy.parse("""
                name: x
                reconcile:
                  strategy: standard
                  rebase: false
                  every: 0ms
                  at_retry_cap: fail
                  backoff: {first: 0ms, factor: 2, most: 1m, jitter: 20}
                  degraded: {lost: 0, percent: 50}
                  review: {risks: [], rejections: 2}
                mailbox: {capacity: 1000, batch: 50, within: 1s, max_message: 16KiB}
                """);
        // then
        assertThat(with.document()).isEqualTo(without.document());
        assertThat(with.digest()).isEqualTo(without.digest());
        assertThat(without.document()).doesNotContain("\nreconcile:").doesNotContain("\nmailbox:");
    }

    @Test
    void whatIsNotSaidIsInheritedKeyByKey() {
        // given
        Policy base = Policy.parse(WHOLE.replace("name: x", "name: base"));
        // when
        Policy p = Policy.parse("""
                name: child
                extends: base
                reconcile:
                  rebase: false
                  backoff: {jitter: 0}
                  degraded: {lost: 0}
                  review: {risks: [exec]}
                mailbox: {batch: 9}
                """, name -> Optional.of(base).filter(b -> name.equals("base")));
        // then
        assertThat(p.reconcile())
                .isEqualTo(new ReconcilePolicy(
                        "acme.careful-1",
                        false,
                        5_000,
                        AtRetryCap.PAUSE,
                        new Backoff(10, 3, 60_000, 0),
                        new Degraded(0, 33),
                        new Review(Set.of(Risk.EXEC), 5)));
        assertThat(p.mailbox()).isEqualTo(new MailboxPolicy(7, 9, 0, 1024));
        assertThat(Policy.parse(p.document())).isEqualTo(p);
    }

    @Test
    void allProblemsAreToldWithTheirPlaces() {
        assertThat(problems("""
                name: x
                reconcile:
                  strategy: "no good"
                  rebase: 1
                  every: 10
                  at_retry_cap: retry
                  backoff: {first: 2s, factor: 11, most: 1s, jitter: 101}
                  degraded: {lost: -1, percent: 0}
                  review: {risks: [destroy], rejections: 1001}
                  cooldown: 1s
                mailbox: {capacity: 0, batch: 501, within: 61m, max_message: 1MiB, size: 1}
                """))
                .containsExactly(
                        "line 3, column 13: strategy must be a text of 1 to 128 letters, digits, dots, underscores or hyphens, starting with a letter or digit, not the text \"no good\"",
                        "line 4, column 11: rebase must be true or false, not 1",
                        "line 5, column 10: every must be a duration such as 500ms, 30s, 10m or 1h, not 10",
                        "line 6, column 17: at_retry_cap must be one of its words, not the text \"retry\"; known are fail, defer, pause",
                        "line 7, column 12: backoff begins with more than its most; give a larger most or a smaller first",
                        "line 7, column 32: factor must be a whole number from 1 to 10, not 11",
                        "line 7, column 54: jitter must be a whole number from 0 to 100, not 101",
                        "line 8, column 20: lost must be a whole number from 0 to 1000000, not -1",
                        "line 8, column 33: percent must be a whole number from 1 to 100, not 0",
                        "line 9, column 20: a risk must be one of its words, not the text \"destroy\"; known are read, write, exec, destructive",
                        "line 9, column 42: rejections must be a whole number from 0 to 1000, not 1001",
                        "line 10, column 3: \"cooldown\" is not a key of reconcile; known are strategy, rebase, every, at_retry_cap, backoff, degraded, review",
                        "line 11, column 21: capacity must be a whole number from 1 to 100000, not 0",
                        "line 11, column 31: batch must be a whole number from 1 to 500, not 501",
                        "line 11, column 44: within must be 0ms to 1h, not the text \"61m\"",
                        "line 11, column 62: max_message must be 0 to 256KiB, not the text \"1MiB\"",
                        "line 11, column 68: \"size\" is not a key of mailbox; known are capacity, batch, within, max_message");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 10, 10, false",
        "3, 25, 2, 2, false",
        "3, 25, 3, 12, true",
        "3, 25, 3, 13, false",
        "1, 100, 4, 5, false",
        "1, 100, 5, 5, true",
        "1, 1, 1, 0, true",
        "1000000, 100, 1000000, 1000000, true"
    })
    void manyLostAtOnceAreABurst(int lost, int percent, int losses, int workers, boolean burst) {
        assertThat(new Degraded(lost, percent).by(losses, workers)).isEqualTo(burst);
    }
}
