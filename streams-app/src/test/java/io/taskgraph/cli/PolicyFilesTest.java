package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `policy check` and `policy show` on files and presets, without a broker. */
class PolicyFilesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path files;

    private Path write(String name, String text) throws Exception {
        return Files.writeString(files.resolve(name), text);
    }

    @Test
    void allThatIsWrongIsToldWithLineAndColumnAndTheOthersAreChecked() throws Exception {
        Path good = write("good.yaml", "# mine\nname: good\ncaps: {max_tasks: 7}\n");
        Path bad = write("bad.yaml", "name: bad\ncaps:\n  max_task: 1\n  max_workers: many\n");
        Path empty = write("empty.yaml", "");
        Policy policy = Policy.parse(Files.readString(good));

        CommandLineRun run = CommandLineRun.of("policy", "check", bad.toString(), empty.toString(), good.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEqualTo("usable  " + good + "  good@1  " + policy.digest() + "\n");
        assertThat(run.err().lines())
                .hasSize(3)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith(bad + ":3:3: \"max_task\" is not a key of caps"),
                        second -> assertThat(second).startsWith(bad + ":4:16: max_workers must be a whole number"),
                        third -> assertThat(third)
                                .isEqualTo(empty + ": the file is empty; put a policy document into it"));
    }

    @Test
    void checkTellsProgramsTheSame() throws Exception {
        Path good = write("good.yaml", "name: good\n");
        Path bad = write("bad.yaml", "name: bad\ncap: 1\n");

        CommandLineRun run = CommandLineRun.of("policy", "check", "--json", good.toString(), bad.toString());

        JsonNode first = JSON.readTree(run.out().lines().toList().get(0));
        JsonNode second = JSON.readTree(run.out().lines().toList().get(1));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEmpty();
        assertThat(first.path("usable").asBoolean()).isTrue();
        assertThat(first.path("name").asText()).isEqualTo("good");
        assertThat(second.path("usable").asBoolean()).isFalse();
        assertThat(second.path("problems").get(0).path("line").asInt()).isEqualTo(2);
        assertThat(CommandLineRun.of("policy", "check", good.toString()).exitCode())
                .isZero();
    }

    @Test
    void whatADocumentHoldsCannotMoveTheCursor() throws Exception {
        Path bad = write(
                "bad.yaml",
                "name: \"\\e[2Jx\"\n\"\\e[31m\": 1\nrules: [{id: a, on: [plan], when: \"\\e[2J\", effect: deny, reason: y}]\n");

        for (String command : List.of("check", "show")) {
            CommandLineRun run = CommandLineRun.of("policy", command, bad.toString());

            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err().lines()).hasSizeGreaterThanOrEqualTo(3).allSatisfy(line -> assertThat(
                            line.chars().noneMatch(Character::isISOControl))
                    .as(line)
                    .isTrue());
        }
    }

    @Test
    void whatIsEnormousOrHasNoEndIsNotReadToItsEnd() throws Exception {
        Path enormous = files.resolve("enormous.yaml");
        Files.write(enormous, new byte[4 * 1024 * 1024 + 1]);

        assertThat(CommandLineRun.of("policy", "check", enormous.toString()))
                .isEqualTo(new CommandLineRun(2, "", enormous + ": the file has more than 4 MiB; split it\n"));
        Path endless = Path.of("/dev/zero");
        if (Files.exists(endless)) {
            assertThat(CommandLineRun.of("policy", "check", endless.toString()))
                    .isEqualTo(new CommandLineRun(2, "", endless + ": the file has more than 4 MiB; split it\n"));
        }
    }

    @Test
    void whatIsShownOfAPresetIsADocumentOfThatVeryDigest() {
        for (String name : Presets.names()) {
            Policy preset = Presets.named(name).orElseThrow();

            CommandLineRun shown = CommandLineRun.of("policy", "show", name, "--bootstrap", "", "--registry", "");
            CommandLineRun source = CommandLineRun.of("policy", "show", name, "--source");

            assertThat(shown.exitCode()).as(shown.err()).isZero();
            assertThat(shown.out())
                    .startsWith("# " + name + "@" + preset.version() + ", preset; sha256 " + preset.digest());
            assertThat(Policy.parse(shown.out())).isEqualTo(preset);
            assertThat(source.out()).endsWith(Presets.source(name).orElseThrow());
        }
    }

    @Test
    void aFileIsShownAsItIsPinnedOrAsItIsWritten() throws Exception {
        Path file = write("mine.yaml", "# mine\nname: mine\ncaps: {max_tasks: 7}\n");

        JsonNode shown = JSON.readTree(
                CommandLineRun.of("policy", "show", file.toString(), "--json").out());
        CommandLineRun source = CommandLineRun.of("policy", "show", file.toString(), "--source");

        assertThat(shown.path("from").asText()).isEqualTo("file " + file);
        assertThat(shown.path("document").asText())
                .isEqualTo(Policy.parse(Files.readString(file)).document());
        assertThat(source.out()).endsWith("\n# mine\nname: mine\ncaps: {max_tasks: 7}\n");
    }

    @Test
    void whatCannotBeShownIsSaid() throws Exception {
        Path bad = write("bad.yaml", "name: bad\ncap: 1\nnames: 2\n");

        CommandLineRun wrong = CommandLineRun.of("policy", "show", bad.toString());
        CommandLineRun missing =
                CommandLineRun.of("policy", "show", files.resolve("none.yaml").toString());

        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err().lines()).hasSize(2);
        assertThat(wrong.err()).startsWith(bad + ":2:1: ").contains("taskgraph: " + bad + ":3:1: ");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err())
                .isEqualTo("taskgraph: " + files.resolve("none.yaml") + ": there is no such file; check the path\n");
    }

    @Test
    void ourExamplesCanBeUsed() throws Exception {
        Path directory = Path.of(System.getProperty("taskgraph.root", "..")).resolve("examples/policies");
        try (Stream<Path> all = Files.list(directory)) {
            List<String> args = new ArrayList<>(List.of("policy", "check"));
            all.sorted().map(Path::toString).forEach(args::add);

            CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out().lines()).hasSize(args.size() - 2).hasSizeGreaterThanOrEqualTo(3);
        }
    }
}
