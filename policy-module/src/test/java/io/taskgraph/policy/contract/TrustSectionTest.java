package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskgraph.policy.document.Problem;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TestKey;
import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.manifest.RiskProfile;
import io.taskgraph.policy.trust.settings.AttestationRule;
import io.taskgraph.policy.trust.settings.OnRevocation;
import io.taskgraph.policy.trust.settings.Signers;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code trust}: every key, what is refused, what is inherited, what is written. */
class TrustSectionTest {
    private static final TestKey ANN = TestKey.of("ann");
    private static final TestKey BOB = TestKey.of("bob");
    private static final String ONE = "sha256:" + "1".repeat(64);

    static final String WHOLE = """
            name: x
            approvers: {lead: [ann, bob]}
            trust:
              default: workspace
              run: user
              agent_types: {coder: user, 12: managed}
              publishers: {acme: user}
              keys:
                ann: {public: "ANN"}
                bob: {public: "BOB", keyid: "bob's tool", from: 2026-01-01T01:00:00+01:00, until: 2027-01-01T00:00:00Z, revoked: true}
              signers:
                acme: {publishers: [acme], names: ["git-*", fs], keys: [bob, ann], threshold: 2, confers: user}
              pins:
                git-tools: {1.2.0: "ONE", 1.10.0-rc.1: "ONE"}
                nothing: {}
              attestations:
                built: {predicate: provenance, keys: [bob], capabilities: [network, exec], trust: managed, max_age: 720h, by: ["https://*"]}
                scanned: {predicate: "https://example.com/scan/v1", keys: [ann, bob], threshold: 2, most_findings: 3}
              enable:
                privileged: {approvers: 2}
                roles: [lead]
              on_revocation: cancel
              clock_skew: 30s
            """.replace("\"ANN\"", '"' + ANN.publicKey().base64() + '"')
            .replace("\"BOB\"", '"' + BOB.publicKey().base64() + '"')
            .replace("ONE", ONE);

    private static List<String> problems(String yaml) {
        return catchThrowableOfType(PolicyException.class, () -> Policy.parse(yaml)).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void everyKeyIsReadAsItSays() {
        // when
        TrustSettings trust = Policy.parse(WHOLE).trust();
        // then
        Digest one = Digest.parse(ONE).orElseThrow();
        ApprovalTerms lead = new ApprovalTerms(1, List.of("lead"), 3_600_000);
        assertThat(trust)
                .isEqualTo(new TrustSettings(
                        TrustLevel.WORKSPACE,
                        TrustLevel.USER,
                        new TreeMap<>(Map.of("coder", TrustLevel.USER, "12", TrustLevel.MANAGED)),
                        new TreeMap<>(Map.of("acme", TrustLevel.USER)),
                        new TreeMap<>(Map.of(
                                "ann",
                                ANN.trusted(),
                                "bob",
                                new TrustKey(
                                        "bob",
                                        BOB.publicKey(),
                                        "bob's tool",
                                        Timestamps.parse("2026-01-01T00:00:00Z").orElseThrow(),
                                        Timestamps.parse("2027-01-01T00:00:00Z").orElseThrow(),
                                        true))),
                        new TreeMap<>(Map.of(
                                "acme",
                                new Signers(
                                        "acme",
                                        List.of("acme"),
                                        List.of("git-*", "fs"),
                                        new TreeSet<>(Set.of("ann", "bob")),
                                        2,
                                        TrustLevel.USER))),
                        new TreeMap<>(Map.of(
                                "git-tools",
                                new TreeMap<>(Map.of("1.2.0", one, "1.10.0-rc.1", one)),
                                "nothing",
                                new TreeMap<>())),
                        new TreeMap<>(Map.of(
                                "built",
                                new AttestationRule(
                                        "built",
                                        "provenance",
                                        new TreeSet<>(Set.of("bob")),
                                        1,
                                        EnumSet.of(Capability.EXEC, Capability.NETWORK),
                                        Optional.of(TrustLevel.MANAGED),
                                        720L * 3_600_000,
                                        List.of("https://*"),
                                        0),
                                "scanned",
                                new AttestationRule(
                                        "scanned",
                                        "https://example.com/scan/v1",
                                        new TreeSet<>(Set.of("ann", "bob")),
                                        2,
                                        Set.of(),
                                        Optional.empty(),
                                        0,
                                        List.of(),
                                        3))),
                        Map.of(
                                RiskProfile.READ_ONLY,
                                lead,
                                RiskProfile.STANDARD,
                                lead,
                                RiskProfile.PRIVILEGED,
                                new ApprovalTerms(2, List.of("lead"), 3_600_000)),
                        OnRevocation.CANCEL,
                        30_000));
        // the run's level bounds those of agent types
        assertThat(trust.ofAgentType("12")).isEqualTo(TrustLevel.USER);
        assertThat(trust.ofAgentType("other")).isEqualTo(TrustLevel.WORKSPACE);
    }

    @Test
    void whatDiffersFromItsDefaultIsWrittenOutAndReadBack() {
        // when
        Policy p = Policy.parse(WHOLE);
        // then
        assertThat(p.document()).contains("""
                trust:
                  default: workspace
                  agent_types:
                    "12": managed
                    "coder": user
                  publishers:
                    "acme": user
                  run: user
                  keys:
                    "ann": {public: "%s"}
                    "bob": {public: "%s", keyid: "bob's tool", from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z", revoked: true}
                  signers:
                    "acme": {publishers: ["acme"], names: ["fs", "git-*"], keys: ["ann", "bob"], threshold: 2, confers: user}
                  pins:
                    "git-tools":
                      "1.10.0-rc.1": "%s"
                      "1.2.0": "%s"
                    "nothing": {}
                  attestations:
                    "built": {predicate: "provenance", keys: ["bob"], threshold: 1, capabilities: [exec, network], trust: managed, max_age: 720h, by: ["https://*"], most_findings: 0}
                    "scanned": {predicate: "https://example.com/scan/v1", keys: ["ann", "bob"], threshold: 2, capabilities: [], max_age: 0ms, by: [], most_findings: 3}
                  enable:
                    read-only: {approvers: 1, roles: ["lead"], expires_after: 1h}
                    standard: {approvers: 1, roles: ["lead"], expires_after: 1h}
                    privileged: {approvers: 2, roles: ["lead"], expires_after: 1h}
                  on_revocation: cancel
                  clock_skew: 30s
                """.formatted(
                        ANN.publicKey().base64(), BOB.publicKey().base64(), ONE, ONE));
        assertThat(Policy.parse(p.document())).isEqualTo(p);
        assertThat(Policy.parse(p.document()).document()).isEqualTo(p.document());
    }

    @Test
    void whatIsAsTheContractHasItIsNotWrittenAndChangesNoDigest() {
        Policy nothing = Policy.parse("name: x");
        Policy said = Policy.parse(
                "name: x\ntrust: {run: managed, keys: {}, signers: {}, pins: {}, attestations: {}, on_revocation: wait,"
                        + " clock_skew: 5m, enable: {approvers: 1, read-only: {expires_after: 60m}}}");
        assertThat(said).isEqualTo(nothing);
        assertThat(said.trust()).isEqualTo(TrustSettings.DEFAULT);
        // and anything else does change it
        assertThat(Policy.parse(WHOLE).digest())
                .isNotEqualTo(Policy.parse(WHOLE.replace("threshold: 2, confers", "threshold: 1, confers"))
                        .digest());
    }

    @Test
    void whatIsNamedAgainReplacesWhatIsInheritedAndNoneTakesItAway() {
        // given
        Policy base = Policy.parse(WHOLE);
        // when
        Policy p = Policy.parse(
                """
                name: child
                extends: x
                trust:
                  keys: {bob: {public: "BOB"}}
                  pins: {git-tools: none, other: {2.0.0: "ONE"}}
                  attestations: {built: none}
                  enable: {approvers: 1}
                """.replace("\"BOB\"", '"' + BOB.publicKey().base64() + '"').replace("ONE", ONE),
                name -> Optional.of(base));
        // then
        assertThat(p.trust().keys()).containsEntry("bob", BOB.trusted()).containsKey("ann");
        assertThat(p.trust().pins()).containsOnlyKeys("nothing", "other");
        assertThat(p.trust().attestations()).containsOnlyKeys("scanned");
        assertThat(p.trust().signers()).isEqualTo(base.trust().signers());
        assertThat(p.trust().toEnable(RiskProfile.PRIVILEGED))
                .isEqualTo(new ApprovalTerms(1, List.of("lead"), 3_600_000));
        // and a key that somebody still needs cannot be taken away
        assertThat(catchThrowableOfType(
                                PolicyException.class,
                                () -> Policy.parse(
                                        "name: c\nextends: x\ntrust: {keys: {ann: none}}", name -> Optional.of(base)))
                        .problems())
                .extracting(Problem::message)
                .containsExactly(
                        "the attestation scanned needs the key ann, which is gone",
                        "the signers acme needs the key ann, which is gone");
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        assertThat(problems("""
                        name: x
                        trust:
                          run: full
                          publishers: {Acme: user}
                          keys:
                            ann: {public: "ANN", from: 2026-01-01, until: yesterday, revoked: maybe, curve: 1}
                            "b b": {public: "ANN"}
                            rsa: {public: MFwwDQYJ}
                            late: {public: "BOB", from: 2026-01-01T00:00:00Z, until: 2026-01-01T00:00:00Z}
                            bob: {public: "BOB"}
                            none-at-all: {}
                          signers:
                            a: {publishers: [], names: [1], keys: [anne, ann, ann], threshold: 2, confers: some}
                            b: {}
                          pins:
                            ../x: {}
                            x: {1.0: "ONE", 1.0.0: sha1}
                          attestations:
                            a: {predicate: hearsay, keys: [ann], capabilities: [sudo], trust: all, max_age: 5, most_findings: -1}
                            b: {}
                          enable: {approvers: 0, roles: [lead], risky: {}}
                          on_revocation: shrug
                          clock_skew: 2h
                        """.replace("\"ANN\"", '"' + ANN.publicKey().base64() + '"')
                                .replace("\"BOB\"", '"' + BOB.publicKey().base64() + '"')
                                .replace("ONE", ONE))
                        .stream()
                        .map(p -> p.replaceAll("column [0-9]+: ", ""))
                        .toList())
                .containsExactlyInAnyOrder(
                        "line 3, run must be one of its words, not the text \"full\"; known are untrusted, workspace, user, managed",
                        "line 4, a publisher must be 1 to 128 lower-case ASCII letters and digits, with single dots, hyphens or underscores between them, not the text \"Acme\"",
                        "line 6, \"curve\" is not a key of the key ann; known are public, keyid, from, until, revoked",
                        "line 6, from must be a time such as 2026-01-31T12:00:00Z, from 1970 to 9999, not the text \"2026-01-01\"",
                        "line 6, until must be a time such as 2026-01-31T12:00:00Z, from 1970 to 9999, not the text \"yesterday\"",
                        "line 6, revoked must be true or false, not the text \"maybe\"",
                        "line 7, a name under keys must be a text of 1 to 128 letters, digits, dots, underscores or hyphens, starting with a letter or digit, not the text \"b b\"",
                        "line 8, the public key of rsa cannot be used: it is not the public key of Ed25519 (44 bytes of DER that begin with 302a300506032b6570032100)",
                        "line 9, the key late is never valid: until is not later than from",
                        "line 11, the key none-at-all has no public; add public: and the one line of its PEM file",
                        "line 3, the keys bob and late are one and the same, so that one signature would count twice; leave one out",
                        "line 13, the signers a may sign nothing; list a pattern under publishers",
                        "line 13, a pattern of names must be a text, not 1",
                        "line 13, there is no key anne; did you mean \"ann\"?",
                        "line 13, the key ann is named twice; name it once",
                        "line 13, threshold must be a whole number from 1 to 1, not 2",
                        "line 13, confers must be one of its words, not the text \"some\"; known are untrusted, workspace, user, managed",
                        "line 14, the signers b have no publishers; add publishers: and a list of patterns",
                        "line 14, the signers b have no names; add names: and a list of patterns",
                        "line 14, the signers b names no keys; add keys: and a list of names of trust.keys",
                        "line 14, the signers b have no confers; add confers: and a level of trust",
                        "line 16, the name of an extension must be 1 to 128 lower-case ASCII letters and digits, with single dots, hyphens or underscores between them, not the text \"../x\"",
                        "line 17, a pinned version must be a version such as 1.4.0 or 2.0.0-rc.1 (semver.org 2.0.0), of at most 64 characters, not the text \"1.0\"",
                        "line 17, the digest of version 1.0.0 must be sha256: and 64 lower-case hexadecimal digits, not the text \"sha1\"",
                        "line 19, predicate must be one of its words or a predicate type's URI, not the text \"hearsay\"; known are provenance, review, test-result, scan",
                        "line 19, a capability must be one of its words, not the text \"sudo\"; known are read, write, exec, network, hook, plugin, trace",
                        "line 19, trust must be one of its words, not the text \"all\"; known are untrusted, workspace, user, managed",
                        "line 19, max_age must be a duration such as 500ms, 30s, 10m or 1h, not 5",
                        "line 19, most_findings must be a whole number from 0 to 1000000, not -1",
                        "line 20, the attestation b has no predicate; add predicate: and one of provenance, review, test-result, scan or a predicate type's URI",
                        "line 20, the attestation b names no keys; add keys: and a list of names of trust.keys",
                        "line 21, \"risky\" is not a key of enable; known are approvers, roles, expires_after, read-only, standard, privileged",
                        "line 21, approvers must be a whole number from 1 to 100, not 0",
                        "line 21, nobody has the role lead; name its people under approvers",
                        "line 22, on_revocation must be one of its words, not the text \"shrug\"; known are wait, defer, cancel",
                        "line 23, clock_skew must be 0ms to 1h, not the text \"2h\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RFwDQYJKoZIhvcNAQ=|it is not base64 with its padding",
                "MCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|under this key anybody's signature would verify, or it is written in a second way",
                "MEMwBQYDK2VxAzoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|it is not the public key of Ed25519 (44 bytes of DER that begin with 302a300506032b6570032100)"
            })
    void aKeyThatIsNoneIsRefused(String key, String problem) {
        assertThat(problems("name: x\ntrust: {keys: {k: {public: '" + key + "'}}}"))
                .containsExactly("line 2, column 28: the public key of k cannot be used: " + problem);
    }

    @Test
    void termsOfEnablingThatCanNeverBeMetAreRefused() {
        assertThat(problems(
                        "name: x\napprovers: {a: [one]}\ntrust: {enable: {privileged: {approvers: 2, roles: [a]}}}"))
                .containsExactly(
                        "line 3, column 8: enabling what is privileged takes 2 people of a, who are 1 in all; name more");
    }
}
