package io.taskgraph.query.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A trace in Google's "Trace Event Format", JSON object form, which Perfetto and {@code chrome://tracing} open. Run and
 * phases are complete events ({@code X}) of one thread; so are attempts, on as few threads as hold them without overlap,
 * for slices of a thread must nest; tasks and approvals, of which thousands may wait at once, are asynchronous events
 * ({@code b}, {@code e}). Dependencies are flows ({@code s}, {@code f}) from the last attempt of one task to the first of
 * the next; what happened at a moment is an instant event ({@code i}).
 */
public final class ChromeTrace {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int PROCESS = 1;
    private static final int RUN_THREAD = 1;
    private static final int FIRST_LANE = 2;

    private final RunTrace trace;
    private final JsonGenerator out;
    private final Map<String, Integer> threads = new HashMap<>();
    private final Map<String, Span> firstAttempt = new HashMap<>();
    private final Map<String, Span> lastAttempt = new HashMap<>();

    private ChromeTrace(RunTrace trace, JsonGenerator out) {
        this.trace = trace;
        this.out = out;
    }

    /** Writes the trace; the writer stays open. */
    public static void write(RunTrace trace, Writer to) throws IOException {
        JsonGenerator out = JSON.createGenerator(to);
        out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        new ChromeTrace(trace, out).write();
        out.close();
    }

    private void write() throws IOException {
        List<Span> spans = trace.spans();
        int lanes = lanes(spans);
        out.writeStartObject();
        out.writeStringField("displayTimeUnit", "ms");
        out.writeArrayFieldStart("traceEvents");
        named("process_name", RUN_THREAD, trace.runId());
        named("thread_name", RUN_THREAD, "run and phases");
        for (int i = 0; i < lanes; i++) {
            named("thread_name", FIRST_LANE + i, "attempts " + (i + 1));
        }
        for (Span span : spans) {
            span(span);
        }
        for (Span span : spans) {
            flows(span);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    /** Gives every attempt the first thread that is free when it begins. Spans come in the order of their beginnings. */
    private int lanes(List<Span> spans) {
        List<Long> freeFrom = new ArrayList<>();
        for (Span span : spans) {
            if (span.kind() == Span.Kind.ATTEMPT) {
                int lane = 0;
                while (lane < freeFrom.size() && freeFrom.get(lane) > span.start()) {
                    lane++;
                }
                if (lane == freeFrom.size()) {
                    freeFrom.add(0L);
                }
                freeFrom.set(lane, end(span));
                threads.put(span.id(), FIRST_LANE + lane);
                firstAttempt.putIfAbsent(span.parentId(), span);
                lastAttempt.put(span.parentId(), span);
            }
        }
        return freeFrom.size();
    }

    private void named(String what, int thread, String name) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", what);
        out.writeStringField("ph", "M");
        out.writeNumberField("pid", PROCESS);
        out.writeNumberField("tid", thread);
        out.writeObjectFieldStart("args");
        out.writeStringField("name", name);
        out.writeEndObject();
        out.writeEndObject();
    }

    private void span(Span span) throws IOException {
        boolean nests = span.kind() == Span.Kind.TASK || span.kind() == Span.Kind.APPROVAL;
        if (nests) {
            begin(span, "b", span.start());
            out.writeStringField("id", span.id());
            args(span);
            begin(span, "e", end(span));
            out.writeStringField("id", span.id());
            out.writeEndObject();
        } else {
            begin(span, "X", span.start());
            out.writeNumberField("dur", micros(end(span) - span.start()));
            args(span);
        }
        for (Span.Moment m : span.events()) {
            out.writeStartObject();
            out.writeStringField("name", m.name());
            out.writeStringField("cat", category(span));
            out.writeStringField("ph", nests ? "n" : "i");
            out.writeNumberField("ts", micros(m.at()));
            out.writeNumberField("pid", PROCESS);
            out.writeNumberField("tid", thread(span));
            if (nests) {
                out.writeStringField("id", span.id());
            } else {
                out.writeStringField("s", "t");
            }
            out.writeObjectFieldStart("args");
            values(m.attributes());
            out.writeEndObject();
            out.writeEndObject();
        }
    }

    private void begin(Span span, String phase, long at) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", span.name());
        out.writeStringField("cat", category(span));
        out.writeStringField("ph", phase);
        out.writeNumberField("ts", micros(at));
        out.writeNumberField("pid", PROCESS);
        out.writeNumberField("tid", thread(span));
    }

    private void args(Span span) throws IOException {
        out.writeObjectFieldStart("args");
        values(span.attributes());
        out.writeStringField("status", span.status().name());
        if (!span.message().isEmpty()) {
            out.writeStringField("message", span.message());
        }
        if (span.isOpen()) {
            out.writeBooleanField("unfinished", true);
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void values(Map<String, Object> attributes) throws IOException {
        for (Map.Entry<String, Object> e : attributes.entrySet()) {
            if (e.getValue() instanceof Boolean truth) {
                out.writeBooleanField(e.getKey(), truth);
            } else if (e.getValue() instanceof Long number) {
                out.writeNumberField(e.getKey(), number);
            } else {
                out.writeStringField(e.getKey(), String.valueOf(e.getValue()));
            }
        }
    }

    private void flows(Span task) throws IOException {
        Span to = firstAttempt.get(task.id());
        for (String dependency : task.links()) {
            Span from = lastAttempt.get(dependency);
            if (to != null && from != null) {
                String id = from.id() + to.id();
                flow(from, "s", id, end(from));
                flow(to, "f", id, to.start());
            }
        }
    }

    private void flow(Span span, String phase, String id, long at) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", "depends_on");
        out.writeStringField("cat", "dependency");
        out.writeStringField("ph", phase);
        if (phase.equals("f")) {
            out.writeStringField("bp", "e");
        }
        out.writeStringField("id", id);
        out.writeNumberField("ts", micros(at));
        out.writeNumberField("pid", PROCESS);
        out.writeNumberField("tid", thread(span));
        out.writeEndObject();
    }

    private int thread(Span span) {
        return threads.getOrDefault(span.id(), RUN_THREAD);
    }

    private long end(Span span) {
        return Math.max(span.start(), span.isOpen() ? trace.knownTo() : span.end());
    }

    private static String category(Span span) {
        return span.kind().name().toLowerCase(java.util.Locale.ROOT);
    }

    private static long micros(long millis) {
        return millis * 1_000;
    }
}
