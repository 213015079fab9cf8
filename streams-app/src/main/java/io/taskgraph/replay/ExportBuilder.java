package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.Origin;
import io.taskgraph.schemas.codec.RecordCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes an export of what is at hand instead of on a cluster, as if it stood on one partition: inputs and the decisions on
 * them. Not thread-safe.
 */
public final class ExportBuilder {
    private final Path directory;
    private final Map<String, Integer> schemas = new TreeMap<>();
    private final Map<String, ExportPart> parts = new TreeMap<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private final Map<Class<?>, RecordCodec<?>> codecs = new HashMap<>();
    private final TreeMap<String, Head> heads = new TreeMap<>();

    /** @param directory made if it is not there */
    public ExportBuilder(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory.resolve("schemas"));
    }

    /** Where the next input of that family will stand. */
    public Origin next(String family) {
        return new Origin(0, offsets.getOrDefault(family, 0L));
    }

    /** An input, which stands where {@link #next} said. */
    public <T extends SpecificRecord> void input(String family, T record) throws IOException {
        @SuppressWarnings("unchecked")
        RecordCodec<T> codec = (RecordCodec<T>)
                codecs.computeIfAbsent(record.getClass(), c -> RecordCodec.of((Class<T>) record.getClass()));
        write(family, codec, codec.encode(record));
    }

    /** A decision, as an engine made it whose encoder writes no header. */
    public void decided(Decided decided) throws IOException {
        RecordCodec<?> codec = codecs.computeIfAbsent(Decision.class, c -> RecordCodec.of(Decision.class));
        Recorded r = write("decisions", codec, decided.bytes());
        Decision d = decided.decision();
        if (d.getSequence() > 0) {
            HexFormat hex = HexFormat.of();
            heads.put(
                    d.getRunId(),
                    new Head(
                            d.getSequence(),
                            hex.formatHex(r.hash()),
                            hex.formatHex(d.getStateDigest().bytes())));
        }
    }

    /** @return SHA-256 of the manifest, in hex */
    public String finish() throws IOException {
        List<Manifest.Part> written = new ArrayList<>();
        for (ExportPart part : parts.values()) {
            written.add(part.finish(0, offsets.get(part.family())));
        }
        List<Manifest.OfRun> runs = heads.entrySet().stream()
                .map(e -> new Manifest.OfRun(e.getKey(), e.getValue(), 0))
                .toList();
        return new Manifest("", null, "1970-01-01T00:00:00Z", 1, null, written, runs).write(directory);
    }

    private Recorded write(String family, RecordCodec<?> codec, byte[] payload) throws IOException {
        long offset = offsets.merge(family, 1L, Long::sum) - 1;
        Recorded r = new Recorded(
                new Place(family, 0, offset), 0, offset, 0, codec.schema(), payload, 0, payload.length, null, null);
        parts.computeIfAbsent(family, f -> new ExportPart(directory, f, 0, schemas))
                .write(r);
        return r;
    }
}
