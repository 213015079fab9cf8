package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.Seeds;
import io.taskgraph.replay.ExportReplay;
import io.taskgraph.replay.HistoryException;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given an export of a team's log, it is proved without a cluster; whatever is done to it is found and named. */
class ExportTest {
    private static final String DECISIONS = "decisions-00000-000.avro";

    private final long seed = Seeds.seed();
    private final Random random = new Random(seed);

    @TempDir
    Path temporary;

    private Path export;
    private Team team;

    @BeforeEach
    void givenAnExport() throws IOException {
        RandomTeam says = new RandomTeam(random);
        team = Team.under(says.policy()).recorded();
        for (int step = 0; step < 60; step++) {
            team.now += random.nextInt(20_000);
            team.step(says.input(team));
        }
        export = temporary.resolve("export");
        team.strict.export(export);
    }

    @Test
    void itIsProvedAndDecidedAgain() {
        ReplayReport folded = ExportReplay.of(export, false, Replay.Progress.NONE);
        ReplayReport again = ExportReplay.of(export, true, Replay.Progress.NONE);

        assertThat(folded.agrees()).as("seed " + seed).isTrue();
        assertThat(folded.decisions()).isEqualTo(team.log.size());
        assertThat(again.agrees()).as("seed " + seed).isTrue();
        assertThat(again.strict().orElseThrow().decisions()).isEqualTo(team.log.size() - 1);
    }

    @Test
    void aChangedByteIsFoundInWhateverFileItIs() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(export)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            byte[] sound = Files.readAllBytes(file);
            for (int round = 0; round < 40; round++) {
                byte[] changed = sound.clone();
                int at = random.nextInt(changed.length);
                changed[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, changed);
                assertThatThrownBy(() -> ExportReplay.of(export, false, Replay.Progress.NONE))
                        .as("seed " + seed + ", byte " + at + " of " + file.getFileName())
                        .isInstanceOf(HistoryException.class)
                        .hasMessageContaining(file.getFileName().toString());
            }
            Files.write(file, sound);
        }
    }

    @Test
    void aChangedByteOfADecisionIsNamedWithItsRecordAndDecision() throws IOException {
        byte[] payload = team.log.get(7).bytes();
        Path file = export.resolve(DECISIONS);
        byte[] bytes = Files.readAllBytes(file);
        int at = indexOf(bytes, payload) + payload.length - 1;
        bytes[at] ^= 1;
        Files.write(file, bytes);

        assertThat(problem())
                .startsWith(DECISIONS + ", record 7: its check sum is wrong: a byte of it was changed.")
                .contains("decision 7 of run r");
    }

    @Test
    void aDroppedADoubledAndAReorderedRecordAreNamed() throws IOException {
        // None of these decisions holds a map: other tools write those in another order.
        team = Team.standard().recorded();
        for (int i = 0; i < 10; i++) {
            team.patch(Messages.add("t" + i));
            team.start("w", "t" + i, 1);
            team.finish("w", "t" + i, 1);
        }
        givenAnExportAgain();
        rewrite(DECISIONS, records -> records.remove(5));
        assertThat(problem()).startsWith(DECISIONS + ", record 5:").contains("was number 6", "one is missing");

        givenAnExportAgain();
        rewrite(DECISIONS, records -> records.add(5, records.get(4)));
        assertThat(problem()).startsWith(DECISIONS + ", record 5:").contains("was number 4", "one is doubled");

        givenAnExportAgain();
        rewrite("reports-00000-000.avro", records -> Collections.swap(records, 2, 3));
        assertThat(problem()).startsWith("reports-00000-000.avro, record 2:").contains("was number 3");

        givenAnExportAgain();
        rewrite(DECISIONS, records -> records.subList(20, records.size()).clear());
        assertThat(problem())
                .startsWith(DECISIONS + ", record 20: the file ends before it")
                .contains("the manifest says that there are 31 records", "decision 20 of run r");
    }

    @Test
    void aFileThatIsCutOffInTheMiddleOfARecordIsNamed() throws IOException {
        Path file = export.resolve(DECISIONS);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));

        assertThat(problem()).startsWith(DECISIONS + ", record ").contains("it is cut off");
    }

    @Test
    void aFileThatIsMissingAndOneWithoutItsSchemaAreNamed() throws IOException {
        Path file = export.resolve(DECISIONS);
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        assertThat(problem()).startsWith("The export has no file " + DECISIONS);

        String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("avro.schema", "avro.schemo");
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problem()).startsWith(DECISIONS + " cannot be read: its header, with the schema, is damaged");

        Schema other = SchemaBuilder.record("Other").fields().requiredLong("x").endRecord();
        Files.delete(file);
        try (DataFileWriter<GenericRecord> out = new DataFileWriter<>(new GenericDatumWriter<>(other))) {
            out.create(other, file.toFile());
        }
        assertThat(problem()).contains(DECISIONS, "it holds Other, not exported records");
    }

    @Test
    void aManifestOfANewerFormatOrThatLeadsElsewhereIsRefused() throws IOException {
        Path manifest = export.resolve("manifest.json");
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replaceFirst("\"version\" : 1", "\"version\" : 2"));
        assertThat(problem()).contains("is of format version 2", "take a newer one");

        Files.writeString(manifest, text.replace(DECISIONS, "../../etc/passwd"));
        assertThat(problem()).contains("names a file '../../etc/passwd'");

        Files.writeString(manifest, text.substring(0, text.length() / 2));
        assertThat(problem()).contains("cannot be read as JSON");

        Files.delete(manifest);
        assertThat(problem()).contains("has no manifest.json: it is no export, or one that was cut off");
        assertThatThrownBy(() -> ExportReplay.of(temporary.resolve("none"), false, Replay.Progress.NONE))
                .hasMessageContaining("There is no directory");
    }

    @Test
    void aChangedSchemaBesideAndAManifestThatTellsLessAreNamed() throws IOException {
        Path schema = export.resolve("schemas/decisions-1.avsc");
        String sound = Files.readString(schema);
        Files.writeString(schema, sound.replaceFirst("namespace", "namespaze"));
        assertThat(problem()).contains("schemas/decisions-1.avsc has SHA-256 ", "SHA256SUMS says");
        Files.delete(schema);
        assertThat(problem()).contains("schemas/decisions-1.avsc is not there");
        Files.writeString(schema, sound);

        Path manifest = export.resolve("manifest.json");
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replace("\"runs\" : [", "\"rums\" : ["));
        assertThat(problem()).contains("manifest.json has SHA-256 ", "SHA256SUMS says");
        summedAnew();
        assertThat(ExportReplay.of(export, false, Replay.Progress.NONE).runs())
                .allSatisfy(v -> assertThat(v.divergence().orElseThrow().sentence())
                        .contains("the manifest's last sequence number is recorded as none"));

        Files.writeString(manifest, text.replace("\"family\" : \"reports\"", "\"family\" : \"report\""));
        assertThat(problem()).contains("names files of a kind 'report' that no export has");

        Files.writeString(manifest, text);
        Files.delete(export.resolve("SHA256SUMS"));
        assertThat(problem()).contains("has no SHA256SUMS");
    }

    /** As somebody would who changes a manifest on purpose. */
    private void summedAnew() throws IOException {
        Path sums = export.resolve("SHA256SUMS");
        String hash = hash(Files.readAllBytes(export.resolve("manifest.json")));
        Files.writeString(
                sums, Files.readString(sums).replaceFirst("[0-9a-f]{64}  manifest.json", hash + "  manifest.json"));
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anExportThatWasWrittenAnewFromAnotherLogIsFoundByItsHashes() throws IOException {
        String manifest = Files.readString(export.resolve("manifest.json"));
        team.now += 1_000;
        team.step(new RandomTeam(random).input(team));
        team.step(Input.directive(Messages.directive("r", "late", "", new io.taskgraph.avro.PauseRun()), Origin.NONE));
        givenAnExportAgain();
        Files.writeString(export.resolve("manifest.json"), manifest);
        summedAnew();

        assertThat(problem()).contains("and the manifest says");
    }

    private void givenAnExportAgain() throws IOException {
        export = temporary.resolve("again" + random.nextLong());
        team.strict.export(export);
    }

    private String problem() {
        try {
            ExportReplay.of(export, false, Replay.Progress.NONE);
            return "none";
        } catch (HistoryException e) {
            return e.getMessage();
        }
    }

    /** As somebody would who has Avro's tools. */
    private void rewrite(String name, Consumer<List<GenericRecord>> change) throws IOException {
        Path file = export.resolve(name);
        List<GenericRecord> records = new ArrayList<>();
        Schema schema;
        try (DataFileReader<GenericRecord> in = new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
            schema = in.getSchema();
            in.forEach(records::add);
        }
        change.accept(records);
        Files.delete(file);
        try (DataFileWriter<GenericRecord> out = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            out.create(schema, file.toFile());
            for (GenericRecord r : records) {
                out.append(r);
            }
        }
    }

    private static int indexOf(byte[] in, byte[] what) {
        for (int i = 0; i + what.length <= in.length; i++) {
            if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }
}
