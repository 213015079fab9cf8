package io.taskgraph.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the records of one partition of a topic: a file for each stretch of them with one schema. */
final class ExportPart {
    private final Path directory;
    private final String family;
    private final int partition;
    private final Map<String, Integer> schemas;
    private final List<Manifest.File> files = new ArrayList<>();
    private ExportFileWriter open;

    /** @param schemas those that were written beside the files already, by their text; each in its version of the family */
    ExportPart(Path directory, String family, int partition, Map<String, Integer> schemas) {
        this.directory = directory;
        this.family = family;
        this.partition = partition;
        this.schemas = schemas;
    }

    String family() {
        return family;
    }

    void write(Recorded r) throws IOException {
        if (open != null && !open.takes(r.schema())) {
            files.add(open.finish());
            open = null;
        }
        if (open == null) {
            open = new ExportFileWriter(
                    directory.resolve(String.format(Locale.ROOT, "%s-%05d-%03d.avro", family, partition, files.size())),
                    r.schema());
            beside(r);
        }
        open.write(r);
    }

    /** The schema, to be read by people; what counts is the one in the file's header. */
    private void beside(Recorded r) throws IOException {
        String key = family + " " + r.schema();
        if (schemas.putIfAbsent(key, schemas.size()) == null) {
            long version = schemas.keySet().stream()
                    .filter(k -> k.startsWith(family + " "))
                    .count();
            ExportFileWriter.writeText(
                    directory.resolve("schemas").resolve(family + "-" + version + ".avsc"),
                    r.schema().toString(true) + "\n");
        }
    }

    /**
     * Closes it.
     *
     * @param begins the offset from which on the topic has records
     * @param ends the offset up to which they were copied
     */
    Manifest.Part finish(long begins, long ends) throws IOException {
        if (open != null) {
            files.add(open.finish());
            open = null;
        }
        return new Manifest.Part(family, partition, begins, ends, List.copyOf(files));
    }
}
