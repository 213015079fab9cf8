package io.taskgraph.schemas.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.TraceParent;
import io.taskgraph.schemas.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

/** The grammar of the W3C Recommendation "Trace Context", sections 3.2 and 3.3, by its own examples and against it. */
class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String GIVEN = "00-" + TRACE + "-" + SPAN + "-01";

    @Test
    void givenTheRecommendationsExampleThenItIsReadAndWrittenAsItWas() {
        TraceContext read = TraceContext.parse(GIVEN, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7")
                .orElseThrow();

        assertThat(read).isEqualTo(new TraceContext(TRACE, SPAN, true, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"));
        assertThat(read.traceparent()).isEqualTo(GIVEN);
    }

    @Test
    void givenWhatIsNoTraceparentThenThereIsNoContext() {
        for (String odd : List.of(
                "",
                " " + GIVEN,
                GIVEN + " ",
                GIVEN.toUpperCase(java.util.Locale.ROOT),
                GIVEN + "-more",
                GIVEN + "\n",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "0-" + TRACE + "-" + SPAN + "-01",
                "00-" + "0".repeat(32) + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + "0".repeat(16) + "-01",
                "00-" + TRACE + "-" + SPAN + "-1",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE.substring(1) + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-0g",
                "01-" + TRACE + "-" + SPAN + "-01.more")) {
            assertThat(TraceContext.parse(odd, null)).as(odd).isEmpty();
        }
        assertThat(TraceContext.parse(null, "a=b")).isEmpty();
    }

    @Test
    void givenALaterVersionThenItsKnownPartIsTakenAndVersion00HandedOn() {
        for (String later :
                List.of("01-" + TRACE + "-" + SPAN + "-03", "cc-" + TRACE + "-" + SPAN + "-01-what-will-be")) {
            assertThat(TraceContext.parse(later, null).orElseThrow().traceparent())
                    .as(later)
                    .isEqualTo(GIVEN);
        }
        assertThat(TraceContext.parse("00-" + TRACE + "-" + SPAN + "-fe", null)
                        .orElseThrow()
                        .sampled())
                .isFalse();
    }

    @Test
    void givenAListWithBlanksThenItIsTakenWithoutThem() {
        assertThat(state(" a=1 ,\tb@c=2,, d=x y")).isEqualTo("a=1,b@c=2,d=x y");
    }

    @Test
    void givenWhatIsNoTracestateThenTheTraceGoesOnWithoutIt() {
        String many = IntStream.range(0, 33).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
        for (String odd : List.of("a", "a=", "=b", "A=b", "a=b,a=c", "a=b=c", "a=é", "1a=b", "a@1b=c", many)) {
            assertThat(state(odd)).as(odd).isEmpty();
        }
    }

    @Test
    void givenALongListThenLongEntriesGoFirstAndWholeOnesStay() {
        String big = "big=" + "x".repeat(200);
        String small = IntStream.range(0, 5)
                .mapToObj(i -> "k" + i + "=" + "v".repeat(80))
                .collect(Collectors.joining(","));

        assertThat(state("first=1," + big + "," + small)).isEqualTo("first=1," + small);
    }

    @Test
    void givenARunsCreationWithHeadersThenItHasTheirContextUnlessItNamesItsOwn() {
        assertThat(created(null, GIVEN, "a=1", "b=2")).isEqualTo(new TraceParent(GIVEN, "a=1,b=2"));
        TraceParent own = new TraceParent("own", "");
        assertThat(created(own, GIVEN)).isEqualTo(own);
        assertThat(created(null, null, "a=1")).isNull();
    }

    @Test
    void givenSpansThenTheirIdsDifferByEveryNameAndAreTheSameEachTime() {
        List<String> ids = List.of(
                SpanIds.run("r"),
                SpanIds.task("r", "a"),
                SpanIds.task("ra", ""),
                SpanIds.attempt("r", "a", 1),
                SpanIds.attempt("r", "a", 2),
                SpanIds.attempt("r", "a1", 1),
                SpanIds.approval("r", "a"),
                SpanIds.phase("r", 1, 2),
                SpanIds.phase("r", 2, 1));
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{16}"));
        assertThat(SpanIds.trace("r")).matches("[0-9a-f]{32}").isEqualTo(SpanIds.trace("r"));
    }

    private static String state(String list) {
        return TraceContext.parse(GIVEN, list).orElseThrow().state();
    }

    private static TraceParent created(TraceParent own, String parent, String... states) {
        Mutation m = Mutation.newBuilder()
                .setMessageId("m")
                .setRunId("r")
                .setSentAt(Instant.EPOCH)
                .setCreateRun(CreateRun.newBuilder().setTrace(own).build())
                .build();
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        if (parent != null) {
            headers.add(new RecordHeader(RecordHeaders.TRACEPARENT, parent.getBytes(StandardCharsets.UTF_8)));
        }
        for (String state : states) {
            headers.add(new RecordHeader(RecordHeaders.TRACESTATE, state.getBytes(StandardCharsets.UTF_8)));
        }
        RecordHeaders.trace(m, headers);
        return m.getCreateRun().getTrace();
    }
}
