package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskgraph.policy.document.Problem;
import io.taskgraph.policy.trust.TestKey;
import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.settings.Operator;
import io.taskgraph.policy.trust.settings.Operators;
import io.taskgraph.policy.trust.settings.TrustKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code operators}: every key, what is refused, what is inherited, what is written. */
class OperatorsSectionTest {
    private static final TestKey ANN = TestKey.of("ann");
    private static final TestKey BOB = TestKey.of("bob");

    static final String WHOLE = filled("""
            name: x
            approvers: {team: [ann, zed], lead: [zed]}
            operators:
              ann:
                roles: [lead, sre]
                keys:
                  desk: {public: "ANN", from: 2026-01-01T01:00:00+01:00, until: 2027-01-01T00:00:00Z, revoked: true}
              bob@example.org:
                keys: {desk: {public: "BOB"}}
            """);

    static String filled(String yaml) {
        return yaml.replace("ANN", ANN.publicKey().base64())
                .replace("BOB", BOB.publicKey().base64());
    }

    private static List<String> problems(String yaml) {
        return catchThrowableOfType(PolicyException.class, () -> Policy.parse(filled(yaml))).problems().stream()
                .map(Problem::message)
                .toList();
    }

    private static TrustKey desk(TestKey of) {
        return new TrustKey("desk", of.publicKey(), "", 0, TrustKey.FOREVER, false);
    }

    @Test
    void everyKeyIsReadAsItSays() {
        Operators operators = Policy.parse(WHOLE).operators();
        Operator ann = new Operator(
                "ann",
                List.of("lead", "sre"),
                new TreeMap<>(Map.of(
                        "desk",
                        new TrustKey(
                                "desk",
                                ANN.publicKey(),
                                "",
                                Timestamps.parse("2026-01-01T00:00:00Z").orElseThrow(),
                                Timestamps.parse("2027-01-01T00:00:00Z").orElseThrow(),
                                true))));
        Operator bob = new Operator("bob@example.org", List.of(), new TreeMap<>(Map.of("desk", desk(BOB))));
        assertThat(operators).isEqualTo(new Operators(new TreeMap<>(Map.of("ann", ann, "bob@example.org", bob))));
        assertThat(operators.key(BOB.publicKey().fingerprint().toString()))
                .contains(new Operators.Owned(bob, desk(BOB)));
        assertThat(operators.key(TestKey.of("zed").publicKey().fingerprint().toString()))
                .isEmpty();
    }

    @Test
    void rolesAreThoseOfOperatorsAlone() {
        Policy policy = Policy.parse(WHOLE);
        assertThat(policy.hasRole("ann", List.of("lead"))).isTrue();
        assertThat(policy.hasRole("ann", List.of("team"))).isTrue();
        assertThat(policy.hasRole("zed", List.of("team", "lead"))).isFalse();
        assertThat(policy.hasRole("bob@example.org", List.of("sre"))).isFalse();
    }

    @Test
    void whatIsWrittenOutIsReadAsTheSame() {
        Policy policy = Policy.parse(WHOLE);
        assertThat(Policy.parse(policy.document())).isEqualTo(policy);
        assertThat(Policy.parse(policy.document()).operators()).isEqualTo(policy.operators());
        assertThat(policy.with(Cap.MAX_TASKS, 7).operators()).isEqualTo(policy.operators());
    }

    @Test
    void whoeverNamesNobodyKeepsTheTextAndDigestOfBefore() {
        assertThat(Policy.parse("name: x\noperators: {}").digest())
                .isEqualTo(Policy.parse("name: x").digest());
        assertThat(Policy.parse("name: x").operators().named()).isFalse();
    }

    @Test
    void whoIsNamedAgainIsReplacedAndNoneTakesAway() {
        Policy base = Policy.parse(WHOLE);
        Policy next = Policy.parse(
                filled(
                        "{name: y, extends: x, operators: {ann: {keys: {desk: {public: \"ANN\"}}}, bob@example.org: none}}"),
                name -> Optional.of(base));
        assertThat(next.operators())
                .isEqualTo(new Operators(new TreeMap<>(
                        Map.of("ann", new Operator("ann", List.of(), new TreeMap<>(Map.of("desk", desk(ANN))))))));
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        assertThat(problems("""
                name: x
                operators:
                  ann: {key: {}, keys: {desk: {public: "ANN", keyid: a}}}
                  bob: {keys: {desk: {public: "ANN"}, phone: {public: "QUJD"}}}
                  cleo: {roles: lead, keys: {desk: {public: "BOB", from: 2027-01-01T00:00:00Z, until: 2026-01-01T00:00:00Z}}}
                  dora: {}
                  emil: {keys: {desk: none}}
                  fred: x
                  " ": {keys: {desk: {public: "BOB"}}}
                """))
                .hasSize(10)
                .anyMatch(p -> p.startsWith("\"key\" is not a key of the operator ann"))
                .anyMatch(p -> p.startsWith("\"keyid\" is not a key of the key desk"))
                .anyMatch(p -> p.startsWith("the public key of phone cannot be used"))
                .contains("roles must be a list, not the text \"lead\"")
                .contains("the key desk is never valid: until is not later than from")
                .anyMatch(p -> p.startsWith("the operator dora has no keys"))
                .anyMatch(p -> p.startsWith("the operator emil has no keys"))
                .anyMatch(p -> p.startsWith("the operator fred must be a mapping"))
                .anyMatch(p -> p.startsWith("a name under operators must have 1 to 256 characters"))
                .contains("the key desk of ann and the key desk of bob are one and the same; leave one out");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    approvals: {approvers: 3}|something takes 3 approvers, and the operators are 2 in all; name more
                    trust: {enable: {privileged: {approvers: 4}}}|something takes 4 approvers, and the operators are 2 in all; name more
                    approvals: {roles: [team], approvers: 2}|people of team, who are 1 in all; name more
                    approvals: {roles: [boss]}|nobody has the role boss
                    """)
    void termsThatTheOperatorsCannotMeetAreTold(String terms, String problem) {
        assertThat(problems(WHOLE + terms)).first().asString().contains(problem);
    }
}
