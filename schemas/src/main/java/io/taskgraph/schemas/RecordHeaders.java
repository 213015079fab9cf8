package io.taskgraph.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.TraceParent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Names of the headers that our records carry, so that a reader can pass over what is not for it without decoding the
 * value. Values are UTF-8 text. No header is believed: authority comes from the topic, and a signature is verified.
 */
public final class RecordHeaders {
    /** The run that the record belongs to: on commands, signals and decisions. */
    public static final String RUN_ID = "tg-run-id";

    /** The kind of agent that a command is for: on commands and signals. */
    public static final String AGENT_TYPE = "tg-agent-type";

    /** The one worker that a signal is for: on signals only. */
    public static final String WORKER_ID = "tg-worker-id";

    /** On decisions: the message id of the input that was decided. Absent where a timer was the cause. */
    public static final String MESSAGE_ID = "tg-message-id";

    /** On decisions: the outcome, by the name of its symbol. */
    public static final String OUTCOME = "tg-outcome";

    /**
     * W3C trace context: on mutations that create a run, given by their producer; on dispatches, with the attempt's span as
     * the parent. Its name is the one that tracing systems look for.
     */
    public static final String TRACEPARENT = "traceparent";

    /** What goes with {@link #TRACEPARENT}; several of them are one list. */
    public static final String TRACESTATE = "tracestate";

    /** On decisions that an import brought here: from which topics they were exported. Their inputs are not here. */
    public static final String IMPORTED = "tg-imported";

    /** On directives: who signed them, in the form of {@link io.taskgraph.schemas.codec.RecordSignature}. */
    public static final String SIGNATURE = "tg-signature";

    private RecordHeaders() {}

    /**
     * Completes a run's creation by the trace context in its record's headers, unless it has one of its own. Whoever decides
     * on a mutation, live or in replay, calls this first.
     */
    public static void trace(Mutation mutation, Headers headers) {
        CreateRun create = mutation.getCreateRun();
        if (create == null || create.getTrace() != null) {
            return;
        }
        List<String> parents = all(headers, TRACEPARENT);
        if (parents.size() == 1) {
            create.setTrace(new TraceParent(parents.get(0), String.join(",", all(headers, TRACESTATE))));
        }
    }

    /**
     * The texts of all headers of a name, in their order; those without a value left out.
     *
     * @param headers a record's; null: it has none
     */
    public static List<String> all(Headers headers, String name) {
        if (headers == null) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        for (Header header : headers.headers(name)) {
            if (header.value() != null) {
                all.add(new String(header.value(), UTF_8));
            }
        }
        return all;
    }

    /**
     * Sets a header, in place of any of that name.
     *
     * @param headers where to set it
     * @param name one of the names above
     * @param value its text, not null
     */
    public static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(UTF_8));
    }

    /**
     * Reads a header.
     *
     * @return the text of the last header of that name; empty where there is none or its value is null. Bytes that are
     *     not UTF-8 become replacement characters, they are never an error
     */
    public static Optional<String> get(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }
}
