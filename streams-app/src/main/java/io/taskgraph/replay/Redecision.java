package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.codec.WireFormat;
import java.util.Optional;

/** Decides again what was decided, with the live {@code decide}, for the recorded time, and compares byte for byte. */
final class Redecision {
    /**
     * How the decision that is made now compares with the recorded one.
     *
     * @param different where they part, or null. The run is of no use any more then
     * @param missing why it could not be made, or null. The run stands as before
     */
    record Compared(RecordDifference different, String missing) {
        static final Compared SAME = new Compared(null, null);
    }

    /** As on the log, but for the schema's id, which is no part of what is decided. */
    private static final DecisionEncoder FRAMED = new DecisionEncoder() {
        private final RecordCodec<Decision> codec = RecordCodec.of(Decision.class);

        @Override
        public byte[] encode(Decision d) {
            return codec.encodeFramed(0, d);
        }

        @Override
        public int headerBytes() {
            return WireFormat.HEADER_BYTES;
        }
    };

    private final RecordedExtensions extensions = new RecordedExtensions();
    private final Engine engine;
    private final RecordReader<Decision> reader;

    Redecision(int maxDecisionBytes, RecordReader<Decision> reader) {
        this.engine = new Engine(FRAMED, maxDecisionBytes, extensions);
        this.reader = reader;
    }

    /** Decides the input on the run, which stands as before the recorded decision, and brings it over it if they agree. */
    Compared of(Run run, Input input, Decision recorded, Recorded r) {
        long at = recorded.getDecidedAt().toEpochMilli();
        boolean failed =
                recorded.getRejection() != null && recorded.getRejection().getCode() == RejectionCode.ENGINE_ERROR;
        extensions.of(recorded);
        Optional<Decided> decided;
        try {
            decided = failed ? failedAgain(run, input, at) : engine.step(run, input, at);
        } catch (MissingEvidence e) {
            return new Compared(null, e.getMessage());
        } catch (RuntimeException e) {
            return new Compared(new RecordDifference("the decision", "made", "a failure of the engine: " + e), null);
        }
        if (decided.isEmpty()) {
            return failed
                    ? new Compared(null, "the engine failed on its input then, and does not now")
                    : new Compared(
                            new RecordDifference("the decision", "made", "nothing follows from its input"), null);
        }
        if (r.holds(decided.get().bytes(), WireFormat.HEADER_BYTES)) {
            return Compared.SAME;
        }
        RecordDifference d = RecordDifference.of(recorded, decided.get().decision());
        if (d != null) {
            return new Compared(d, null);
        }
        if (reader.isOurs(r)) {
            return new Compared(
                    new RecordDifference("its bytes", "other than those of the same decision", "canonical"), null);
        }
        // Written by another version, in another form: the chain goes on from what is recorded.
        run.chain(r.hash());
        return Compared.SAME;
    }

    /** An input that the engine failed on: it fails again, on a copy of the run, or this is empty. */
    private Optional<Decided> failedAgain(Run run, Input input, long at) {
        Run.Loader copy = new Run.Loader(run.runId());
        run.entries().forEach(e -> copy.accept(e.key(), e.value()));
        try {
            engine.step(copy.load(), input, at);
            return Optional.empty();
        } catch (MissingEvidence e) {
            throw e;
        } catch (RuntimeException e) {
            return Optional.of(engine.quarantine(run, input, at, e));
        }
    }
}
