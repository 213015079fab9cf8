package io.taskgraph.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One piece of an archive: a directory in it, named by its number, with a manifest of its own. All of them in their order
 * read as one export.
 *
 * @param number from 1
 * @param sha256 of its manifest, in hex: the next piece names it
 */
record Piece(int number, Manifest manifest, String sha256) {
    private static final Pattern NAME = Pattern.compile("[0-9]{8}");

    /** The directory of the piece with that number. */
    static String name(int number) {
        return String.format(Locale.ROOT, "%08d", number);
    }

    /**
     * The pieces in an archive's directory, in order; empty: it is no archive, or an empty one.
     *
     * @throws HistoryException if one is missing, or was changed since the next one was written
     */
    static List<Piece> in(Path archive) {
        List<String> names;
        try (Stream<Path> there = Files.list(archive)) {
            names = there.map(p -> p.getFileName().toString())
                    .filter(NAME.asMatchPredicate())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new HistoryException(archive + " cannot be read (" + e + ").", e);
        }
        List<Piece> pieces = new ArrayList<>();
        for (String name : names) {
            int number = pieces.size() + 1;
            if (!name.equals(name(number))) {
                throw new HistoryException("The archive " + archive + " has no piece " + name(number)
                        + ", and one after it: copy it whole.");
            }
            Piece piece = of(archive, number);
            String before = pieces.isEmpty() ? null : pieces.get(number - 2).sha256();
            if (before != null && !before.equals(piece.manifest().previous())) {
                throw new HistoryException("The manifest of piece " + name(number - 1) + " of the archive " + archive
                        + " has SHA-256 " + before + ", and the piece after it says "
                        + piece.manifest().previous() + ": it was changed, or is of another archive.");
            }
            pieces.add(piece);
        }
        return pieces;
    }

    private static Piece of(Path archive, int number) {
        Path directory = archive.resolve(name(number));
        Manifest manifest = Manifest.single(directory);
        try {
            byte[] text = Files.readAllBytes(directory.resolve(ExportFormat.MANIFEST));
            return new Piece(
                    number,
                    manifest,
                    HexFormat.of().formatHex(ExportFileWriter.sha256().digest(text)));
        } catch (IOException e) {
            throw new HistoryException(directory + " cannot be read (" + e + ").", e);
        }
    }

    /** One manifest of all of them: files one after another, each run's log to its end in the last piece that has it. */
    static Manifest together(List<Piece> pieces) {
        Map<String, Manifest.Part> parts = new TreeMap<>();
        Map<String, Manifest.OfRun> runs = new TreeMap<>();
        for (Piece piece : pieces) {
            for (Manifest.Part p : piece.manifest().parts()) {
                List<Manifest.File> files =
                        p.files().stream().map(f -> f.in(name(piece.number()))).toList();
                Manifest.Part whole =
                        new Manifest.Part(p.family(), p.partition(), p.begins(), p.ends(), List.copyOf(files));
                parts.merge(p.family() + "/" + p.partition(), whole, Piece::joined);
            }
            for (Manifest.OfRun r : piece.manifest().runs()) {
                if (r.head() == null) {
                    runs.remove(r.runId());
                } else {
                    runs.put(r.runId(), r);
                }
            }
        }
        Manifest last = pieces.get(pieces.size() - 1).manifest();
        return new Manifest(
                last.prefix(),
                null,
                last.exportedAt(),
                last.partitions(),
                last.previous(),
                List.copyOf(parts.values()),
                List.copyOf(runs.values()));
    }

    /** Where the topic had lost records between the two, the whole begins after those: what was before is not complete. */
    private static Manifest.Part joined(Manifest.Part one, Manifest.Part next) {
        List<Manifest.File> files = new ArrayList<>(one.files());
        files.addAll(next.files());
        long begins = next.begins() > one.ends() ? next.begins() : one.begins();
        return new Manifest.Part(one.family(), one.partition(), begins, next.ends(), List.copyOf(files));
    }
}
