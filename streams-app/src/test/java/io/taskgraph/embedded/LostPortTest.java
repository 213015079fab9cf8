package io.taskgraph.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A port that was free when it was chosen belongs to another process when it is bound: another one is tried. */
class LostPortTest {
    @TempDir
    Path directory;

    private ServerSocket thief;

    @BeforeEach
    void takeAPort() throws IOException {
        thief = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST));
    }

    @AfterEach
    void giveItBack() throws IOException {
        thief.close();
    }

    @Test
    void theBrokersClientsPort() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0, Map.of(), losing(1))) {
            assertThat(broker.port()).isNotEqualTo(thief.getLocalPort());
        }
    }

    @Test
    void theBrokersControllersPort() {
        AtomicInteger asked = new AtomicInteger();
        PortChoice ports = losing(2);
        PortChoice counting = preferred -> {
            asked.incrementAndGet();
            return ports.freeOr(preferred);
        };
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0, Map.of(), counting)) {
            assertThat(broker.port()).isNotEqualTo(thief.getLocalPort());
            assertThat(asked).as("two ports, twice").hasValue(4);
        }
    }

    @Test
    void theRegistrysPort() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0, losing(1))) {
            assertThat(registry.port()).isNotEqualTo(thief.getLocalPort());
        }
    }

    /** The port asked for as the n-th is the taken one; the others are free. */
    private PortChoice losing(int n) {
        AtomicInteger asked = new AtomicInteger();
        return preferred -> asked.incrementAndGet() == n ? thief.getLocalPort() : Ports.freeOr(preferred);
    }
}
