package io.taskgraph.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Digest;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.codec.RecordCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;

/**
 * A released version of the schemas, as the repository keeps it: the expanded schemas, golden bytes of every kind of
 * record with what they say, and a manifest of each directory's digests.
 */
record Release(String version) {
    private static final Path SCHEMAS = Path.of("src/main/resources/released");
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String MANIFEST = "SHA256SUMS";
    private static final String BYTES = ".hex";
    private static final String TEXT = ".txt";
    private static final int LINE = 64;

    /** All of them, the oldest first. */
    static List<Release> all() {
        return list(SCHEMAS)
                .map(path -> new Release(path.getFileName().toString()))
                .sorted((a, b) -> Integer.compare(a.number(), b.number()))
                .toList();
    }

    static Release latest() {
        List<Release> all = all();
        return all.get(all.size() - 1);
    }

    /** The schemas by record name. */
    Map<String, Schema> schemas() {
        Map<String, Schema> schemas = new TreeMap<>();
        list(SCHEMAS.resolve(version))
                .filter(path -> path.toString().endsWith(".avsc"))
                .forEach(path -> {
                    Schema schema = new Schema.Parser().parse(read(path));
                    schemas.put(schema.getName(), schema);
                });
        return schemas;
    }

    /** The names of the golden records. */
    List<String> goldenNames() {
        return list(GOLDEN.resolve(version))
                .map(path -> path.getFileName().toString())
                .filter(name -> name.endsWith(BYTES))
                .map(name -> name.substring(0, name.length() - BYTES.length()))
                .sorted()
                .toList();
    }

    byte[] goldenBytes(String name) {
        return HexFormat.of().parseHex(read(golden(name + BYTES)).replaceAll("\\s", ""));
    }

    /** What those bytes say, read with the release's own schema and written as text. */
    String goldenText(String name) {
        return read(golden(name + TEXT));
    }

    /** The schema that a golden record was written with. */
    Schema schemaOf(String name) {
        return schemas().get(name.substring(0, name.indexOf('.')));
    }

    /** The manifest as it stands and as it should be, of both directories. */
    Map<Path, Map.Entry<String, String>> manifests() {
        Map<Path, Map.Entry<String, String>> manifests = new TreeMap<>();
        for (Path directory : List.of(SCHEMAS.resolve(version), GOLDEN.resolve(version))) {
            Path manifest = directory.resolve(MANIFEST);
            manifests.put(manifest, Map.entry(Files.exists(manifest) ? read(manifest) : "", sums(directory)));
        }
        return manifests;
    }

    /** Writes the schemas as they are now as this version. */
    void write() {
        Vocabulary.topicRecords()
                .forEach((name, schema) ->
                        write(SCHEMAS.resolve(version).resolve(name + ".avsc"), schema.toString(true) + "\n"));
        Samples.all().forEach((name, record) -> {
            byte[] bytes = encode(record);
            write(golden(name + BYTES), HexFormat.of().formatHex(bytes).replaceAll("(.{" + LINE + "})", "$1\n") + "\n");
            write(golden(name + TEXT), text(generic(bytes, schemaOf(name), schemaOf(name))));
        });
        manifests().forEach((path, sums) -> write(path, sums.getValue()));
    }

    /** One line a field, by its path: easier to read in a comparison than one line of JSON. */
    static String text(GenericRecord record) {
        StringBuilder text = new StringBuilder();
        RecordText.append(text, record.getSchema().getName(), record);
        return text.toString();
    }

    static GenericRecord generic(byte[] bytes, Schema writers, Schema readers) {
        try {
            return new GenericDatumReader<GenericRecord>(writers, readers)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static byte[] encode(SpecificRecord record) {
        return RecordCodec.of((Class<SpecificRecord>) record.getClass()).encode(record);
    }

    private int number() {
        return Integer.parseInt(version.substring(1));
    }

    private Path golden(String file) {
        return GOLDEN.resolve(version).resolve(file);
    }

    private static String sums(Path directory) {
        StringBuilder sums = new StringBuilder();
        list(directory).filter(path -> !path.endsWith(MANIFEST)).sorted().forEach(path -> {
            Digest digest = Digests.sha256(read(path).getBytes(UTF_8));
            sums.append(Digests.hex(digest))
                    .append("  ")
                    .append(path.getFileName())
                    .append('\n');
        });
        return sums.toString();
    }

    private static Stream<Path> list(Path directory) {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path path, String text) {
        try {
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
