package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import io.taskgraph.query.trace.RunTrace;
import io.taskgraph.schemas.trace.SpanIds;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What {@code trace --format otlp} writes is read by the protocol's own classes, which refuse a field that they do not
 * have. They are looked up by name: nothing of ours is built on them.
 */
class OtlpProtocolTest {
    private static final String REQUEST = "io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest";
    private static final String JSON_FORMAT = "com.google.protobuf.util.JsonFormat";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void givenAWorkedRunThenItsSpansAreRead() throws Exception {
        List<Message> spans = spans(RunTraceTest.traced(RunTraceTest.worked()));

        assertThat(spans).hasSize(12);
        assertThat(spans).allSatisfy(span -> {
            assertThat(id(span, "trace_id")).isEqualTo(SpanIds.trace("r"));
            assertThat(id(span, "span_id")).hasSize(16);
            assertThat((long) get(span, "start_time_unix_nano")).isPositive().isLessThanOrEqualTo((long)
                    get(span, "end_time_unix_nano"));
        });
        assertThat(spans).extracting(span -> id(span, "span_id")).doesNotHaveDuplicates();
        Message c = spans.stream()
                .filter(span -> get(span, "name").equals("c"))
                .findFirst()
                .orElseThrow();
        assertThat(get(c, "start_time_unix_nano")).isEqualTo(Team.START * 1_000_000);
        assertThat(((EnumValueDescriptor) get((Message) get(c, "status"), "code")).getName())
                .isEqualTo("STATUS_CODE_ERROR");
        assertThat(list(c, "links"))
                .extracting(link -> id(link, "span_id"))
                .containsExactly(SpanIds.task("r", "a"), SpanIds.task("r", "b"));
    }

    @Test
    void givenARunThatGoesOnThenItIsKnownUpToItsLastDecision() throws Exception {
        Team team = Team.standard();
        team.patch(Messages.add("a"));
        team.now += 70;
        team.start("w", "a", 1);

        for (Message span : spans(RunTraceTest.traced(team))) {
            if (!get(span, "name").equals("PLANNING")) {
                assertThat(get(span, "end_time_unix_nano")).isEqualTo((Team.START + 70) * 1_000_000);
                assertThat(list(span, "attributes"))
                        .anyMatch(attribute -> get(attribute, "key").equals("taskgraph.unfinished"));
            }
        }
    }

    /** The one thing in which OTLP/JSON differs from protobuf's own JSON is that ids are hexadecimal and not base64. */
    private static List<Message> spans(RunTrace trace) throws Exception {
        JsonNode written = JSON.readTree(RunTraceTest.otlp(trace));
        assertThat(written.findValues("startTimeUnixNano")).allMatch(JsonNode::isTextual);
        for (JsonNode node : written.findParents("spanId")) {
            base64((ObjectNode) node);
        }
        Message.Builder read =
                (Message.Builder) Class.forName(REQUEST).getMethod("newBuilder").invoke(null);
        Object parser = Class.forName(JSON_FORMAT).getMethod("parser").invoke(null);
        parser.getClass()
                .getMethod("merge", String.class, Message.Builder.class)
                .invoke(parser, written.toString(), read);
        Message resource = list(read.build(), "resource_spans").get(0);
        return list(list(resource, "scope_spans").get(0), "spans");
    }

    private static void base64(ObjectNode node) {
        for (String id : List.of("traceId", "spanId", "parentSpanId")) {
            if (node.has(id)) {
                byte[] bytes = HexFormat.of().parseHex(node.path(id).asText());
                node.put(id, Base64.getEncoder().encodeToString(bytes));
            }
        }
    }

    private static Object get(Message message, String field) {
        return message.getField(message.getDescriptorForType().findFieldByName(field));
    }

    @SuppressWarnings("unchecked")
    private static List<Message> list(Message message, String field) {
        return (List<Message>) get(message, field);
    }

    private static String id(Message message, String field) {
        return HexFormat.of().formatHex(((ByteString) get(message, field)).toByteArray());
    }
}
