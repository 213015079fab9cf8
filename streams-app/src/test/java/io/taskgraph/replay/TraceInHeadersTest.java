package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given a creation whose trace context stands in its record's headers alone, when it is decided again. */
class TraceInHeadersTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final StrictLog log = new StrictLog(900_000);
    private final Headers headers = new RecordHeaders();

    @BeforeEach
    void givenARunWhoseTraceCameAsAHeader() {
        headers.add(io.taskgraph.schemas.RecordHeaders.TRACEPARENT, PARENT.getBytes(UTF_8));
        Mutation m = new Mutation();
        m.setMessages(List.of());
        m.setMessageId("create");
        m.setRunId("r");
        m.setSentAt(NOW);
        m.setActor("planner");
        m.setCreateRun(CreateRun.newBuilder().setName("r").setPreset("default").build());
        Operation add = new Operation();
        add.setAddTask(new AddTask(TaskSpec.newBuilder().setTaskId("a").build()));
        m.setOperations(List.of(add));
        Input input = log.record(Input.mutation(m, new Origin(0, 0)));
        io.taskgraph.schemas.RecordHeaders.trace(m, headers);
        Decided decided = new Engine(DecisionEncoder.PLAIN, 900_000)
                .step(Run.of("r"), input, NOW.toEpochMilli())
                .orElseThrow();
        log.decided(decided.bytes());
    }

    @Test
    void itIsDecidedAgainFromTheHeaders() {
        log.headers("mutations", 0, headers);

        RunVerdict verdict = log.replay();

        assertThat(verdict.divergence()).isEmpty();
        assertThat(verdict.strict()).contains(new Redecided(1, 0, "", 0));
    }

    @Test
    void anExportKeepsTheHeaders(@TempDir Path directory) throws IOException {
        log.headers("mutations", 0, headers);
        log.export(directory.resolve("export"));

        ReplayReport report = ExportReplay.of(directory.resolve("export"), true, Replay.Progress.NONE);

        assertThat(report.firstDivergence()).isEmpty();
        assertThat(report.strict()).contains(new Redecided(1, 0, "", 0));
    }

    @Test
    void aTraceThatNobodyGaveIsADivergence() {
        Divergence d = log.replay().divergence().orElseThrow();

        assertThat(d.sequence()).isEqualTo(1);
        assertThat(d.what()).startsWith("decided again, ").contains("runCreated.trace");
    }
}
