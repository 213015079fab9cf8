package io.taskgraph.query.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/**
 * A trace as OTLP/JSON: one {@code ExportTraceServiceRequest} as the OpenTelemetry protocol's JSON encoding says
 * (OpenTelemetry Protocol Specification 1.5, "JSON Protobuf Encoding"): lowerCamelCase names, ids in hexadecimal, 64-bit
 * numbers as strings, enumerations as numbers. Written as it goes, so that it needs no second copy in memory.
 */
public final class OtlpTrace {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int INTERNAL = 1;
    /** The lowest bit of a span's flags is W3C's "sampled": what is recorded was. */
    private static final int SAMPLED = 1;

    private OtlpTrace() {}

    /**
     * Writes the trace; the writer stays open.
     *
     * @param version of this software
     */
    public static void write(RunTrace trace, String version, Writer to) throws IOException {
        JsonGenerator out = JSON.createGenerator(to);
        out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        out.writeStartObject();
        out.writeArrayFieldStart("resourceSpans");
        out.writeStartObject();
        out.writeObjectFieldStart("resource");
        attributes(out, Map.of("service.name", "taskgraph"));
        out.writeEndObject();
        out.writeArrayFieldStart("scopeSpans");
        out.writeStartObject();
        out.writeObjectFieldStart("scope");
        out.writeStringField("name", "io.taskgraph");
        out.writeStringField("version", version);
        out.writeEndObject();
        out.writeArrayFieldStart("spans");
        for (Span span : trace.spans()) {
            span(out, trace, span);
        }
        out.writeEndArray();
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
        out.close();
    }

    private static void span(JsonGenerator out, RunTrace trace, Span span) throws IOException {
        out.writeStartObject();
        out.writeStringField("traceId", trace.traceId());
        out.writeStringField("spanId", span.id());
        if (!trace.traceState().isEmpty()) {
            out.writeStringField("traceState", trace.traceState());
        }
        if (span.parentId() != null) {
            out.writeStringField("parentSpanId", span.parentId());
        }
        out.writeNumberField("flags", SAMPLED);
        out.writeStringField("name", span.name());
        out.writeNumberField("kind", INTERNAL);
        out.writeStringField("startTimeUnixNano", nanos(span.start()));
        out.writeStringField(
                "endTimeUnixNano", nanos(Math.max(span.start(), span.isOpen() ? trace.knownTo() : span.end())));
        span.with("taskgraph.span.kind", span.kind().name());
        if (span.isOpen()) {
            span.with("taskgraph.unfinished", true);
        }
        attributes(out, span.attributes());
        events(out, span);
        links(out, trace, span);
        if (span.status() != Span.Status.UNSET) {
            out.writeObjectFieldStart("status");
            out.writeNumberField("code", span.status().ordinal());
            if (span.status() == Span.Status.ERROR && !span.message().isEmpty()) {
                out.writeStringField("message", span.message());
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void events(JsonGenerator out, Span span) throws IOException {
        if (span.events().isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("events");
        for (Span.Moment m : span.events()) {
            out.writeStartObject();
            out.writeStringField("timeUnixNano", nanos(m.at()));
            out.writeStringField("name", m.name());
            attributes(out, m.attributes());
            out.writeEndObject();
        }
        out.writeEndArray();
        if (span.dropped() > 0) {
            out.writeNumberField("droppedEventsCount", span.dropped());
        }
    }

    private static void links(JsonGenerator out, RunTrace trace, Span span) throws IOException {
        if (span.links().isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("links");
        for (String id : span.links()) {
            out.writeStartObject();
            out.writeStringField("traceId", trace.traceId());
            out.writeStringField("spanId", id);
            attributes(out, Map.of("taskgraph.link", "depends_on"));
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void attributes(JsonGenerator out, Map<String, Object> attributes) throws IOException {
        out.writeArrayFieldStart("attributes");
        for (Map.Entry<String, Object> e : attributes.entrySet()) {
            out.writeStartObject();
            out.writeStringField("key", e.getKey());
            out.writeObjectFieldStart("value");
            if (e.getValue() instanceof Boolean truth) {
                out.writeBooleanField("boolValue", truth);
            } else if (e.getValue() instanceof Long number) {
                out.writeStringField("intValue", Long.toString(number));
            } else {
                out.writeStringField("stringValue", String.valueOf(e.getValue()));
            }
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** From milliseconds. */
    private static String nanos(long millis) {
        return millis <= 0 ? "0" : millis + "000000";
    }
}
