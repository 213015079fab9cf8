package io.taskgraph.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.PolicyCatalogue;
import io.taskgraph.engine.SignedBytes;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.codec.WireFormat;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RegistryUnavailableException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;

/** Reads input records. The topic that a record stands on, and nothing in it, says what kind of input it is. */
final class InputReader {
    /** How often a registry that does not answer is asked again before the thread gives up and is replaced. */
    private static final int TRIES = 20;

    private static final long BETWEEN_TRIES_MILLIS = 500;

    /** A record cannot be an input; the reason is a word, the message a sentence. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;
        final String reason;

        Unusable(String reason, String message) {
            super(message);
            this.reason = reason;
        }
    }

    @FunctionalInterface
    private interface Reader {
        Input read(byte[] value, Headers headers, Origin origin);
    }

    private final Map<String, Reader> byTopic = new HashMap<>();
    private final RecordDeserializer<Heartbeat> heartbeats;

    /**
     * A reader.
     *
     * @param policies those that runs can be given, as they stand whenever an input is decided on
     */
    InputReader(Wiring w, PolicyCatalogue policies) {
        byTopic.put(w.topics.mutations().name(), (v, h, o) -> {
            Mutation m = w.mutations.read(v);
            RecordHeaders.trace(m, h);
            return new Input.OfMutation(m, o, policies);
        });
        byTopic.put(w.topics.reports().name(), (v, h, o) -> Input.report(w.reports.read(v), o));
        byTopic.put(
                w.topics.directives().name(),
                (v, h, o) -> new Input.OfDirective(w.directives.read(v), o, policies, signed(w, v, h)));
        heartbeats = w.heartbeats;
    }

    private static Envelope signed(Wiring w, byte[] value, Headers headers) {
        int from = WireFormat.HEADER_BYTES;
        return SignedBytes.of(
                () -> w.directives.payloadType(value),
                value,
                from,
                value.length - from,
                RecordHeaders.all(headers, RecordHeaders.SIGNATURE));
    }

    Input input(String topic, byte[] key, byte[] value, Headers headers, Origin origin) throws Unusable {
        Input input = read(value, () -> byTopic.get(topic).read(value, headers, origin));
        requireKey(key, input.runId());
        return input;
    }

    Heartbeat heartbeat(byte[] key, byte[] value) throws Unusable {
        Heartbeat heartbeat = read(value, () -> heartbeats.read(value));
        requireKey(key, heartbeat.getRunId());
        return heartbeat;
    }

    private static <T> T read(byte[] value, Supplier<T> reader) throws Unusable {
        if (value == null) {
            throw new Unusable("UNREADABLE", "The record has no value; inputs are never tombstones.");
        }
        for (int tries = 1; ; tries++) {
            try {
                return reader.get();
            } catch (UnreadableRecordException e) {
                throw new Unusable(
                        e.kind() == UnreadableRecordException.Kind.UNKNOWN_SCHEMA ? "UNKNOWN_SCHEMA" : "UNREADABLE",
                        e.getMessage());
            } catch (RegistryUnavailableException e) {
                if (tries == TRIES) {
                    throw e;
                }
                pause(e);
            }
        }
    }

    private static void pause(RegistryUnavailableException e) {
        try {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw e;
        }
    }

    /** The key decides the partition and with it the state that is read: it must be the run that the record names. */
    private static void requireKey(byte[] key, String runId) throws Unusable {
        if (key == null || !Arrays.equals(key, runId.getBytes(UTF_8))) {
            throw new Unusable(
                    "KEY_MISMATCH",
                    "The record's key is " + (key == null ? "absent" : "\"" + new String(key, UTF_8) + "\"")
                            + " and it names run \"" + runId + "\"; write the run id as the key.");
        }
    }

    /** What to say of any record in a dead letter: never null, never longer than is useful. */
    static String shorten(String message) {
        String m = message == null ? "" : message;
        return m.length() > 2000 ? m.substring(0, 2000) : m;
    }
}
