package io.taskgraph.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoveryFileTest {
    private static final ProcessHandle SELF = ProcessHandle.current();

    @TempDir
    Path directory;

    @Test
    void aRunningClusterIsFoundAsItWasNoted() throws Exception {
        RunningCluster noted = cluster(SELF.pid(), start());

        DiscoveryFile.in(directory).write(noted);

        assertThat(DiscoveryFile.in(directory).running()).contains(noted);
    }

    @Test
    void aNoteOfAnEarlierProcessOfTheSameNumberIsClearedAway() throws Exception {
        DiscoveryFile file = DiscoveryFile.in(directory);
        file.write(cluster(SELF.pid(), start().minus(Duration.ofHours(1))));

        assertThat(file.running()).isEmpty();
        assertThat(file.path()).doesNotExist();
    }

    @Test
    void aNoteThatIsNoneCountsAsAbsent() throws Exception {
        DiscoveryFile file = DiscoveryFile.in(directory);
        for (String text : new String[] {"", "{", "[]", "{\"pid\": \"x\"}", "{\"pid\": 1, \"bootstrap\": null}"}) {
            Files.writeString(file.path(), text);

            assertThat(file.running()).as(text).isEmpty();
        }
    }

    @Test
    void anothersNoteIsLeftAlone() throws Exception {
        DiscoveryFile file = DiscoveryFile.in(directory);
        RunningCluster anothers = cluster(SELF.pid(), start());
        file.write(anothers);

        file.deleteIfStill(cluster(SELF.pid() + 1, start()));

        assertThat(file.running()).contains(anothers);
    }

    private static Instant start() {
        return SELF.info().startInstant().orElseThrow();
    }

    private RunningCluster cluster(long pid, Instant start) {
        return new RunningCluster(pid, start, "127.0.0.1:9092", "http://127.0.0.1:8081", "taskgraph.", null);
    }
}
