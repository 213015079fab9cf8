package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `ext keygen`, `sign`, `verify`, `attest` and `inspect`, without a broker; what openssl says of the same files. */
class ExtCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path EXAMPLES =
            Path.of(System.getProperty("taskgraph.root", "..")).resolve("examples/toolpacks");

    @TempDir
    Path files;

    private Path manifest;

    @BeforeEach
    void copyTheExample() throws IOException {
        manifest = Files.copy(EXAMPLES.resolve("repo-tools/manifest.json"), files.resolve("repo-tools.json"));
        Files.copy(EXAMPLES.resolve("repo-tools/repo_tools.py"), files.resolve("repo_tools.py"));
    }

    private static CommandLineRun ext(Object... args) {
        List<String> line = new ArrayList<>(List.of("ext"));
        Arrays.stream(args).map(Object::toString).forEach(line::add);
        return CommandLineRun.of(line.toArray(String[]::new));
    }

    private Path key(String name) {
        CommandLineRun run = ext("keygen", files.resolve(name));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return files.resolve(name + ".key");
    }

    private Path signed(Path... keys) {
        Path envelope = files.resolve("repo-tools.dsse.json");
        Path next = manifest;
        for (Path key : keys) {
            CommandLineRun run = ext("sign", next, "--key", key, "--keyid", name(key));
            assertThat(run.exitCode()).as(run.err()).isZero();
            next = envelope;
        }
        return envelope;
    }

    private static String name(Path key) {
        return key.getFileName().toString().replace(".key", "");
    }

    private String line(String name) {
        return ext("inspect", files.resolve(name + ".pub"), "--json")
                .out()
                .replaceAll("(?s).*\"public\":\"([^\"]*)\".*", "$1");
    }

    private Path policy(String more) throws IOException {
        return Files.writeString(files.resolve("policy.yaml"), """
                name: p
                trust:
                  publishers: {acme: user}
                  keys:
                    ann: {public: "%s"}
                    bob: {public: "%s", until: 2027-01-01T00:00:00Z}
                  signers:
                    acme: {publishers: [acme], names: ["*"], keys: [ann, bob], threshold: 2, confers: user}
                """.formatted(line("ann"), line("bob")) + more);
    }

    @Test
    void aPrivateKeyBelongsToItsOwnerAndIsNeverShown() throws IOException {
        // when
        CommandLineRun run = ext("keygen", files.resolve("ann"));
        Path key = files.resolve("ann.key");
        String secret = Files.readAllLines(key).get(1);
        // then
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains(key + "  the private key", "    ann: {public: \"" + line("ann") + "\"}")
                .doesNotContain(secret);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(files.resolve("ann.pub")))
                .isEqualTo("-----BEGIN PUBLIC KEY-----\n" + line("ann") + "\n-----END PUBLIC KEY-----\n");
        // and nothing that is done with it, right or wrong, shows it
        for (CommandLineRun other : List.of(
                ext("inspect", key),
                ext("inspect", key, "--json", "--debug"),
                ext("keygen", files.resolve("ann"), "--debug"),
                ext("sign", manifest, "--key", key, "--debug"),
                ext("sign", key, "--key", key, "--debug"),
                ext("verify", key, "--key", key, "--debug"),
                ext("verify", files.resolve("repo-tools.dsse.json"), "--key", key, "--debug"),
                ext(
                        "attest",
                        manifest,
                        "--type",
                        "scan",
                        "--predicate",
                        key,
                        "--key",
                        key,
                        "--out",
                        files.resolve("x"),
                        "--debug"))) {
            assertThat(other.out() + other.err()).doesNotContain(secret).doesNotContain(secret.substring(20));
        }
        assertThat(ext("inspect", key).err())
                .startsWith("taskgraph: " + key + " is not a public key that can be used: it holds something else");
    }

    @Test
    void keysAreNeverOverwritten() throws IOException {
        Path key = key("ann");
        String before = Files.readString(key);
        CommandLineRun again = ext("keygen", files.resolve("ann"));
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err())
                .isEqualTo("taskgraph: " + key
                        + " is there already, and a key is never overwritten; name another place.\n");
        assertThat(Files.readString(key)).isEqualTo(before);
        CommandLineRun nowhere = ext("keygen", files.resolve("none/ann"));
        assertThat(nowhere.exitCode()).isEqualTo(1);
        assertThat(nowhere.err())
                .startsWith("taskgraph: The keys cannot be written to ")
                .contains("name another place.");
    }

    @Test
    void aPrivateKeyThatOthersCanReadIsRefused() throws IOException {
        Path key = key("ann");
        for (String open : List.of("rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(open));
            CommandLineRun run = ext("sign", manifest, "--key", key);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("taskgraph: " + key + " is open to others (" + open
                            + "), so its key may be known to them; make a new one, or `chmod 600 " + key
                            + "` if you are sure.\n");
        }
        assertThat(files.resolve("repo-tools.dsse.json")).doesNotExist();
    }

    @Test
    void whatTwoHaveSignedHoldsUnderAPolicyThatAsksForBoth() throws IOException {
        // given
        Path envelope = signed(key("ann"), key("bob"));
        Path policy = policy("");
        // when
        CommandLineRun run =
                ext("verify", envelope, "--policy", policy, "--artifacts", files, "--at", "2026-06-01T00:00:00Z");
        // then
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out()).isEqualTo("""
                          yes  envelope      it holds a manifest
                          yes  manifest      toolpack repo-tools 1.2.0 of acme
                          yes  revocation    neither it nor an artifact of it was revoked
                          yes  signatures    signed by ann, bob for the signers acme (2 needed), who confer user
                          yes  pin           nothing pins its name
                          yes  attestations  the policy asks for none
                        holds  %s  trusted as user until 2027-01-01T00:00:00Z
                        """.formatted(SignedFiles.digest(manifest)));
        // and not after its date, nor with other artifacts
        CommandLineRun late = ext("verify", envelope, "--policy", policy, "--at", "2027-01-01T00:00:00Z", "--json");
        assertThat(late.exitCode()).isEqualTo(1);
        JsonNode told = JSON.readTree(late.out());
        assertThat(told.path("holds").asBoolean()).isFalse();
        assertThat(told.path("findings").get(3).path("detail").asText())
                .isEqualTo("the signers acme need 2 of ann, bob and have ann (the key bob was valid until"
                        + " 2027-01-01T00:00:00Z)");
        Files.writeString(files.resolve("repo_tools.py"), "import os\n");
        CommandLineRun other =
                ext("verify", envelope, "--policy", policy, "--artifacts", files, "--at", "2026-06-01T00:00:00Z");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.out())
                .contains("  no   artifacts     the artifact " + files.resolve("repo_tools.py") + " is sha256:");
    }

    @Test
    void whatIsWrongIsNotSigned() throws IOException {
        Path key = key("ann");
        Path bad = Files.writeString(
                files.resolve("bad.json"),
                Files.readString(manifest).replace("acme", "Acme").replace("\"git\"", "\"GIT\""));
        CommandLineRun wrong = ext("sign", bad, "--key", key);
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err().lines())
                .satisfiesExactly(
                        one -> assertThat(one).startsWith(bad + ": /publisher: publisher must be 1 to 128 lower-case"),
                        two -> assertThat(two)
                                .startsWith("taskgraph: " + bad + ": /tags/0: a tag must be")
                                .endsWith("; it is no manifest."));
        Files.writeString(files.resolve("repo_tools.py"), "import os\n");
        CommandLineRun other = ext("sign", manifest, "--key", key, "--artifacts", files);
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).startsWith("taskgraph: Not signed: the artifact ");
        CommandLineRun missing = ext("sign", manifest, "--key", key, "--artifacts", EXAMPLES);
        assertThat(missing.err())
                .isEqualTo("taskgraph: Not signed: the artifact repo_tools.py is not in " + EXAMPLES + ".\n");
        Path envelope = signed(key);
        CommandLineRun twice = ext("sign", envelope, "--key", key);
        assertThat(twice.exitCode()).isEqualTo(1);
        assertThat(twice.err())
                .isEqualTo(
                        "taskgraph: " + envelope + " is signed with that key already; a second time does not count.\n");
        assertThat(ext("sign", files.resolve("none.json"), "--key", key).err())
                .isEqualTo("taskgraph: There is no file " + files.resolve("none.json")
                        + "; name one with a manifest or an envelope.\n");
        assertThat(ext("sign", files, "--key", key).err())
                .isEqualTo("taskgraph: " + files + " is a directory; name a file with a manifest or an envelope.\n");
        assertThat(ext("sign", manifest, "--key", manifest).exitCode()).isEqualTo(2);
        assertThat(ext("sign", manifest).exitCode()).isEqualTo(2);
    }

    @Test
    void aChangedByteAStrippedSignatureAndAnotherKeyAreFoundOut() throws IOException {
        Path envelope = signed(key("ann"), key("bob"));
        Path policy = policy("");
        String text = Files.readString(envelope);
        JsonNode json = JSON.readTree(text);
        // a changed byte of the manifest
        String payload = json.path("payload").asText();
        byte[] other = new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8)
                .replace("1.2.0", "1.3.0")
                .getBytes(StandardCharsets.UTF_8);
        Path changed = Files.writeString(
                files.resolve("changed.json"),
                text.replace(payload, Base64.getEncoder().encodeToString(other)));
        CommandLineRun run = ext("verify", changed, "--policy", policy);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "  no   signatures    the signers acme need 2 of ann, bob and have none; signature 1 verifies under"
                                + " no key that the policy knows as \"ann\"; signature 2 verifies under no key that the policy knows"
                                + " as \"bob\"\n")
                .contains("does not hold  sha256:");
        // only one of two
        Path stripped = signed(files.resolve("ann.key"));
        assertThat(ext("verify", stripped, "--policy", policy).out())
                .contains("  no   signatures    the signers acme need 2 of ann, bob and have ann\n");
        // somebody else
        key("mallory");
        CommandLineRun stranger = ext("verify", stripped, "--key", files.resolve("mallory.pub"));
        assertThat(stranger.exitCode()).isEqualTo(1);
        assertThat(stranger.out()).isEqualTo("toolpack repo-tools 1.2.0\n  no   unknown key \"ann\"\n");
        CommandLineRun known = ext("verify", stripped, "--key", files.resolve("ann.pub"));
        assertThat(known.exitCode()).isZero();
        assertThat(known.out()).isEqualTo("toolpack repo-tools 1.2.0\n  yes  signed by ann\n");
    }

    @Test
    void twoKeysWhoseFilesHaveOneNameMustBothHaveSigned() throws IOException {
        Path envelope = signed(key("ann"));
        key("bob");
        Path other = Files.createDirectory(files.resolve("other")).resolve("ann.pub");
        Files.copy(files.resolve("bob.pub"), other);
        for (List<Path> keys :
                List.of(List.of(files.resolve("ann.pub"), other), List.of(other, files.resolve("ann.pub")))) {
            CommandLineRun one = ext("verify", envelope, "--key", keys.get(0), "--key", keys.get(1));
            assertThat(one.exitCode()).as("%s", keys).isEqualTo(1);
            assertThat(one.out()).contains("  yes  signed by ");
        }
        assertThat(ext("sign", envelope, "--key", files.resolve("bob.key"), "--keyid", "ann")
                        .exitCode())
                .isZero();
        CommandLineRun both = ext("verify", envelope, "--key", files.resolve("ann.pub"), "--key", other);
        assertThat(both.exitCode()).isZero();
        assertThat(both.out())
                .isEqualTo("toolpack repo-tools 1.2.0\n  yes  signed by ann\n  yes  signed by " + other + "\n");
    }

    @Test
    void noPrivateKeyAndNoGoodEnvelopeIsWrittenOver() throws IOException {
        Path key = key("ann");
        String secret = Files.readString(key);
        for (CommandLineRun run : List.of(
                ext("sign", manifest, "--key", key, "--out", key),
                ext("attest", manifest, "--type", "review", "--key", key, "--out", key))) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("taskgraph: " + key
                            + " is the private key, and a key is never overwritten; name another place with --out.\n");
        }
        assertThat(Files.readString(key)).isEqualTo(secret);
        Path envelope = signed(key);
        String good = Files.readString(envelope);
        CommandLineRun run = ext("sign", envelope, "--key", key("bob"), "--keyid", "x".repeat(257));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("taskgraph: Not signed: of the envelope, /signatures/1/keyid: keyid must have at most 256"
                        + " characters.\n");
        assertThat(Files.readString(envelope)).isEqualTo(good);
    }

    @Test
    void aPairOfKeysHasAName() throws IOException {
        for (String none : List.of("", ".", "..", "/", "keys/..")) {
            CommandLineRun run = ext("keygen", none);
            assertThat(run.exitCode()).as(none).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("taskgraph: '" + none
                            + "' names no files; name the pair of keys, such as ann or keys/ann.");
        }
    }

    @Test
    void statementsAboutArtifactsAreMadeAndVerified() throws IOException {
        // given
        Path envelope = signed(key("ann"), key("bob"));
        Path policy = policy(
                "  attestations:\n    seen: {predicate: review, keys: [ann]}\n    tested: {predicate: test-result, keys: [bob]}\n");
        Path review = files.resolve("review.json");
        Path tested = files.resolve("tested.json");
        // when
        CommandLineRun made = ext(
                "attest",
                envelope,
                "--type",
                "review",
                "--key",
                files.resolve("ann.key"),
                "--at",
                "2026-05-01T00:00:00Z",
                "--out",
                review);
        assertThat(made.exitCode()).as(made.err()).isZero();
        CommandLineRun json = ext(
                "attest",
                files.resolve("repo_tools.py"),
                "--type",
                "test-result",
                "--key",
                files.resolve("bob.key"),
                "--keyid",
                "bob",
                "--out",
                tested,
                "--json");
        assertThat(json.exitCode()).isZero();
        assertThat(json.out())
                .startsWith("{\"file\":\"" + tested + "\",\"digest\":\"sha256:")
                .endsWith(
                        "\"keyid\":\"bob\",\"predicate_type\":\"https://in-toto.io/attestation/test-result/v0.1\"}\n");
        CommandLineRun run = ext(
                "verify",
                envelope,
                "--policy",
                policy,
                "--attestation",
                review,
                "--attestation",
                tested,
                "--at",
                "2026-06-01T00:00:00Z");
        // then
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out()).contains("  yes  attestations  there is seen, tested\n");
        assertThat(ext("verify", envelope, "--policy", policy, "--attestation", tested, "--at", "2026-06-01T00:00:00Z")
                        .out())
                .contains(
                        "  no   attestations  seen needs 1 of ann for repo_tools.py and has none (attestation 1 is of the"
                                + " type");
        assertThat(ext("verify", review, "--key", files.resolve("ann.pub")).out())
                .isEqualTo("https://in-toto.io/attestation/human-review/v0.1\n  yes  signed by ann\n");
        JsonNode shown = JSON.readTree(ext("inspect", review, "--json").out());
        assertThat(JSON.readTree(shown.path("content").asText())
                        .path("subject")
                        .get(0)
                        .path("name")
                        .asText())
                .isEqualTo("repo_tools.py");
    }

    @Test
    void statementsThatSayNothingAreNotMade() throws IOException {
        Path key = key("ann");
        Path out = files.resolve("x.json");
        Path predicate = Files.writeString(files.resolve("p.json"), "{\"buildDefinition\": {}}");
        assertThat(ext("attest", manifest, "--type", "provenance", "--key", key, "--out", out)
                        .err())
                .isEqualTo("taskgraph: A statement of the type provenance says what its tool found: name that file with"
                        + " --predicate.\n");
        CommandLineRun wrong =
                ext("attest", manifest, "--type", "provenance", "--predicate", predicate, "--key", key, "--out", out);
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err())
                .contains(
                        predicate + ": /predicate/buildDefinition: the field buildType is missing; add it",
                        "taskgraph: " + predicate + ": /predicate: the field runDetails is missing; add it; it is no"
                                + " predicate of a provenance.");
        assertThat(ext("attest", manifest, "--type", "hearsay", "--key", key, "--out", out)
                        .err())
                .startsWith("taskgraph: --type must be review, test-result, provenance, scan or a URI, not hearsay.");
        assertThat(out).doesNotExist();
    }

    @Test
    void whatAFileHoldsIsShownWithoutItsControlCharacters() throws IOException {
        Path envelope = signed(key("ann"));
        CommandLineRun shown = ext("inspect", envelope);
        assertThat(shown.out())
                .startsWith("application/vnd.taskgraph.manifest.v1+json  " + SignedFiles.digest(manifest)
                        + "\nsigned, it says, by \"ann\"\n{\n  \"schema_version\": 1,");
        assertThat(ext("inspect", manifest).out()).contains("not signed\n");
        Path odd = Files.writeString(
                files.resolve("odd.json"),
                "{\"payloadType\": \"x\\u001b[2J\", \"payload\": \"G1syShtb\", \"signatures\": [{\"keyid\": \"\\u202e\", \"sig\": \"\"}]}");
        assertThat(ext("inspect", odd).out())
                .startsWith("x\\u001b[2J  sha256:")
                .contains("\nsigned, it says, by \"\\u202e\"\n(not JSON)\n");
        assertThat(ext("inspect", files.resolve("ann.pub")).out()).startsWith("public key  sha256:");
        assertThat(ext("inspect", odd, "--json").exitCode()).isZero();
        assertThat(ext("inspect", manifest, "--payload", files.resolve("p")).err())
                .isEqualTo("taskgraph: " + manifest + " is no envelope; only one has a payload.\n");
        Files.write(files.resolve("huge"), new byte[800_000]);
        assertThat(ext("inspect", files.resolve("huge")).err())
                .contains("has more than the 786432 bytes that a manifest, an envelope or a public key may have.");
    }

    @Test
    void ourExamplesHoldAndTheTamperedOneDoesNot() {
        Path policy = EXAMPLES.resolveSibling("policies/trusted-tools.yaml");
        Path repo = EXAMPLES.resolve("repo-tools");
        Path shell = EXAMPLES.resolve("shell-server");
        String at = "2026-06-01T00:00:00Z";
        CommandLineRun repoTools = ext(
                "verify",
                repo.resolve("manifest.dsse.json"),
                "--policy",
                policy,
                "--at",
                at,
                "--artifacts",
                repo,
                "--attestation",
                repo.resolve("tested.dsse.json"));
        CommandLineRun shellServer = ext(
                "verify",
                shell.resolve("manifest.dsse.json"),
                "--policy",
                policy,
                "--at",
                at,
                "--artifacts",
                shell,
                "--attestation",
                shell.resolve("provenance.dsse.json"));
        CommandLineRun tampered = ext(
                "verify", EXAMPLES.resolve("tampered/manifest.dsse.json"), "--policy", policy, "--at", at, "--json");
        assertThat(repoTools.exitCode()).as(repoTools.out()).isZero();
        assertThat(shellServer.exitCode()).as(shellServer.out()).isZero();
        assertThat(tampered.exitCode()).isEqualTo(1);
        assertThat(tampered.out()).contains("\"rule\":\"signatures\",\"holds\":false");
        assertThat(ext(
                                "verify",
                                EXAMPLES.resolve("trace-hook/manifest.dsse.json"),
                                "--key",
                                EXAMPLES.resolve("keys/acme-ann.pub"),
                                "--key",
                                EXAMPLES.resolve("keys/acme-bob.pub"))
                        .exitCode())
                .isZero();
    }

    /** Ours signs, openssl verifies; openssl signs, ours verifies; each reads the other's keys. */
    @Test
    void opensslAgrees() throws Exception {
        assumeTrue(isThere("openssl"), "no openssl with Ed25519 here: nothing to compare with");
        // given a key and a signature of ours
        Path envelope = signed(key("ann"));
        Path pae = files.resolve("pae");
        Path signature = files.resolve("signature");
        assertThat(ext("inspect", envelope, "--signed", pae).exitCode()).isZero();
        JsonNode json = JSON.readTree(envelope.toFile());
        Files.write(
                signature,
                Base64.getDecoder()
                        .decode(json.path("signatures").get(0).path("sig").asText()));
        // then openssl verifies it over DSSE's encoding, and not over another
        String verified = openssl(
                0,
                "pkeyutl",
                "-verify",
                "-rawin",
                "-pubin",
                "-inkey",
                "ann.pub",
                "-in",
                "pae",
                "-sigfile",
                "signature");
        assertThat(verified).contains("Signature Verified Successfully");
        Files.write(pae, new byte[] {'!'}, StandardOpenOption.APPEND);
        openssl(
                1,
                "pkeyutl",
                "-verify",
                "-rawin",
                "-pubin",
                "-inkey",
                "ann.pub",
                "-in",
                "pae",
                "-sigfile",
                "signature");
        // and of the same private key it makes the same public one
        openssl(0, "pkey", "-in", "ann.key", "-pubout", "-out", "again.pub");
        assertThat(files.resolve("again.pub")).hasSameTextualContentAs(files.resolve("ann.pub"));
        // given a key and a signature of openssl's
        openssl(0, "genpkey", "-algorithm", "ed25519", "-out", "bob.key");
        Files.setPosixFilePermissions(files.resolve("bob.key"), PosixFilePermissions.fromString("rw-------"));
        openssl(0, "pkey", "-in", "bob.key", "-pubout", "-out", "bob.pub");
        assertThat(ext("inspect", envelope, "--signed", pae).exitCode()).isZero();
        openssl(0, "pkeyutl", "-sign", "-rawin", "-inkey", "bob.key", "-in", "pae", "-out", "signature");
        String sig = Base64.getEncoder().encodeToString(Files.readAllBytes(signature));
        Path theirs = Files.writeString(
                files.resolve("theirs.json"),
                "{\"payloadType\": \"" + json.path("payloadType").asText() + "\", \"payload\": \""
                        + json.path("payload").asText() + "\", \"signatures\": [{\"sig\": \"" + sig + "\"}]}");
        // then ours verifies it, and signs with the key the very same bytes
        assertThat(ext("verify", theirs, "--key", files.resolve("bob.pub")).exitCode())
                .isZero();
        Path ours = files.resolve("ours.json");
        assertThat(ext("sign", manifest, "--key", files.resolve("bob.key"), "--out", ours)
                        .exitCode())
                .isZero();
        assertThat(JSON.readTree(ours.toFile())
                        .path("signatures")
                        .get(0)
                        .path("sig")
                        .asText())
                .isEqualTo(sig);
        // and a key of another algorithm is none
        openssl(0, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ec.key");
        Files.setPosixFilePermissions(files.resolve("ec.key"), PosixFilePermissions.fromString("rw-------"));
        assertThat(ext("sign", manifest, "--key", files.resolve("ec.key")).err())
                .contains(
                        "ec.key is not a private key that can be used: it is not a private key of Ed25519 in PKCS#8.");
    }

    private static boolean isThere(String program) {
        try {
            Process process = new ProcessBuilder(program, "list", "-public-key-algorithms")
                    .redirectErrorStream(true)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 && out.contains("ED25519");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String openssl(int exitCode, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .directory(files.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(command + "\n" + out).isEqualTo(exitCode);
        return out;
    }
}
