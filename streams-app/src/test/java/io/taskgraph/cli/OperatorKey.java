package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * An operator's pair of keys in files, as {@code ext keygen} makes them.
 *
 * @param file the private one's
 */
record OperatorKey(String file) {
    /** The one of that name, which is made if it is not there yet. */
    static OperatorKey of(Path directory, String name) {
        Path file = directory.resolve(name + ".key");
        if (Files.notExists(file)) {
            assertThat(CommandLineRun.of(
                                    "ext", "keygen", directory.resolve(name).toString())
                            .exitCode())
                    .isZero();
        }
        return new OperatorKey(file.toString());
    }

    /** How a policy names the operator with this key. */
    String operator(String name) throws IOException {
        return name + ": {keys: {desk: {public: \"" + publicLine() + "\"}}}";
    }

    /** What a policy has of it. */
    String publicLine() throws IOException {
        return Files.readAllLines(Path.of(file.replace(".key", ".pub"))).get(1);
    }

    /** Lets everybody read it. */
    OperatorKey open() throws IOException {
        Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-r--r--"));
        return this;
    }
}
