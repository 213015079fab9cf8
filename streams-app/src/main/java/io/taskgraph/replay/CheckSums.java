package io.taskgraph.replay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * SHA-256 of what an export's manifest does not vouch for: itself and the schemas that are written as text, in a file as
 * {@code sha256sum -c} reads it. It finds accidents. Whoever changes the manifest on purpose changes this, too: against that
 * stands the hash of the manifest that is kept elsewhere.
 */
final class CheckSums {
    static final String FILE = "SHA256SUMS";

    private CheckSums() {}

    /** Writes them, the manifest's own being that of a text that is to be written. */
    static void write(Path directory, String manifest) throws IOException {
        Map<String, String> sums = ofSchemas(directory);
        sums.put(ExportFormat.MANIFEST, hash(manifest.getBytes(StandardCharsets.UTF_8)));
        StringBuilder lines = new StringBuilder();
        sums.forEach(
                (name, hash) -> lines.append(hash).append("  ").append(name).append('\n'));
        ExportFileWriter.writeText(directory.resolve(FILE), lines.toString());
    }

    /**
     * Compares them.
     *
     * @throws HistoryException if one is not what was written: it names the file
     */
    static void check(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new HistoryException(directory + " has no " + FILE + ", which every export has: copy it whole.");
        }
        Map<String, String> told = told(file);
        Map<String, String> there = ofSchemas(directory);
        there.put(ExportFormat.MANIFEST, hash(Files.readAllBytes(directory.resolve(ExportFormat.MANIFEST))));
        told.forEach((name, hash) -> {
            if (!hash.equals(there.get(name))) {
                throw new HistoryException(directory.resolve(name)
                        + (there.containsKey(name)
                                ? " has SHA-256 " + there.get(name) + " and " + FILE + " says " + hash
                                        + ": one of the two was changed; copy them again."
                                : " is not there, and " + FILE + " names it: copy the export whole."));
            }
        });
        there.keySet().stream()
                .filter(name -> !told.containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new HistoryException(file + " does not name " + name + ", which is there: it was changed, or "
                            + name + " is of another export.");
                });
    }

    private static Map<String, String> told(Path file) throws IOException {
        Map<String, String> told = new TreeMap<>();
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (String line : text.split("\n", -1)) {
            if (line.matches("[0-9a-f]{64}  [a-z0-9./-]+")) {
                told.put(line.substring(66), line.substring(0, 64));
            } else if (!line.isEmpty()) {
                throw new HistoryException(file + " has a line that is no SHA-256 and name of a file: it was changed.");
            }
        }
        return told;
    }

    private static Map<String, String> ofSchemas(Path directory) throws IOException {
        Map<String, String> sums = new TreeMap<>();
        Path schemas = directory.resolve("schemas");
        if (!Files.isDirectory(schemas)) {
            return sums;
        }
        try (Stream<Path> files = Files.list(schemas)) {
            for (Path f : files.filter(p -> p.toString().endsWith(".avsc")).toList()) {
                sums.put("schemas/" + f.getFileName(), hash(Files.readAllBytes(f)));
            }
        }
        return sums;
    }

    private static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(ExportFileWriter.sha256().digest(bytes));
    }
}
