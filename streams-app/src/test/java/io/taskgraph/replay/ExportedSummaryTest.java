package io.taskgraph.replay;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given an export whose summary is of a schema that does not resolve, as after a byte of the file's header was changed. */
class ExportedSummaryTest {
    @TempDir
    Path directory;

    @Test
    void itIsNamedByFileAndRecord() throws IOException {
        Schema schema = SchemaBuilder.record("RunSummary")
                .namespace("io.taskgraph.avro")
                .fields()
                .requiredString("runIe")
                .endRecord();
        byte[] payload = {2, 'r'};
        Files.createDirectories(directory.resolve("schemas"));
        ExportPart part = new ExportPart(directory, "runs", 0, new TreeMap<>());
        part.write(new Recorded(new Place("runs", 0, 0), 0, 0, 0, schema, payload, 0, payload.length, null, null));
        new Manifest("test.", null, "2026-01-01T00:00:00Z", 1, null, List.of(part.finish(0, 1)), List.of())
                .write(directory);

        assertThatThrownBy(() -> ExportReplay.of(directory, false, Replay.Progress.NONE))
                .isInstanceOf(HistoryException.class)
                .hasMessageStartingWith("The summary in runs-00000-000.avro, record 0 cannot be read: ")
                .hasMessageContaining("missing required field");
    }
}
