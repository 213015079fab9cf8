package io.taskgraph.gates;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.engine.Facts;
import io.taskgraph.engine.Run;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunVerdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** A log written by hand, which no engine would have to allow: what is said of a run, decision by decision. */
final class Story {
    static final Digest NO_DIGEST = new Digest(new byte[32]);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final Audit audit;
    private final List<RunVerdict> verdicts = new ArrayList<>();
    private String run;
    private long sequence;
    private long version;
    long millis;

    private Story(List<? extends Account> accounts) {
        audit = Audit.of(accounts);
    }

    static Story of(List<? extends Account> accounts) {
        return new Story(accounts);
    }

    static Story ofGates() {
        return of(Gates.all());
    }

    /** A run begins, under a policy with these lines. */
    Story run(String id, String policy) {
        run = id;
        sequence = 0;
        version = 0;
        millis = 0;
        Policy p = Policy.parse("name: story\n" + policy);
        verdicts.add(new RunVerdict(id, 1, 1, "00", "EXECUTING", true, true, Optional.empty()));
        return by(
                "mutations",
                new RunCreated("r", "g", Map.of(), p.name(), p.document(), null, null, null, null, List.of()));
    }

    Story after(long ms) {
        millis += ms;
        return this;
    }

    /** Agents reported, and this followed. */
    Story reported(SpecificRecord... facts) {
        return by("reports", facts);
    }

    Story by(String family, SpecificRecord... facts) {
        return decide(family, "m" + sequence, facts);
    }

    /** The message had that id. */
    Story message(String id, SpecificRecord... facts) {
        return decide("reports", id, facts);
    }

    /** A planner's patch was taken. */
    Story patched(SpecificRecord... facts) {
        version++;
        return by("mutations", facts);
    }

    Story refused(String family, RejectionCode code, String rule, Map<String, String> details) {
        Decision d = decision(family, "m" + sequence);
        d.setOutcome(Outcome.REJECTED);
        d.setRule(rule);
        d.setRejection(new Rejection(code, "no", details));
        audit.decided(d, Run.of(run));
        return this;
    }

    private Story decide(String family, String message, SpecificRecord... facts) {
        Decision d = decision(family, message);
        d.setFacts(Arrays.stream(facts).map(Facts::of).toList());
        audit.decided(d, Run.of(run));
        return this;
    }

    private Decision decision(String family, String message) {
        Decision d = new Decision();
        d.setRunId(run);
        d.setSequence(++sequence);
        d.setDecidedAt(START.plusMillis(millis));
        d.setCause(new Cause(family, 0, sequence, message, "somebody", null, -1L, null));
        d.setOutcome(Outcome.ACCEPTED);
        d.setFacts(List.of());
        d.setPolicyDigest("");
        d.setRule("");
        d.setGraphVersion(version);
        d.setStateDigest(NO_DIGEST);
        d.setPreviousHash(NO_DIGEST);
        return d;
    }

    ReplayReport replay() {
        return new ReplayReport(audit.decisions(), 0, verdicts, List.of());
    }

    GateReport report(String gates, TopicEvidence topics) {
        return GateReport.of(
                GateSet.read("name: test\ngates:\n" + gates.indent(2)), audit, replay(), topics, Window.ALL);
    }

    /** What one gate says, with its thresholds as they are if left out. */
    GateResult says(String gate) {
        return says(gate, "{}");
    }

    GateResult says(String gate, String thresholds) {
        return report(gate + ": " + thresholds, TopicEvidence.NONE).gates().get(0);
    }
}
