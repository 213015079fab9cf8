package io.taskgraph.policy.trust.attest;

import io.taskgraph.policy.trust.manifest.ManifestText;
import java.nio.charset.StandardCharsets;

/** Writes statements for tests, as common tools do. */
public final class StatementText {
    private StatementText() {}

    /** SLSA provenance v1 about one file, with all that a builder writes beside what is asked for. */
    public static byte[] provenance(String file, String builder, String finishedOn) {
        return statement(Statement.TYPE, file, "https://slsa.dev/provenance/v1", """
                {"buildDefinition": {"buildType": "https://actions.github.io/buildtypes/workflow/v1",
                  "externalParameters": {"workflow": {"ref": "refs/tags/v1", "path": ".github/workflows/release.yaml"}},
                  "internalParameters": {"github": {"event_name": "push"}},
                  "resolvedDependencies": [{"uri": "git+https://example.com/acme/x@refs/tags/v1", "digest": {"gitCommit": "d20ace79"}}]},
                 "runDetails": {"builder": {"id": "%s", "version": {"x": "1"}},
                  "metadata": {"invocationId": "https://example.com/runs/1", "startedOn": "2026-01-01T00:00:00Z", "finishedOn": "%s"}}}
                """.formatted(builder, finishedOn));
    }

    public static byte[] review(String file, String result, String timestamp) {
        return statement(
                Statement.TYPE,
                file,
                "https://in-toto.io/attestation/human-review/v0.1",
                "{\"result\": \"" + result + "\", \"reviewLink\": \"https://example.com/1\", \"timestamp\": \""
                        + timestamp + "\"}");
    }

    public static byte[] testResult(String file, String result) {
        return statement(
                Statement.TYPE,
                file,
                "https://in-toto.io/attestation/test-result/v0.1",
                "{\"result\": \"" + result
                        + "\", \"configuration\": [{\"name\": \"ci.yml\"}], \"passedTests\": [\"a\"]}");
    }

    public static byte[] scan(String file, int findings, String finishedOn) {
        return statement(
                Statement.TYPE,
                file,
                "https://in-toto.io/attestation/vulns/v0.1",
                "{\"scanner\": {\"uri\": \"pkg:github/acme/scan@1\", \"version\": \"1\", \"db\": {\"lastUpdate\": \"2026-01-01T00:00:00Z\"}, \"result\": ["
                        + "{\"id\": \"CVE-1\", \"severity\": [{\"method\": \"nvd\", \"score\": \"9.8\"}]}, "
                                .repeat(findings)
                                .replaceAll(", $", "")
                        + "]}, \"metadata\": {\"scanStartedOn\": \"" + finishedOn + "\", \"scanFinishedOn\": \""
                        + finishedOn + "\"}}");
    }

    public static byte[] statement(String type, String file, String predicateType, String predicate) {
        return utf8("{\"_type\": \"" + type + "\", \"subject\": [{\"name\": \"" + file
                + "\", \"digest\": {\"sha256\": \""
                + ManifestText.digest(file).hex() + "\", \"sha512\": \"00\"}}], \"predicateType\": \"" + predicateType
                + "\", \"predicate\": " + predicate + "}");
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
