package io.taskgraph.policy.trust.use;

import static io.taskgraph.policy.trust.use.TrustCase.ANN;
import static io.taskgraph.policy.trust.use.TrustCase.BOB;
import static io.taskgraph.policy.trust.use.TrustCase.CI;
import static io.taskgraph.policy.trust.use.TrustCase.NOW;
import static io.taskgraph.policy.trust.use.TrustCase.TRUST;
import static io.taskgraph.policy.trust.use.TrustCase.attested;
import static io.taskgraph.policy.trust.use.TrustCase.policy;
import static io.taskgraph.policy.trust.use.TrustCase.signed;
import static io.taskgraph.policy.trust.use.TrustCase.use;
import static io.taskgraph.policy.trust.use.TrustCase.verification;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.attest.Statement;
import io.taskgraph.policy.trust.attest.StatementText;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.manifest.ManifestText;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttestationJudgeTest {
    private static final String BUILDER = "https://example.com/builder@v1";
    private static final String ON_TIME = "2026-05-31T00:00:00Z";
    private static final byte[] PACK = signed(ManifestText.of("x", "1.0.0"), ANN, BOB);

    private static Policy rule(String rule) {
        return policy(TRUST + "  attestations: {built: {keys: [ci], " + rule + "}}\n");
    }

    private static final Policy BUILT = rule("predicate: provenance, by: ['https://example.com/*'], max_age: 48h");

    private static String refusal(UseVerdict verdict) {
        assertThat(verdict.grant()).isEmpty();
        Finding refusal = verdict.refusal().orElseThrow();
        assertThat(refusal.rule()).isEqualTo(TrustRule.ATTESTATIONS);
        return refusal.detail();
    }

    @Test
    void aStatementThatIsAskedForAndThereIsGrantedUntilItRunsOut() {
        UseVerdict verdict = use(BUILT, PACK, attested(StatementText.provenance("a.zip", BUILDER, ON_TIME), CI));
        assertThat(verdict.findings()).contains(Finding.holds(TrustRule.ATTESTATIONS, "there is built"));
        assertThat(verdict.grant().orElseThrow().untilMillis())
                .isEqualTo(Timestamps.parse("2026-06-02T00:00:00Z").orElseThrow());
    }

    @Test
    void withoutItNothingIsGrantedAndTheReasonIsSaid() {
        assertThat(refusal(use(BUILT, PACK)))
                .isEqualTo(
                        "built needs 1 of ci for a.zip and has none (no statement of the type provenance is about it)");
        assertThat(refusal(use(BUILT, PACK, attested(StatementText.provenance("b.zip", BUILDER, ON_TIME), CI))))
                .isEqualTo("built needs 1 of ci for a.zip and has none (attestation 1 is about another digest)");
        assertThat(refusal(use(BUILT, PACK, attested(StatementText.testResult("a.zip", "PASSED"), CI))))
                .endsWith("(attestation 1 is of the type \"https://in-toto.io/attestation/test-result/v0.1\")");
        assertThat(refusal(use(BUILT, PACK, attested(StatementText.provenance("a.zip", BUILDER, ON_TIME), ANN))))
                .endsWith("(attestation 1 is by none of them)");
        assertThat(refusal(use(BUILT, PACK, attested(StatementText.provenance("a.zip", BUILDER, ON_TIME)))))
                .endsWith("(attestation 1 is by none of them)");
        assertThat(refusal(use(BUILT, PACK, attested(StatementText.provenance("a.zip", "https://evil", ON_TIME), CI))))
                .endsWith("(attestation 1 was done by \"https://evil\")");
        assertThat(refusal(use(
                        BUILT, PACK, attested(StatementText.provenance("a.zip", BUILDER, "2026-05-29T23:59:59Z"), CI))))
                .endsWith("(attestation 1 ran out at 2026-05-31T23:59:59Z)");
        assertThat(refusal(use(
                        BUILT,
                        PACK,
                        signed(Envelope.MANIFEST_TYPE, StatementText.provenance("a.zip", BUILDER, ON_TIME), CI))))
                .contains("attestation 1 cannot be read: the envelope's payload type must be");
        byte[] noSubject = StatementText.utf8("{\"_type\": \"" + Statement.TYPE
                + "\", \"subject\": [], \"predicateType\": \"https://slsa.dev/provenance/v1\", \"predicate\": {"
                + "\"buildDefinition\": {\"buildType\": \"b\"}, \"runDetails\": {\"builder\": {\"id\": \"" + BUILDER
                + "\"}}}}");
        assertThat(refusal(use(BUILT, PACK, attested(noSubject, CI))))
                .endsWith(
                        "(attestation 1 cannot be read: /subject: the statement is about no subject; name at least one"
                                + " with its digest)");
    }

    /** A statement may be dated five minutes after the decision, if nothing else is said. */
    @ParameterizedTest
    @CsvSource({
        "2026-06-01T00:05:00Z, 5m, true",
        "2026-06-01T00:05:01Z, 5m, false",
        "2026-06-01T00:00:00Z, 0ms, true",
        "2026-06-01T00:00:00.001Z, 0ms, false",
        "2026-06-01T01:00:00Z, 1h, true"
    })
    void clocksMayDifferByALittle(String finished, String skew, boolean allowed) {
        Policy policy = policy(
                TRUST + "  clock_skew: " + skew + "\n  attestations: {built: {keys: [ci], predicate: provenance}}\n");
        UseVerdict verdict = use(policy, PACK, attested(StatementText.provenance("a.zip", BUILDER, finished), CI));
        assertThat(verdict.isAllowed()).isEqualTo(allowed);
        if (!allowed) {
            assertThat(refusal(verdict)).contains("which is still to come");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'predicate: test-result', true",
        "'predicate: test-result, max_age: 1h', false",
        "'predicate: review', false",
        "'predicate: \"https://in-toto.io/attestation/test-result/v0.1\"', true",
        "'predicate: test-result, capabilities: [write]', true",
        "'predicate: review, capabilities: [exec, network]', true",
        "'predicate: review, capabilities: [exec, write]', false",
        "'predicate: review, trust: managed', true",
        "'predicate: review, trust: user', false",
        "'predicate: review, trust: managed, capabilities: [write]', false"
    })
    void whatIsAskedForDependsOnCapabilitiesAndLevel(String rule, boolean allowed) {
        UseVerdict verdict = use(rule(rule), PACK, attested(StatementText.testResult("a.zip", "PASSED"), CI));
        assertThat(verdict.isAllowed()).isEqualTo(allowed);
    }

    @Test
    void badNewsIsNoEvidence() {
        assertThat(refusal(use(
                        rule("predicate: test-result"),
                        PACK,
                        attested(StatementText.testResult("a.zip", "FAILED"), CI))))
                .endsWith("(attestation 1 has the result \"failed\")");
        assertThat(refusal(use(
                        rule("predicate: review"), PACK, attested(StatementText.review("a.zip", "fail", ON_TIME), CI))))
                .endsWith("(attestation 1 has the result \"fail\")");
        assertThat(refusal(use(
                        rule("predicate: scan, most_findings: 1"),
                        PACK,
                        attested(StatementText.scan("a.zip", 2, ON_TIME), CI))))
                .endsWith("(attestation 1 has 2 findings, more than the 1 allowed)");
        assertThat(use(
                                rule("predicate: scan, most_findings: 2"),
                                PACK,
                                attested(StatementText.scan("a.zip", 2, ON_TIME), CI))
                        .isAllowed())
                .isTrue();
    }

    @Test
    void everyArtifactNeedsItAndSoManyDifferentKeysMustSayIt() {
        // given
        Policy policy =
                policy(TRUST + "  attestations: {seen: {keys: [ann, bob, ci], threshold: 2, predicate: review}}\n");
        byte[] pack = signed(ManifestText.of("x", "1.0.0").artifact("a.zip").artifact("b.zip"), ANN, BOB);
        byte[] aByTwo = attested(StatementText.review("a.zip", "pass", ON_TIME), ANN, BOB);
        byte[] bByCi = attested(StatementText.review("b.zip", "pass", ON_TIME), CI);
        byte[] bByAnn = attested(StatementText.review("b.zip", "pass", ON_TIME), ANN, ANN);
        // then
        assertThat(refusal(use(policy, pack, aByTwo)))
                .isEqualTo(
                        "seen needs 2 of ann, bob, ci for b.zip and has none (attestation 1 is about another digest)");
        assertThat(refusal(use(policy, pack, aByTwo, bByCi, bByCi)))
                .startsWith("seen needs 2 of ann, bob, ci for b.zip and has ci");
        assertThat(refusal(use(policy, pack, aByTwo, bByAnn)))
                .startsWith("seen needs 2 of ann, bob, ci for b.zip and has ann");
        assertThat(use(policy, pack, aByTwo, bByCi, bByAnn).isAllowed()).isTrue();
    }

    @Test
    void statementsOfKeysThatDoNotCountDoNotCount() {
        Policy expired = policy(TRUST.replace("\"CI\"}", "\"CI\", until: 2026-05-01T00:00:00Z}")
                + "  attestations: {built: {keys: [ci], predicate: provenance}}\n");
        byte[] statement = attested(StatementText.provenance("a.zip", BUILDER, ON_TIME), CI);
        assertThat(refusal(use(expired, PACK, statement)))
                .endsWith("(attestation 1 does not count, for the key ci was valid until 2026-05-01T00:00:00Z)");
        Policy policy = rule("predicate: provenance");
        Revocations revocations =
                new Revocations(Set.of(), Set.of(), Set.of(CI.publicKey().fingerprint()));
        assertThat(refusal(ExtensionJudge.use(
                        UseQuestion.of("coder", NOW),
                        verification(policy, PACK, statement),
                        new Standing(Lifecycle.ENABLED, revocations),
                        policy)))
                .endsWith("(attestation 1 does not count, for the key ci was revoked)");
    }

    @Test
    void anOldersToolsStatementCountsAsWell() {
        byte[] statement = attested(
                StatementText.statement(Statement.OLDER_TYPE, "a.zip", "https://example.com/CodeReview/v1", "{}"), CI);
        assertThat(use(rule("predicate: 'https://example.com/CodeReview/v1'"), PACK, statement)
                        .isAllowed())
                .isTrue();
    }
}
