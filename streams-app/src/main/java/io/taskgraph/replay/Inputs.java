package io.taskgraph.replay;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Report;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.SignedBytes;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.codec.RecordSignature;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Finds what the decisions of one partition were made from, in the order of the log. Inputs of a partition are decided in
 * their order, so that the log and the topics of inputs are read side by side, each once, and nothing is kept.
 */
final class Inputs implements AutoCloseable {
    private final Recordings recordings;
    private final String only;
    private final RecordReader<Mutation> mutations = new RecordReader<>(Mutation.class);
    private final RecordReader<Report> reports = new RecordReader<>(Report.class);
    private final RecordReader<Directive> directives = new RecordReader<>(Directive.class);
    private final RecordReader<Heartbeat> heartbeats = new RecordReader<>(Heartbeat.class);
    private final Map<String, Stream> streams = new HashMap<>();
    private final Map<Integer, HeartbeatTrail> trails = new HashMap<>();
    private final Map<Schema, String> payloadTypes = new IdentityHashMap<>();
    private long heartbeatsGone;

    /** What a record comes to as an input. */
    @FunctionalInterface
    private interface Made<T> {
        Input of(Recorded record, T value, Origin origin);
    }

    /** One topic's partition, and the record at which it was left. */
    private static final class Stream {
        private final Cursor cursor;
        private Recorded next;

        Stream(Cursor cursor) {
            this.cursor = cursor;
        }

        /** The record at that offset, or null. */
        Recorded at(long offset) {
            if (next == null || next.offset() < offset) {
                cursor.skipTo(offset);
                do {
                    next = cursor.next();
                } while (next != null && next.offset() < offset);
            }
            return next != null && next.offset() == offset ? next : null;
        }
    }

    /** @param only the run of interest; null: all */
    Inputs(Recordings recordings, String only) {
        this.recordings = recordings;
        this.only = only;
    }

    /** The input of the next decision of the log. */
    Found of(Decision d, Recorded r) {
        heartbeatsGone = 0;
        if (r.foreign() != null) {
            return Found.gone("it was brought here by an import, and its inputs were not: replay its export strictly ("
                    + r.foreign() + ")");
        }
        Cause cause = d.getCause();
        switch (cause.getFamily()) {
            case "timers":
                return timer(d);
            case "mutations":
                return of(
                        d,
                        mutations,
                        (record, v, o) -> new Input.OfMutation(v, o, new RecordedCatalogue(recordings, d)));
            case "reports":
                return of(d, reports, (record, v, o) -> Input.report(v, o));
            case "directives":
                return of(
                        d,
                        directives,
                        (record, v, o) ->
                                new Input.OfDirective(v, o, new RecordedCatalogue(recordings, d), signed(record)));
            case "heartbeats":
                return heartbeat(d);
            case "extensions":
                return Found.of(new Input.OfRegistryChange(d.getRunId(), cause.getPartition()));
            default:
                return Found.gone("this version does not know inputs of family " + cause.getFamily());
        }
    }

    /** How many heartbeats that the last decision names are not there any more. */
    long heartbeatsGone() {
        return heartbeatsGone;
    }

    /** The run has ended: nothing that was heard of its workers counts any more. */
    void ended(String runId) {
        trails.values().forEach(t -> {
            if (t != null) {
                t.forget(runId);
            }
        });
    }

    private Found timer(Decision d) {
        Cause cause = d.getCause();
        boolean heard =
                d.getEvidence() != null && d.getEvidence().getHeard().stream().anyMatch(h -> h.getHeartbeat() >= 0);
        HeartbeatTrail trail = heard ? trail(cause.getPartition()) : null;
        if (trail != null) {
            trail.readTo(cause.getHeartbeatsReadTo());
        }
        RecordedLiveness liveness = new RecordedLiveness(d, trail);
        String contradiction = liveness.contradiction();
        if (contradiction != null) {
            return Found.wrong(contradiction);
        }
        heartbeatsGone = liveness.gone();
        return Found.of(new Input.OfTimer(
                d.getRunId(),
                cause.getTimer().getDueAt().toEpochMilli(),
                liveness,
                cause.getPartition(),
                cause.getHeartbeatsReadTo()));
    }

    private Found heartbeat(Decision d) {
        Cause cause = d.getCause();
        HeartbeatTrail trail = trail(cause.getPartition());
        if (trail == null || cause.getOffset() < trail.begins()) {
            return notThere(cause, trail == null ? null : trail.name(), trail == null ? -1 : trail.begins());
        }
        Heartbeat h = trail.at(cause.getOffset());
        return h == null
                ? notThere(cause, trail.name(), trail.begins())
                : matching(d, new Input.OfHeartbeat(h, new Origin(cause.getPartition(), cause.getOffset())));
    }

    private <T extends org.apache.avro.specific.SpecificRecord> Found of(
            Decision d, RecordReader<T> reader, Made<T> input) {
        Cause cause = d.getCause();
        Stream stream = streams.computeIfAbsent(cause.getFamily() + "/" + cause.getPartition(), k -> {
            Cursor cursor = recordings.inputs(cause.getFamily(), cause.getPartition());
            return cursor == null ? null : new Stream(cursor);
        });
        Recorded r = stream == null ? null : stream.at(cause.getOffset());
        if (r == null) {
            return notThere(
                    cause, stream == null ? null : stream.cursor.name(), stream == null ? -1 : stream.cursor.begins());
        }
        try {
            T value = reader.read(r);
            if (value instanceof Mutation m && r.headers() != null) {
                RecordHeaders.trace(m, r.headers());
            }
            return matching(d, input.of(r, value, new Origin(cause.getPartition(), cause.getOffset())));
        } catch (UnreadableRecordException e) {
            return Found.wrong("its input, " + r.place() + ", cannot be read: " + e.getMessage());
        }
    }

    private Envelope signed(Recorded r) {
        return SignedBytes.of(
                () -> payloadTypes.computeIfAbsent(r.schema(), RecordSignature::payloadType),
                r.bytes(),
                r.from(),
                r.length(),
                RecordHeaders.all(r.headers(), RecordHeaders.SIGNATURE));
    }

    private static Found notThere(Cause cause, String name, long begins) {
        String input = "its input, offset " + cause.getOffset() + " of "
                + (name == null ? cause.getFamily() + "-" + cause.getPartition() : name) + ",";
        if (cause.getOffset() < 0) {
            return Found.gone("it does not record where its input stands");
        }
        if (name == null) {
            return Found.gone(input + " is not to be had: there is no such topic or file");
        }
        return cause.getOffset() < begins
                ? Found.gone(input + " is not there any more: it begins at offset " + begins)
                : Found.wrong(input + " is not there, although records before and after it may be: the topic was"
                        + " compacted, cut or tampered with");
    }

    private static Found matching(Decision d, Input input) {
        String run = cut(input.runId(), d.getRunId());
        if (!run.equals(d.getRunId())) {
            return Found.wrong("its input is of run " + run);
        }
        String message = cut(input.messageId(), d.getCause().getMessageId());
        return message.equals(d.getCause().getMessageId())
                ? Found.of(input)
                : Found.wrong("its input has message id " + message);
    }

    /** Decisions keep of a text that is too long its beginning. */
    private static String cut(String text, String recorded) {
        return text.startsWith(recorded) && !recorded.isEmpty() ? recorded : text;
    }

    private HeartbeatTrail trail(int partition) {
        return trails.computeIfAbsent(partition, p -> {
            Cursor cursor = recordings.inputs("heartbeats", p);
            return cursor == null ? null : new HeartbeatTrail(cursor, heartbeats, only);
        });
    }

    @Override
    public void close() {
        streams.values().forEach(s -> s.cursor.close());
        trails.values().forEach(HeartbeatTrail::close);
    }
}
