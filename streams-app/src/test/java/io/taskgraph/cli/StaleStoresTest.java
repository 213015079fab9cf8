package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.embedded.DiscoveryFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleStoresTest {
    @TempDir
    Path data;

    private Path identity;
    private Path store;

    @BeforeEach
    void anApplicationWithOneStore() throws IOException {
        Path application = data.resolve("streams").resolve("taskgraph");
        store = application.resolve("0_3").resolve("rocksdb").resolve("run-entries");
        Files.createDirectories(store);
        Files.writeString(store.resolve("000004.log"), "entries");
        identity = Files.writeString(application.resolve("kafka-streams-process-metadata"), "{}");
    }

    @Test
    void storesStayAfterACleanEnd() throws IOException {
        StaleStores.sweep(data, data.resolve("streams"));

        assertThat(store.resolve("000004.log")).exists();
    }

    @Test
    void storesOfAKilledProcessGoAndItsIdentityStays() throws IOException {
        Files.writeString(DiscoveryFile.in(data).path(), "a note that nobody took away");

        StaleStores.sweep(data, data.resolve("streams"));

        assertThat(store.getParent().getParent()).doesNotExist();
        assertThat(identity).exists();
    }
}
