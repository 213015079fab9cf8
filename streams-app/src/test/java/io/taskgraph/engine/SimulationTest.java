package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.Seeds;
import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.Submitted;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Many workers on one run, on a manual clock: they crash, report twice, late and out of order, and the control plane
 * forgets its heap now and then; they ask before they act, and tell what they use up. Whatever happens, no task is completed
 * twice, no report of an old attempt is accepted, who acts on an allow only is never found to have bypassed the policy,
 * the run ends, and its log folds to the state it ended in.
 */
class SimulationTest {
    private static final int WORKERS = 12;
    private static final String POLICY = """
            name: simulated
            flags: {mutable_graph: true}
            actions: {read: allow, write: await, exec: deny}
            approvals: {expires_after: 30s}
            budgets: {run: {tokens: 1000000000}, task: {tokens: 1000}}
            """;
    private static final String CAPS = ", max_tasks: 1000000, max_patch_operations: 10000, start_timeout: 600s,"
            + " max_runtime: 0s, worker_timeout: 0s, reconcile_cooldown: 0s, max_actions: 1000000,"
            + " max_actions_per_minute: 1000000, max_identical_actions: 1000000}\n";

    private final long seed = Seeds.seed();
    private final Random random = new Random(seed);

    private record Offer(String taskId, int attempt) {}

    /** A report under way: delivered when its time has come, perhaps twice, perhaps after later ones. */
    private record Letter(long at, Report report) {}

    @Test
    void generatedGraphs() {
        for (int round = 0; round < 20; round++) {
            List<Operation> tasks = new ArrayList<>();
            int n = 1 + random.nextInt(60);
            for (int i = 0; i < n; i++) {
                Set<String> deps = new HashSet<>();
                for (int j = random.nextInt(4); j > 0 && i > 0; j--) {
                    deps.add("t" + random.nextInt(i));
                }
                tasks.add(Messages.add(Messages.urgent(
                        random.nextInt(3),
                        Messages.spec("t" + i, deps.stream().sorted().toArray(String[]::new)))));
            }
            simulate(tasks, "generated, round " + round);
        }
    }

    @Test
    void realWorkflows() throws IOException {
        Path dir = Path.of(System.getProperty("taskgraph.root"), "..", "shared", "data", "workflows");
        assumeTrue(Files.isDirectory(dir), "no real workflows beside the repository");
        List<Path> files;
        try (Stream<Path> all = Files.list(dir)) {
            files = all.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
        for (Path file : files) {
            List<Operation> tasks = new ArrayList<>();
            for (JsonNode t : new ObjectMapper().readTree(file.toFile()).get("tasks")) {
                List<String> deps = new ArrayList<>();
                t.path("depends_on").forEach(d -> deps.add(d.asText()));
                tasks.add(Messages.add(t.get("id").asText(), deps.toArray(String[]::new)));
            }
            simulate(tasks, file.getFileName().toString());
        }
    }

    private void simulate(List<Operation> tasks, String what) {
        String where = "seed " + seed + ", " + what;
        Team team = Team.under(POLICY + "caps: {max_workers: " + (1 + random.nextInt(8)) + CAPS)
                .recorded();
        List<Offer> queue = new ArrayList<>();
        List<Letter> letters = new ArrayList<>();
        Map<String, Long> heard = new HashMap<>();
        Set<String> dead = new HashSet<>();
        Set<String> completed = new HashSet<>();
        offer(team.patch(tasks), queue, completed, where);
        String[] names = new String[WORKERS];
        int born = 0;
        for (int step = 0; team.run.phase() != Phase.COMPLETED; step++) {
            assertThat(step).as("steps; %s", where).isLessThan(200_000);
            team.now += random.nextInt(2_000);
            if (random.nextInt(20) == 0) {
                team.reload();
            }
            // Delivery is at least once: an offer is seldom seen twice, and in any order.
            if (!queue.isEmpty() && random.nextInt(3) > 0) {
                int i = random.nextInt(queue.size());
                Offer o = random.nextInt(20) == 0 ? queue.get(i) : queue.remove(i);
                int slot = random.nextInt(WORKERS);
                if (names[slot] == null || dead.contains(names[slot])) {
                    names[slot] = "w" + ++born;
                }
                work(team, o, names[slot], letters, heard, dead);
            }
            for (int i = 0; i < letters.size(); i++) {
                Letter l = letters.get(i);
                if (l.at <= team.now && random.nextInt(2) == 0) {
                    if (random.nextInt(10) > 0) {
                        letters.remove(i);
                    }
                    act(team, deliver(team, l.report, queue, completed, where), letters);
                    break;
                }
            }
            if (team.run.nextDue() <= team.now) {
                team.timer(w -> dead.contains(w) ? 0 : heard.getOrDefault(w, 0L))
                        .ifPresent(d -> offer(d, queue, completed, where));
            }
            operate(team, queue, completed, letters, where);
            for (Map.Entry<String, Long> h : heard.entrySet()) {
                if (!dead.contains(h.getKey())) {
                    h.setValue(team.now);
                }
            }
        }
        assertThat(team.run.graph().unfinished()).as(where).isZero();
        assertThat(team.run.graph().count(Status.DONE)).as(where).isEqualTo(completed.size());
        assertThat(team.run.bypasses()).as(where).isZero();
        assertThat(team.run.ledger().reserved()).as(where).isEqualTo(Usage.NONE);
        EngineProperties.fold(Run.of("r"), team.log, 0, where);
        ReplayProperties.assertReplaysStrictly(team, where);
        RunImage ended = RunImage.of(team.run);
        team.reload();
        assertThat(RunImage.of(team.run)).as(where).isEqualTo(ended);
    }

    /** What a worker does with an offer: it may crash at any point. */
    private void work(
            Team team, Offer o, String worker, List<Letter> letters, Map<String, Long> heard, Set<String> dead) {
        heard.put(worker, team.now);
        if (random.nextInt(15) == 0) {
            dead.add(worker);
            return;
        }
        long at = team.now + random.nextInt(1_000);
        letters.add(new Letter(at, report(team, worker, o, Messages.started())));
        if (random.nextInt(12) == 0) {
            dead.add(worker);
            return;
        }
        while (random.nextInt(3) == 0) {
            at += random.nextInt(1_000);
            letters.add(new Letter(at, report(team, worker, o, Messages.used(random.nextInt(1_020), 0, 0))));
            Risk risk = new Risk[] {Risk.READ, Risk.WRITE, Risk.EXEC}[random.nextInt(3)];
            letters.add(new Letter(
                    at, report(team, worker, o, Messages.wants("tool", risk, "x" + letters.size() + "/" + at))));
        }
        at += random.nextInt(random.nextInt(10) == 0 ? 100_000 : 5_000);
        letters.add(new Letter(
                at,
                report(
                        team,
                        worker,
                        o,
                        switch (random.nextInt(10)) {
                            case 0 -> Messages.failed("error", true);
                            case 1 -> Messages.released("stopping");
                            default -> new Submitted("by " + worker, new Amounts((long) random.nextInt(1_000), 0L, 0L));
                        })));
    }

    /** An operator answers what waits, if it is not too late, and lets a run go on that was stopped. */
    private void operate(Team team, List<Offer> queue, Set<String> completed, List<Letter> letters, String where) {
        if (team.run.phase() == Phase.AWAIT_USER) {
            offer(team.direct(new ResumeRun()), queue, completed, where);
        }
        if (!team.run.pendingApprovals().isEmpty() && random.nextInt(4) == 0) {
            String id = team.pending();
            Decision d = team.direct(random.nextInt(3) == 0 ? new Deny(id) : new Approve(id));
            offer(d, queue, completed, where);
            act(team, d, letters);
        }
    }

    /** Whoever is allowed to act does, in its time, and says so: perhaps when its lease is over. */
    private void act(Team team, Decision d, List<Letter> letters) {
        for (Fact f : d.getFacts()) {
            ActionAllowed a = f.getActionAllowed();
            if (a != null) {
                Report done = Messages.report(
                        "r",
                        team.nextMessageId(),
                        a.getWorkerId(),
                        a.getTaskId(),
                        a.getAttempt(),
                        new ActionDone(a.getRequestId(), a.getTool(), a.getRisk(), a.getArgumentsDigest()));
                letters.add(new Letter(team.now + random.nextInt(random.nextInt(8) == 0 ? 60_000 : 2_000), done));
            }
        }
    }

    private static Report report(Team team, String worker, Offer o, org.apache.avro.specific.SpecificRecord kind) {
        return Messages.report("r", team.nextMessageId(), worker, o.taskId, o.attempt, kind);
    }

    private static Decision deliver(Team team, Report r, List<Offer> queue, Set<String> completed, String where) {
        Task before = team.task(r.getTaskId());
        Decision d = team.tell(r);
        if (d.getOutcome() == Outcome.ACCEPTED && r.getActionDone() == null) {
            assertThat(r.getAttempt()).as(where).isEqualTo(before.attempt());
            assertThat(before.status().isInFlight()).as(where).isTrue();
            assertThat(before.status() == Status.DISPATCHED || r.getWorkerId().equals(before.workerId()))
                    .as(where)
                    .isTrue();
        }
        offer(d, queue, completed, where);
        return d;
    }

    private static void offer(Decision d, List<Offer> queue, Set<String> completed, String where) {
        for (Fact f : d.getFacts()) {
            if (f.getTaskDispatched() != null) {
                queue.add(new Offer(
                        f.getTaskDispatched().getTaskId(), f.getTaskDispatched().getAttempt()));
            }
            if (f.getTaskCompleted() != null) {
                assertThat(completed.add(f.getTaskCompleted().getTaskId()))
                        .as("completed once; %s", where)
                        .isTrue();
            }
        }
    }
}
