package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TextChange;
import io.taskgraph.policy.contract.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Logs of released versions must replay to the digests they carry, for ever. How to add one, and why none is ever
 * rewritten: {@code src/test/resources/golden/README.md}.
 */
class GoldenLogTest {
    /** Published by nobody but the scenario: presets may change without it. */
    private static final String POLICY = """
            name: golden
            flags: {mutable_graph: true, reconcile: true}
            caps: {max_workers: 5, heartbeat_staleness: 3s, start_timeout: 30s, worker_timeout: 0s, max_runtime: 0s}
            actions: {read: allow, destructive: await}
            approvals: {expires_after: 20s}
            budgets: {currency: EUR, run: {tokens: 10000, cost: "5.00"}, task: {tokens: 400, cost: "0.50"}}
            guards: {identical_actions: {percent: 40, response: warn}}
            rules:
              - id: tried
                on: [action]
                when: action.tool == "fs.read"
                effect: deny
                reason: is anything read at all?
                enforcement: audit
            """;

    private static final Path DIR = Path.of("src", "test", "resources", "golden");

    /** The newest logs, and what each tells. */
    private static final Map<String, Supplier<Team>> NEWEST = Map.of(
            "log-v1.avro.bin",
            GoldenLogTest::scenario,
            "log-v1-team.avro.bin",
            GoldenTeam::scenario,
            "log-v1-fork.avro.bin",
            GoldenFork::scenario,
            "log-v1-loop.avro.bin",
            GoldenLoop::scenario,
            "log-v1-kept.avro.bin",
            GoldenKept::scenario,
            "log-v1-registry.avro.bin",
            GoldenExtensions::registry,
            "log-v1-extensions.avro.bin",
            GoldenExtensions::user);

    @Test
    void everyGoldenLogReplaysToItsDigests() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(DIR)) {
            files = all.filter(f -> f.toString().endsWith(".avro.bin")).sorted().toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            List<Decided> log = Golden.read(Files.readAllBytes(file));
            EngineProperties.fold(Run.of(log.get(0).decision().getRunId()), log, 0, file.toString());
        }
    }

    @Test
    void theNewestGoldenLogsUseEveryKindOfFact() throws IOException {
        TreeSet<String> used = new TreeSet<>();
        for (String newest : NEWEST.keySet()) {
            for (Decided d : Golden.read(Files.readAllBytes(DIR.resolve(newest)))) {
                for (Fact f : d.decision().getFacts()) {
                    used.add(Facts.kind(f).getSchema().getFullName());
                }
            }
        }
        assertThat(used).isEqualTo(new TreeSet<>(OneOf.FACT.kinds()));
    }

    /** Deciding may change from version to version; while it has not, the scenarios give the recorded bytes. */
    @Test
    void theScenariosStillGiveTheRecordedLogs() throws IOException {
        Path target = Path.of("target", "golden");
        Files.createDirectories(target);
        for (Map.Entry<String, Supplier<Team>> e : NEWEST.entrySet()) {
            Files.write(target.resolve(e.getKey()), Golden.file(e.getValue().get().log));
        }
        for (String name : NEWEST.keySet()) {
            byte[] now = Files.readAllBytes(target.resolve(name));
            byte[] recorded = Files.readAllBytes(DIR.resolve(name));
            assertThat(HexFormat.of().formatHex(now))
                    .as(name)
                    .isEqualTo(HexFormat.of().formatHex(recorded));
        }
    }

    private static Team scenario() {
        Team t = new Team("golden-1");
        Mutation create = Messages.mutation(
                t.runId,
                t.nextMessageId(),
                List.of(
                        Messages.add("design \"it\""),
                        Messages.add("build/1", "design \"it\""),
                        Messages.add("test 😀", "build/1")));
        create.setCreateRun(new CreateRun(
                "golden", "every fact", "golden", Map.of("b", "2", "a", "1"), null, null, null, null, List.of()));
        created(t, create);
        t.now += 5;
        t.report("w1", "design \"it\"", 1, Messages.started());
        t.report("w2", "design \"it\"", 1, Messages.submitted("stolen"));
        TaskChange change = new TaskChange();
        change.setTitle("Build");
        change.setPriority(-3);
        change.setPayload(new TextChange("{\"k\":\"ü\"}"));
        t.patch(
                Messages.update("build/1", change),
                Messages.add("docs"),
                Messages.add("spare"),
                Messages.depend("docs", "build/1"));
        t.patch(Messages.undepend("docs", "build/1"), Messages.set("test 😀", TaskStatus.DEFERRED));
        t.patch(Messages.depend("design \"it\"", "test 😀"));
        t.report("w1", "design \"it\"", 1, Messages.submitted("a plan"));
        t.report("w1", "build/1", 1, Messages.failed("compiler error", true));
        t.report("w2", "build/1", 2, Messages.started());
        t.now += 3_000;
        t.timer(Liveness.SILENT);
        t.report("w3", "build/1", 3, Messages.released("stopping"));
        t.report("w3", "build/1", 4, Messages.failed("no disk", false));
        t.patch(Messages.add("again"), Messages.add("never", "again"), Messages.set("spare", TaskStatus.CANCELLED));
        t.patch(Messages.archive("spare"), Messages.remove("never"), Messages.add("late"));
        t.direct(new PauseRun());
        t.patch(Messages.set("late", TaskStatus.DEFERRED));
        t.patch(Messages.set("late", TaskStatus.PENDING));
        t.direct(new ResumeRun());
        quarantine(t);
        t.patch(Messages.add("refused"));
        t.direct(new ReleaseRun());
        t.now += 30_000;
        t.timer(Liveness.SILENT);
        created(t, create);
        policy(t);
        t.direct(new CancelRun());
        return t;
    }

    private static void created(Team t, Mutation create) {
        Policy policy = Policy.parse(POLICY);
        t.step(new Input.OfMutation(create, Origin.NONE, name -> Optional.of(policy)
                .filter(p -> p.name().equals(name))));
    }

    /** What agents ask and use up, and what operators answer. */
    private static void policy(Team t) {
        Decision read = t.asks("w4", "again", 2, "fs.read", Risk.READ, "x");
        t.acted(read, "w4", "again", 2, "fs.read", Risk.READ, "x");
        t.asks("w4", "again", 2, "fs.read", Risk.READ, "x");
        t.asks("w4", "again", 2, "sh", Risk.EXEC, "ls");
        for (String arguments : List.of("approved", "denied", "changed", "expired")) {
            t.asks("w4", "again", 2, "db.drop \"it\"", Risk.DESTRUCTIVE, arguments);
            switch (arguments) {
                case "approved" -> t.direct("ann", "", new Approve(t.pending()));
                case "denied" -> t.direct("ann", "not \"that\" one", new Deny(t.pending()));
                case "changed" -> t.patch(Messages.title("again", "changed"));
                default -> {
                    t.now += 20_000;
                    t.timer(w -> t.now);
                }
            }
        }
        t.report("w4", "again", 2, Messages.used(100, 7, 0));
        t.heartbeat("w4", "again", 2, new Amounts(500L, 7L, 0L));
        t.direct(new RaiseBudget("again", Messages.budget(1_000L, null, null)));
        t.report("w5", "docs", 2, Messages.did("", "fs.read", Risk.READ, "x"));
        t.direct(new ResumeRun());
        t.direct(new SetCap("worker_timeout", "1s"));
        t.report("w4", "again", 3, Messages.started());
        t.now += 1_000;
        t.timer(w -> t.now);
    }

    private static void quarantine(Team t) {
        Input input = Input.mutation(Messages.mutation(t.runId, "poison", List.of()), new Origin(3, 42));
        t.log.add(t.engine.quarantine(t.run, input, t.now, new IllegalStateException("poison")));
    }
}
