package io.taskgraph.cli;

import io.taskgraph.avro.GateOutcome;
import io.taskgraph.avro.GateVerdict;
import io.taskgraph.avro.RecordGates;
import io.taskgraph.gates.GateFormat;
import io.taskgraph.gates.GateReport;
import io.taskgraph.schemas.codec.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reports as they are put on a run's record. */
final class GateRecords {
    private GateRecords() {}

    /** What is recorded of a report; empty if it is not about that run. */
    static Optional<RecordGates> of(GateReport report, String runId) {
        Long readTo = report.readTo().get(runId);
        if (readTo == null) {
            return Optional.empty();
        }
        byte[] json = GateFormat.JSON.write(report).getBytes(StandardCharsets.UTF_8);
        return Optional.of(new RecordGates(
                report.set(),
                Digests.sha256(json),
                readTo,
                report.gates().stream()
                        .map(g -> new GateVerdict(
                                g.id(), GateOutcome.valueOf(g.verdict().name()), g.blocking()))
                        .toList()));
    }
}
