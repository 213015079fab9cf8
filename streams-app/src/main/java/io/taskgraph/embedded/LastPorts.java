package io.taskgraph.embedded;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The ports that a data directory's servers had last: clients that outlived them look for them there. */
final class LastPorts {
    private static final String KAFKA = "kafka";
    private static final String REGISTRY = "registry";

    private final Path file;
    private final Properties ports = new Properties();

    private LastPorts(Path file) {
        this.file = file;
    }

    /** What is noted in this directory; a note that cannot be read counts as none. */
    static LastPorts in(Path directory) {
        LastPorts last = new LastPorts(directory.resolve("ports.properties"));
        if (Files.exists(last.file)) {
            try (Reader reader = Files.newBufferedReader(last.file)) {
                last.ports.load(reader);
            } catch (IOException | IllegalArgumentException none) {
                last.ports.clear();
            }
        }
        return last;
    }

    /** @param asked 0..65535 as it stands, or {@link EmbeddedOptions#USUAL} */
    int kafka(int asked) {
        return asked == EmbeddedOptions.USUAL ? noted(KAFKA, EmbeddedOptions.KAFKA_PORT) : asked;
    }

    /** @param asked 0..65535 as it stands, or {@link EmbeddedOptions#USUAL} */
    int registry(int asked) {
        return asked == EmbeddedOptions.USUAL ? noted(REGISTRY, EmbeddedOptions.REGISTRY_PORT) : asked;
    }

    /** Notes what they have now; the registry's is left as it was when there is none. */
    void note(int kafka, Integer registry) {
        ports.setProperty(KAFKA, String.valueOf(kafka));
        if (registry != null) {
            ports.setProperty(REGISTRY, String.valueOf(registry));
        }
        try (Writer writer = Files.newBufferedWriter(file)) {
            ports.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    private int noted(String name, int otherwise) {
        String value = ports.getProperty(name, "");
        return value.matches("[1-9][0-9]{0,4}") && Integer.parseInt(value) <= 65535
                ? Integer.parseInt(value)
                : otherwise;
    }
}
