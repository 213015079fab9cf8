package io.taskgraph.cli;

import io.taskgraph.avro.TraceParent;
import io.taskgraph.schemas.trace.TraceContext;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The trace that new runs are part of: mix in with {@code @Mixin Tracing tracing}. The environment variables are those by
 * which OpenTelemetry hands context to a child process.
 */
final class Tracing {
    @Option(
            names = "--traceparent",
            paramLabel = "W3C",
            description = "The trace that the runs are part of, as W3C trace context has it (env TRACEPARENT).")
    private String traceparent;

    @Option(
            names = "--tracestate",
            paramLabel = "W3C",
            description = "What tracing systems want handed on with it (env TRACESTATE).")
    private String tracestate;

    /**
     * The trace, or null.
     *
     * @throws ParameterException if an option is not what W3C trace context allows; the environment may say what it likes
     */
    TraceParent given(CommandLine line) {
        if (traceparent == null) {
            if (tracestate != null) {
                throw new ParameterException(line, "--tracestate says nothing without --traceparent: give both.");
            }
            return made(System.getenv("TRACEPARENT"), System.getenv("TRACESTATE"));
        }
        TraceParent made = made(traceparent, tracestate);
        if (made == null) {
            throw new ParameterException(
                    line,
                    "--traceparent " + traceparent
                            + " is not W3C trace context: give 00-TRACE-SPAN-FLAGS with 32, 16 and"
                            + " 2 lower-case hex digits, trace and span not all zero.");
        }
        if (tracestate != null && !tracestate.isBlank() && made.getTracestate().isEmpty()) {
            throw new ParameterException(
                    line, "--tracestate " + tracestate + " is not W3C trace context: give KEY=VALUE,KEY=VALUE,…");
        }
        return made;
    }

    private static TraceParent made(String parent, String state) {
        return TraceContext.parse(parent, state)
                .map(trace -> new TraceParent(trace.traceparent(), trace.state()))
                .orElse(null);
    }
}
