package io.taskgraph.policy.trust.attest;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.manifest.ManifestText;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTest {
    private static final long AT = 1_767_225_600_000L;
    private static final String DIGEST = "sha256\": \"" + "0".repeat(64);

    private final List<JsonProblem> problems = new ArrayList<>();

    private Claim claim(byte[] statement) {
        Claim claim = Statement.read(statement, problems).orElseThrow().claim();
        assertThat(problems).isEmpty();
        return claim;
    }

    @Test
    void provenanceIsReadAsBuildersWriteIt() {
        // when
        Statement statement = Statement.read(
                        StatementText.provenance("a.zip", "https://example.com/builder", "2026-01-01T02:00:00.5+02:00"),
                        problems)
                .orElseThrow();
        // then
        assertThat(statement)
                .isEqualTo(new Statement(
                        "https://slsa.dev/provenance/v1",
                        new TreeSet<>(List.of(ManifestText.digest("a.zip"))),
                        new Claim(AT + 500, "https://example.com/builder", "", 0)));
    }

    @Test
    void whatIsKnownOfTheOtherPredicatesIsRead() {
        assertThat(claim(StatementText.review("a", "pass", "2026-01-01T00:00:00Z")))
                .isEqualTo(new Claim(AT, "", "passed", 0));
        assertThat(claim(StatementText.review("a", "fail", "2026-01-01T00:00:00Z")))
                .isEqualTo(new Claim(AT, "", "fail", 0));
        assertThat(claim(StatementText.testResult("a", "PASSED")))
                .isEqualTo(new Claim(Claim.NOT_SAID, "", "passed", 0));
        assertThat(claim(StatementText.testResult("a", "WARNED")))
                .isEqualTo(new Claim(Claim.NOT_SAID, "", "warned", 0));
        assertThat(claim(StatementText.scan("a", 2, "2026-01-01T00:00:00Z")))
                .isEqualTo(new Claim(AT, "pkg:github/acme/scan@1", "", 2));
        assertThat(claim(StatementText.scan("a", 0, "2026-01-01T00:00:00Z")).findings())
                .isZero();
        assertThat(claim(StatementText.statement(Statement.OLDER_TYPE, "a", "https://example.com/other", "null")))
                .isEqualTo(Claim.NOTHING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"subject\": [], \"predicateType\": \"x:y\" | /subject: the statement is about no subject; name at least one with its digest",
                "\"predicateType\": \"x:y\" | the field subject is missing; add it",
                "\"subject\": [{\"name\": \"a\"}], \"predicateType\": \"x:y\" | /subject/0: the field digest is missing; add it",
                "\"subject\": [{\"digest\": {\"gitCommit\": \"d20a\"}}], \"predicateType\": \"x:y\" | /subject: no subject of the statement has a SHA-256 digest; give it one",
                "\"subject\": [{\"digest\": {\"sha256\": \"D20A\"}}], \"predicateType\": \"x:y\" | /subject/0/digest/sha256: sha256 must be 64 lower-case hexadecimal digits, not \"D20A\"",
                "\"subject\": [{\"digest\": {\"SHA\"}}] | the field predicateType is missing; add it",
                "\"subject\": [{\"digest\": {\"SHA\"}}], \"predicateType\": \"https://slsa.dev/provenance/v1\" | the field predicate is missing; add it",
                "\"subject\": [{\"digest\": {\"SHA\"}}], \"predicateType\": \"https://slsa.dev/provenance/v1\", \"predicate\": {\"buildDefinition\": {\"buildType\": \"x\"}, \"runDetails\": {\"builder\": {}}} | /predicate/runDetails/builder: the field id is missing; add it",
                "\"subject\": [{\"digest\": {\"SHA\"}}], \"predicateType\": \"https://in-toto.io/attestation/test-result/v0.1\", \"predicate\": {} | /predicate: the field result is missing; add it",
                "\"subject\": [{\"digest\": {\"SHA\"}}], \"predicateType\": \"https://in-toto.io/attestation/human-review/v0.1\", \"predicate\": {\"result\": \"pass\", \"timestamp\": \"yesterday\"} | /predicate/timestamp: timestamp must be a time such as 2026-01-31T12:00:00Z, from 1970 to 9999, not the text \"yesterday\"",
                "\"subject\": [{\"digest\": {\"SHA\"}}], \"predicateType\": \"x:y\", \"predicateType\": \"x:z\" | /predicateType: the name is given twice; give it once"
            })
    void brokenStatementsAreRefusedWithThePlace(String fields, String problem) {
        String json = "{\"_type\": \"https://in-toto.io/Statement/v1\", " + fields.replace("SHA", DIGEST) + "}";
        assertThat(Statement.read(StatementText.utf8(json), problems)).isEmpty();
        assertThat(problems).extracting(JsonProblem::toString).containsExactly(problem);
    }

    @Test
    void anotherKindOfStatementIsRefused() {
        Statement.read(StatementText.statement("https://in-toto.io/Statement/v2", "a", "x:y", "{}"), problems);
        assertThat(problems)
                .extracting(JsonProblem::toString)
                .containsExactly(
                        "/_type: _type must be https://in-toto.io/Statement/v1 or https://in-toto.io/Statement/v0.1,"
                                + " not \"https://in-toto.io/Statement/v2\"");
    }
}
