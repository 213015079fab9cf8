package io.taskgraph.cli;

import io.taskgraph.embedded.DiscoveryFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * State stores of an {@code up} that was killed. Under exactly-once Streams does not trust them: it restores them from
 * the changelog, after two pages of warnings and errors on a corruption that is none. Taking them away first comes to
 * the same, quietly.
 */
final class StaleStores {
    private StaleStores() {}

    /**
     * Removes the stores, if the data directory still has the note of a process that should have removed it. What
     * identifies the instance to its cluster stays, for it ends the transaction that was open.
     *
     * @param stateDir where Streams keeps a directory for each application
     */
    static void sweep(Path dataDir, Path stateDir) {
        if (!Files.exists(DiscoveryFile.in(dataDir).path()) || !Files.isDirectory(stateDir)) {
            return;
        }
        try (Stream<Path> found = Files.walk(stateDir)) {
            List<Path> stores = found.filter(path -> belongsToATask(stateDir, path))
                    .sorted(Comparator.reverseOrder()) // contents before their directory
                    .toList();
            for (Path path : stores) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot clear the state stores in " + stateDir, e);
        }
    }

    /** Below {@code application/subtopology_partition}. */
    private static boolean belongsToATask(Path stateDir, Path path) {
        Path relative = stateDir.relativize(path);
        return relative.getNameCount() >= 2 && relative.getName(1).toString().matches("\\d+_\\d+");
    }
}
