package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.submitted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TraceParent;
import io.taskgraph.query.QueryException;
import io.taskgraph.query.trace.ChromeTrace;
import io.taskgraph.query.trace.OtlpTrace;
import io.taskgraph.query.trace.RunTrace;
import io.taskgraph.query.trace.Span;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.trace.SpanIds;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Given decisions that the engine made, then the trace says when what went on, and both formats are as they are documented. */
class RunTraceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String POLICY = """
            name: traced
            flags: {mutable_graph: true, reconcile: true}
            caps: {max_retries: 1}
            actions: {exec: await}
            """;

    /** One done at once, one done at the second attempt, one that waits for both and fails, one that goes with it. */
    static Team worked() {
        Team team = Team.standard();
        team.patch(add("a"), add("b"), add("c", "a", "b"), add("d", "c"));
        team.now += 10;
        team.start("w1", "a", 1);
        team.start("w2", "b", 1);
        team.now += 20;
        team.finish("w1", "a", 1);
        team.report("w2", "b", 1, Messages.released("gone"));
        team.report("w2", "b", 1, submitted("too late"));
        team.now += 5;
        team.start("w3", "b", 2);
        team.now += 30;
        team.finish("w3", "b", 2);
        team.start("w1", "c", 1);
        team.now += 40;
        team.report("w1", "c", 1, failed("broken", false));
        return team;
    }

    static RunTrace traced(Team team) {
        RunTrace trace = RunTrace.of(team.runId);
        team.log.forEach(d -> trace.accept(d.decision()));
        return trace;
    }

    private static Map<String, Span> byName(RunTrace trace) {
        Map<String, Span> spans = new TreeMap<>();
        trace.spans().forEach(s -> spans.put(s.kind() + " " + s.name(), s));
        return spans;
    }

    @Test
    void spansBeginAndEndWithWhatTheyAreOf() {
        Map<String, Span> spans = byName(traced(worked()));

        assertThat(spans.keySet())
                .containsExactly(
                        "ATTEMPT a #1",
                        "ATTEMPT b #1",
                        "ATTEMPT b #2",
                        "ATTEMPT c #1",
                        "PHASE EXECUTING",
                        "PHASE PLANNING",
                        "PHASE SYNTHESIZING",
                        "RUN team",
                        "TASK a",
                        "TASK b",
                        "TASK c",
                        "TASK d");
        assertThat(times(spans.get("TASK a"))).containsExactly(0, 30);
        assertThat(times(spans.get("ATTEMPT b #1"))).containsExactly(0, 30);
        assertThat(times(spans.get("ATTEMPT b #2"))).containsExactly(30, 65);
        assertThat(times(spans.get("TASK c"))).containsExactly(0, 105);
        assertThat(times(spans.get("RUN team"))).containsExactly(0, 105);
        assertThat(spans.get("TASK d").status())
                .as("no fact tells that it went with c")
                .isEqualTo(Span.Status.ERROR);
        assertThat(times(spans.get("TASK d"))).containsExactly(0, 105);
        assertThat(spans.get("ATTEMPT c #1").message()).isEqualTo("broken");
        assertThat(spans.get("ATTEMPT b #1").attributes()).containsEntry("taskgraph.worker.id", "w2");
        assertThat(spans.get("ATTEMPT b #1").parentId())
                .isEqualTo(spans.get("TASK b").id());
        assertThat(spans.get("TASK b").parentId())
                .isEqualTo(spans.get("RUN team").id());
        assertThat(spans.get("TASK c").links())
                .containsExactly(spans.get("TASK a").id(), spans.get("TASK b").id());
    }

    @Test
    void aFencedReportIsAnEventOfTheAttemptItWasUnder() {
        Span first = byName(traced(worked())).get("ATTEMPT b #1");

        Span.Moment fenced = first.events().get(first.events().size() - 1);
        assertThat(fenced.name()).isEqualTo("fenced");
        assertThat(fenced.attributes())
                .containsEntry("taskgraph.actor", "w2")
                .containsEntry("taskgraph.code", "FENCED")
                .containsEntry("taskgraph.details.current_attempt", "2");
    }

    @Test
    void anApprovalIsASpanOfTheAttemptThatAsked() {
        Team team = Team.under(POLICY);
        team.patch(add("a"));
        team.start("w", "a", 1);
        team.asks("w", "a", 1, "shell", Risk.EXEC, "ls");
        team.now += 500;
        team.direct("alice", "fine", new Approve(team.pending()));

        RunTrace trace = traced(team);
        Span approval = trace.spans().stream()
                .filter(s -> s.kind() == Span.Kind.APPROVAL)
                .findFirst()
                .orElseThrow();
        assertThat(times(approval)).containsExactly(0, 500);
        assertThat(approval.parentId()).isEqualTo(SpanIds.attempt("r", "a", 1));
        assertThat(approval.status()).isEqualTo(Span.Status.OK);
        assertThat(approval.attributes()).containsEntry("taskgraph.approval.approver", "alice");
    }

    @Test
    void theProducersTraceIsTheRunsTrace() {
        CreateRun create = new CreateRun(
                "n",
                "g",
                "default",
                new HashMap<>(),
                null,
                null,
                new TraceParent("00-" + TRACE + "-" + PARENT + "-01", "a=1"),
                null,
                List.of());
        Team team = new Team("traced");
        team.create(create, add("a"));
        team.reload();

        assertThat(team.run.identity().trace().traceparent()).isEqualTo("00-" + TRACE + "-" + PARENT + "-01");
        RunTrace trace = traced(team);
        assertThat(trace.traceId()).isEqualTo(TRACE);
        assertThat(trace.traceState()).isEqualTo("a=1");
        assertThat(trace.spans().get(0).parentId()).isEqualTo(PARENT);
    }

    @Test
    void aBrokenTraceparentIsIgnored() {
        Team team = new Team("traced");
        CreateRun create = new CreateRun(
                "n",
                "g",
                "default",
                new HashMap<>(),
                null,
                null,
                new TraceParent("00-nonsense", "a=1"),
                null,
                List.of());

        assertThat(team.create(create, add("a")).getRejection()).isNull();
        assertThat(team.run.identity().trace()).isNull();
    }

    /** As "Trace Event Format" has it: what must be there, slices of a thread that nest, pairs that are pairs. */
    @Test
    void theChromeFileIsAsItsFormatIsDocumented() throws Exception {
        StringWriter out = new StringWriter();
        ChromeTrace.write(traced(worked()), out);
        JsonNode file = JSON.readTree(out.toString());

        assertThat(file.path("displayTimeUnit").asText()).isEqualTo("ms");
        Map<String, Integer> open = new TreeMap<>();
        Map<Integer, List<long[]>> slices = new TreeMap<>();
        List<String> flows = new ArrayList<>();
        for (JsonNode e : file.path("traceEvents")) {
            assertThat(e.path("name").isTextual()).isTrue();
            assertThat(e.path("pid").isInt() && e.path("tid").isInt())
                    .as("%s", e)
                    .isTrue();
            String phase = e.path("ph").asText();
            assertThat(phase).isIn("M", "X", "b", "e", "n", "i", "s", "f");
            if (phase.equals("M")) {
                assertThat(e.path("args").path("name").isTextual()).isTrue();
                continue;
            }
            assertThat(e.path("ts").isIntegralNumber()).isTrue();
            assertThat(e.path("cat").isTextual()).isTrue();
            switch (phase) {
                case "X" -> {
                    assertThat(e.path("dur").asLong()).isNotNegative();
                    slices.computeIfAbsent(e.path("tid").asInt(), t -> new ArrayList<>())
                            .add(new long[] {
                                e.path("ts").asLong(),
                                e.path("ts").asLong() + e.path("dur").asLong()
                            });
                }
                case "b" -> open.merge(e.path("id").asText(), 1, Integer::sum);
                case "e" -> open.merge(e.path("id").asText(), -1, Integer::sum);
                case "i" -> assertThat(e.path("s").asText()).isIn("g", "p", "t");
                case "s", "f" -> flows.add(phase + e.path("id").asText());
                default -> assertThat(e.path("id").isTextual()).isTrue();
            }
        }
        assertThat(open.values()).hasSize(4).containsOnly(0);
        assertThat(slices).hasSize(3);
        slices.values().forEach(RunTraceTest::assertNested);
        assertThat(flows).hasSize(4);
        assertThat(flows.stream().filter(f -> f.startsWith("s")).map(f -> "f" + f.substring(1)))
                .allMatch(flows::contains);
    }

    @Test
    void twoExportsAreEqual() throws Exception {
        assertThat(otlp(traced(worked()))).isEqualTo(otlp(traced(worked())));
    }

    @Test
    void aLogWithAGapIsSaidToHaveOne() {
        Team team = worked();
        RunTrace trace = RunTrace.of("r");
        trace.accept(team.log.get(0).decision());

        assertThatThrownBy(() -> trace.accept(team.log.get(2).decision()))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("goes from 1 to 3");
    }

    private static List<Integer> times(Span span) {
        return List.of((int) (span.start() - Team.START), (int) (span.end() - Team.START));
    }

    static String otlp(RunTrace trace) throws Exception {
        StringWriter out = new StringWriter();
        OtlpTrace.write(trace, "1.0", out);
        return out.toString();
    }

    private static void assertNested(List<long[]> slices) {
        slices.sort((x, y) -> x[0] != y[0] ? Long.compare(x[0], y[0]) : Long.compare(y[1], x[1]));
        Deque<long[]> stack = new ArrayDeque<>();
        for (long[] s : slices) {
            while (!stack.isEmpty() && stack.peek()[1] <= s[0]) {
                stack.pop();
            }
            assertThat(stack.isEmpty() || s[1] <= stack.peek()[1]).isTrue();
            stack.push(s);
        }
    }

    private static Run copy(Run run) {
        Run.Loader copy = new Run.Loader(run.runId());
        run.entries().forEach(e -> copy.accept(e.key(), e.value()));
        return copy.load();
    }

    @Test
    void takenUpAnywhereItTellsTheRestAsIfItHadBeenToldAll() throws Exception {
        // given
        Team team = worked();
        Map<String, Span> whole = new TreeMap<>();
        traced(team).spans().forEach(s -> whole.put(s.id(), s));
        Run run = Run.of(team.runId);
        for (int cut = 1; cut <= team.log.size(); cut++) {
            Decided last = team.log.get(cut - 1);
            Apply.decision(run, last.decision());
            run.sealUnstored();
            run.chain(Digests.sha256(last.bytes()).bytes());
            // when
            RunTrace trace = RunTrace.of(team.runId);
            trace.takeUp(copy(run));
            team.log.subList(cut, team.log.size()).forEach(d -> trace.accept(d.decision()));
            // then
            assertThat(trace.takenUpAt()).isEqualTo(cut);
            assertThat(trace.spans().get(0).kind()).isEqualTo(Span.Kind.RUN);
            assertThat(trace.spans()).isSortedAccordingTo(Comparator.comparingLong(Span::start));
            for (Span s : trace.spans()) {
                Span known = whole.get(s.id());
                assertThat(known != null || s.kind() == Span.Kind.PHASE).isTrue();
                boolean later = s.start() > run.lastDecidedAt();
                if (known != null && (later || s.kind() == Span.Kind.RUN || s.kind() == Span.Kind.TASK)) {
                    assertThat(s.status()).as("%s cut at %d", s.name(), cut).isEqualTo(known.status());
                    assertThat(s.links()).isEqualTo(known.links());
                }
                if (known != null && later) {
                    assertThat(s.start()).isEqualTo(known.start());
                    assertThat(s.end()).isEqualTo(known.end());
                    assertThat(s.events()).isEqualTo(known.events());
                }
            }
            StringWriter otlp = new StringWriter();
            OtlpTrace.write(trace, "1", otlp);
            assertThat(otlp.toString()).contains("taskgraph.cut", "taskgraph.history.from");
            StringWriter chrome = new StringWriter();
            ChromeTrace.write(trace, chrome);
            assertThat(JSON.readTree(chrome.toString()).path("traceEvents").isArray())
                    .isTrue();
        }
    }
}
