package io.taskgraph.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;

/**
 * The directory that one embedded cluster works in, held by a lock of the operating system: it ends with the process,
 * however the process ends, so no stale lock can block the next start.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = ".lock";
    private static final String TEMPORARY_PREFIX = "taskgraph-up-";
    /** A directory this young may belong to a process that has not locked it yet. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    private final Path path;
    private final boolean temporary;
    private final FileChannel channel;

    private DataDirectory(Path path, boolean temporary, FileChannel channel) {
        this.path = path;
        this.temporary = temporary;
        this.channel = channel;
    }

    /** @throws EmbeddedException when another process has it, or it cannot be written */
    static DataDirectory keep(Path path) {
        Path directory = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(directory);
            FileChannel channel = lock(directory);
            if (channel == null) {
                String holder = DiscoveryFile.in(directory)
                        .running()
                        .map(up -> " (process " + up.pid() + ", bootstrap " + up.bootstrap() + ")")
                        .orElse("");
                throw new EmbeddedException("The data directory " + directory
                        + " is in use by another `taskgraph up`" + holder
                        + "; stop that one or choose another --data-dir.");
            }
            return new DataDirectory(directory, false, channel);
        } catch (IOException e) {
            throw new EmbeddedException(
                    "Cannot use " + directory + " as a data directory (" + e + "); choose another --data-dir.", e);
        }
    }

    /** A fresh one that {@link #close} removes; those that killed processes left are removed now. */
    static DataDirectory temporary() {
        try {
            sweep(Path.of(System.getProperty("java.io.tmpdir")));
            Path directory = Files.createTempDirectory(TEMPORARY_PREFIX);
            return new DataDirectory(directory, true, lock(directory));
        } catch (IOException e) {
            throw new EmbeddedException(
                    "Cannot create a temporary directory (" + e + "); free some space or give --data-dir.", e);
        }
    }

    Path path() {
        return path;
    }

    boolean isTemporary() {
        return temporary;
    }

    /** The named subdirectory, created when missing. */
    Path sub(String name) {
        try {
            return Files.createDirectories(path.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + path.resolve(name), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (temporary) {
                remove(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot give up " + path, e);
        }
    }

    /** The locked channel, or null when another process, or another cluster of this process, holds the lock. */
    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldHere) {
            // Same answer as for another process.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock == null ? null : channel;
    }

    private static void sweep(Path temporaryFiles) throws IOException {
        Instant old = Instant.now().minus(YOUNG);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(temporaryFiles, TEMPORARY_PREFIX + "*")) {
            for (Path directory : left) {
                try {
                    if (!Files.isDirectory(directory)
                            || Files.getLastModifiedTime(directory).toInstant().isAfter(old)) {
                        continue;
                    }
                    FileChannel channel = lock(directory);
                    if (channel != null) {
                        channel.close();
                        remove(directory);
                    }
                } catch (IOException notOurs) {
                    // Another user's, or being removed by another process at this moment.
                }
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException error) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
