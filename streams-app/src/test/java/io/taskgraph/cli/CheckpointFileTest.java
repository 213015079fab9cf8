package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.avro.Phase;
import io.taskgraph.schemas.codec.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints as files: what was written once stays readable, what is odd is named, nothing lands outside the directory. */
class CheckpointFileTest {
    private static final Path GOLDEN = Path.of(
            System.getProperty("taskgraph.root", ".."), "streams-app/src/test/resources/golden/checkpoint-v1.json");

    @TempDir
    Path directory;

    private static Checkpoint golden() {
        return new Checkpoint(
                1,
                "nightly-7",
                "before-deploy",
                3,
                41L,
                Digests.parse("ab".repeat(32)),
                Digests.parse("0c".repeat(32)),
                Instant.parse("2026-11-24T08:30:00.250Z"),
                "directives",
                "ann",
                Phase.AWAIT_USER,
                "ship it",
                "built and tested",
                "full",
                "5e".repeat(32),
                9L,
                List.of("deploy", "tell"),
                2,
                12,
                Map.of("ticket", "T-1"));
    }

    @Test
    void aFileOfFormat1IsReadForEver() {
        assertThat(CheckpointFile.read(GOLDEN)).isEqualTo(golden());
    }

    @Test
    void whatIsWrittenTodayIsTheGoldenFile() throws IOException {
        Path file = CheckpointFile.write(directory, golden());

        assertThat(file).isEqualTo(directory.resolve("nightly-7").resolve("before-deploy@3.json"));
        assertThat(Files.readString(file)).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void idsThatLeadElsewhereAreNotWritten() throws IOException {
        for (String run : List.of("..", "../out", "/etc", "a/b", "", ".hidden", "a\\b")) {
            Checkpoint c = golden();
            c.setRunId(run);
            assertElsewhere(c);
        }
        for (String name : List.of("..", "../../out", "/etc/passwd", "a/b", "", "a\u0000")) {
            Checkpoint c = golden();
            c.setName(name);
            assertElsewhere(c);
        }
        assertThat(Files.list(directory)).isEmpty();
    }

    @Test
    void aLinkThatLeadsElsewhereIsNotFollowed(@TempDir Path outside) throws IOException {
        Files.createSymbolicLink(directory.resolve("nightly-7"), outside);

        assertElsewhere(golden());
        assertThat(Files.list(outside)).isEmpty();
    }

    private void assertElsewhere(Checkpoint c) {
        assertThatThrownBy(() -> CheckpointFile.write(directory, c))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("lead elsewhere");
    }

    @Test
    void aNewerFormatIsNamed() throws IOException {
        assertThat(refusal("\"format_version\" : 1", "\"format_version\" : 2"))
                .contains("is of format 2, and this version of taskgraph reads up to 1: upgrade it");
    }

    @Test
    void whatIsOddIsNamedWithTheFile() throws IOException {
        assertThat(refusal("\"version\" : 3", "\"version\" : 0")).contains("has no whole number version");
        assertThat(refusal("\"version\" : 3", "\"version\" : \"3\"")).contains("has no whole number version");
        assertThat(refusal("\"sequence\" : 41", "\"sequence\" : 1e99")).contains("has no whole number sequence");
        assertThat(refusal("ab".repeat(32), "ab")).contains("has no state_digest of 64 hex digits");
        assertThat(refusal("ab".repeat(32), "xy".repeat(32))).contains("has no state_digest of 64 hex digits");
        assertThat(refusal("before-deploy", "../up")).contains("has a name that must be 1 to 64");
        assertThat(refusal("AWAIT_USER", "ASLEEP")).contains("a phase that is none");
        assertThat(refusal("2026-11-24T08:30:00.250Z", "yesterday")).contains("a taken_at that is no time");
        assertThat(refusal("{", "[")).contains("is no JSON");
        assertThat(refusal(Files.readString(GOLDEN), "[]")).contains("is no JSON object");
        assertThat(refusal(Files.readString(GOLDEN), "")).contains("is no JSON object");
        assertThat(refusal("\"run_id\"", "\"run\"")).contains("has no text run_id");
        assertThatThrownBy(() -> CheckpointFile.read(directory.resolve("none.json")))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("there is no such file");
    }

    @Test
    void aCheckpointOfAnotherRunIsNotTakenForThisOne() {
        assertThatThrownBy(() -> ChosenCheckpoint.in(GOLDEN, "other"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("is of run nightly-7, not of run other");
    }

    private String refusal(String what, String by) throws IOException {
        Path file = Files.writeString(
                directory.resolve("odd.json"), Files.readString(GOLDEN).replace(what, by));
        try {
            CheckpointFile.read(file);
        } catch (CommandException e) {
            assertThat(e.getMessage()).contains(file.toString()).doesNotContain("\n");
            return e.getMessage();
        }
        throw new AssertionError("it was read");
    }
}
