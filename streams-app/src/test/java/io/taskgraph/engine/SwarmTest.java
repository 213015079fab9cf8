package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.Seeds;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.MoveTask;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Hundreds of agents on one run, on a manual clock, under random policies: they crash, hang, lie, report twice, late, out of
 * order and in others' names, leave and return; operators answer, repair and go on. What {@link SwarmWatch} says holds
 * throughout, and every run ends. More rounds: {@code -Dtaskgraph.swarm.rounds=1000}; one seed again:
 * {@code -Dtaskgraph.seed=…}.
 */
class SwarmTest {
    private static final int ROUNDS = Integer.getInteger("taskgraph.swarm.rounds", 40);
    private static final int STEPS = 20_000;
    /** From this step on everybody does what they should: the run has to end. */
    private static final int CALM = 1_500;

    private static final String[] OPERATORS = {"ann", "bob"};

    private final long first = Seeds.seed();

    /** What came to pass in all rounds, by kind of fact: the rounds must have met it. */
    private final Map<String, Integer> seen = new TreeMap<>();

    private record Offer(String taskId, int attempt) {}

    private record Letter(long at, Report report) {}

    @Test
    void generatedGraphs() {
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(first + round);
            List<Operation> tasks = new ArrayList<>();
            int n = 1 + random.nextInt(80);
            for (int i = 0; i < n; i++) {
                Set<String> deps = new HashSet<>();
                for (int j = random.nextInt(4); j > 0 && i > 0; j--) {
                    deps.add("t" + random.nextInt(i));
                }
                tasks.add(task(random, "t" + i, deps.stream().sorted().toArray(String[]::new)));
            }
            new Round(random, tasks, "seed " + (first + round) + ", generated").play();
        }
        if (Seeds.isOfTheBuild()) {
            assertAllOfItCameToPass();
        }
    }

    private void assertAllOfItCameToPass() {
        assertThat(seen.keySet())
                .contains(
                        "AttemptFailed",
                        "Escalated",
                        "LeaseRevoked",
                        "LeaveAnnounced",
                        "PassMade",
                        "ProposalRefused",
                        "RetryDue",
                        "RetryScheduled",
                        "RunDegraded",
                        "RunSlowed",
                        "RunStabilized",
                        "SlowdownEnded",
                        "TaskBriefed",
                        "TaskCompleted",
                        "TaskDeferred",
                        "TaskFailed",
                        "TaskReopened",
                        "TaskRequeued",
                        "TaskResolved",
                        "TaskSubmitted",
                        "WatchBegun",
                        "WorkerLeft",
                        "WorkerLost",
                        "WorkerRecovered");
    }

    @Test
    void realWorkflows() throws IOException {
        Path dir = Path.of(System.getProperty("taskgraph.root"), "..", "shared", "data", "workflows");
        assumeTrue(Files.isDirectory(dir), "no real workflows beside the repository");
        List<Path> files;
        try (Stream<Path> all = Files.list(dir)) {
            files = all.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
        int round = 0;
        for (Path file : files) {
            Random random = new Random(first + round);
            List<Operation> tasks = new ArrayList<>();
            for (JsonNode t : new ObjectMapper().readTree(file.toFile()).get("tasks")) {
                List<String> deps = new ArrayList<>();
                t.path("depends_on").forEach(d -> deps.add(d.asText()));
                tasks.add(task(random, t.get("id").asText(), deps.toArray(String[]::new)));
            }
            if (tasks.size() <= 600) {
                String where = "seed " + (first + round) + ", " + file.getFileName();
                new Round(random, tasks, where).play();
            }
            round++;
        }
    }

    private static Operation task(Random random, String id, String... deps) {
        TaskSpec s = Messages.urgent(random.nextInt(3), Messages.spec(id, deps));
        s.setRisk(Risk.values()[random.nextInt(Risk.values().length)]);
        s.setFailureMode(
                switch (random.nextInt(5)) {
                    case 0 -> FailureMode.RECONCILABLE;
                    case 1 -> FailureMode.CONTINUE;
                    default -> FailureMode.FAIL_FAST;
                });
        if (random.nextInt(3) == 0) {
            Messages.undoable(s);
        }
        if (random.nextInt(3) == 0) {
            s.setExpectedMillis(1 + random.nextInt(5_000));
        }
        if (random.nextInt(3) == 0) {
            s.setAgentType(told(random));
        }
        if (random.nextInt(6) == 0) {
            Messages.limited(20_000, 40_000, 10_000, s);
        }
        return Messages.add(s);
    }

    /** What its strategy shall do, where that does as told. */
    private static String told(Random random) {
        List<String> about = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            about.add(Trigger.values()[random.nextInt(Trigger.values().length)] + ":"
                    + one(random, "request context", "escalate", "slow down", "pause", "noop", "stand still")
                    + "+"
                    + one(random, "retry", "reassign", "defer", "fail", "compensate", "noop", "request context"));
        }
        return String.join(",", about);
    }

    private static String one(Random random, String... of) {
        return of[random.nextInt(of.length)];
    }

    private static Team team(Random random) {
        return Team.reconciling(
                        "mutable_graph: true, reconcile: true" + one(random, "", ", priority_mailbox: true"),
                        "max_workers: " + (1 + random.nextInt(100))
                                + ", max_retries: " + random.nextInt(4)
                                + ", max_compensating_tasks: " + random.nextInt(6)
                                + ", heartbeat_staleness: 30s"
                                + ", reconcile_cooldown: " + one(random, "0s", "0s", "7s")
                                + one(random, "", ", start_timeout: 40s")
                                + one(random, "", ", worker_timeout: 60s"),
                        "strategy: "
                                + one(
                                        random,
                                        "standard",
                                        "standard",
                                        "cautious",
                                        "persistent",
                                        "as-told",
                                        "as-told",
                                        "as-told",
                                        "only-escalates",
                                        "retries-for-ever",
                                        "reassigns",
                                        "throws",
                                        "unheard-of")
                                + one(random, "", ", every: 4s", ", every: 20s")
                                + ", rebase: true, at_retry_cap: " + one(random, "fail", "fail", "defer", "pause")
                                + one(random, "", ", backoff: {first: 3s, factor: 3, most: 60s, jitter: 40}")
                                + one(random, "", ", degraded: {lost: 1, percent: 1}")
                                + one(random, "", ", review: {risks: [write, exec], rejections: 1}"))
                .recorded();
    }

    /** One run from its plan to its end. */
    private final class Round {
        private final Random random;
        private final Team team;
        private final String where;
        private final SwarmWatch watch;
        private final List<Offer> queue = new ArrayList<>();
        private final List<Letter> letters = new ArrayList<>();
        /** Until when an agent says nothing; one that crashed, for ever. */
        private final Map<String, Long> silent = new TreeMap<>();

        private final Map<String, Long> heard = new TreeMap<>();
        /** Since when an attempt is forgotten by its worker, which was restarted. */
        private final Map<String, Long> forgotten = new TreeMap<>();

        private final String[] agents;
        private int born;
        private int step;

        Round(Random random, List<Operation> tasks, String where) {
            this.random = random;
            this.where = where;
            team = team(random);
            watch = new SwarmWatch(team, seen);
            agents = new String[10 + random.nextInt(290)];
            decide(Input.mutation(Messages.mutation("r", team.nextMessageId(), tasks), Origin.NONE));
        }

        private String where() {
            return where + ", step " + step;
        }

        private boolean calm() {
            return step > CALM;
        }

        private boolean chance(int in) {
            return random.nextInt(in) == 0;
        }

        /** Whether something was decided. */
        private boolean decide(Input input) {
            Optional<Decision> decided = watch.decide(input, chance(15), where());
            decided.ifPresent(this::offer);
            return decided.isPresent();
        }

        private void offer(Decision d) {
            for (Fact f : d.getFacts()) {
                TaskDispatched t = f.getTaskDispatched();
                if (t != null) {
                    queue.add(new Offer(t.getTaskId(), t.getAttempt()));
                }
            }
        }

        void play() {
            while (team.run.phase() != Phase.COMPLETED && team.run.phase() != Phase.FAILED) {
                assertThat(step)
                        .as("it waits for %s; %s", watch.waits(), where())
                        .isLessThan(STEPS);
                step++;
                team.now += random.nextInt(1_500);
                if (chance(40)) {
                    team.reload();
                }
                for (Map.Entry<String, Long> h : heard.entrySet()) {
                    h.setValue(silent.getOrDefault(h.getKey(), 0L) <= team.now ? team.now : h.getValue());
                }
                takeUp();
                deliver();
                heartbeats();
                timer();
                operate();
                if (step % 25 == 0) {
                    watch.checkReasons(where());
                }
            }
            watch.checkReasons(where());
            watch.ended(where());
        }

        private void timer() {
            if (team.run.nextDue() > team.now) {
                return;
            }
            Liveness liveness = new Liveness() {
                @Override
                public long lastHeardAt(String worker) {
                    return heard.getOrDefault(worker, 0L);
                }

                @Override
                public long forgottenSince(String worker, String task, int attempt) {
                    return forgotten.getOrDefault(worker + " " + task + " " + attempt, 0L);
                }
            };
            boolean decided = decide(new Input.OfTimer("r", team.run.nextDue(), liveness, 0, step));
            long now = Math.max(team.now, team.run.lastDecidedAt());
            team.run.postpone(now, liveness);
            assertThat(decided || team.run.nextDue() > now)
                    .as("a timer from which nothing follows does not fire again at once; %s", where())
                    .isTrue();
        }

        private void takeUp() {
            if (queue.isEmpty() || chance(4)) {
                return;
            }
            // The queue keeps what is offered no more: who only picks at random falls behind it for ever.
            int i = calm() ? queue.size() - 1 : random.nextInt(queue.size());
            // Delivery is at least once.
            Offer o = chance(20) ? queue.get(i) : queue.remove(i);
            int slot = random.nextInt(agents.length);
            if (agents[slot] == null || silent.getOrDefault(agents[slot], 0L) == Long.MAX_VALUE) {
                agents[slot] = "w" + ++born;
            }
            work(o, agents[slot]);
        }

        /** What an agent does with an offer: it may crash or hang at any point. */
        private void work(Offer o, String worker) {
            heard.putIfAbsent(worker, team.now);
            if (fails(worker)) {
                return;
            }
            long at = Math.max(team.now, silent.getOrDefault(worker, 0L)) + random.nextInt(1_000);
            letters.add(new Letter(
                    at, Messages.report("r", team.nextMessageId(), worker, o.taskId, o.attempt, Messages.started())));
            if (fails(worker)) {
                return;
            }
            at = Math.max(at, silent.getOrDefault(worker, 0L)) + random.nextInt(chance(10) ? 100_000 : 5_000);
            letters.add(new Letter(
                    at,
                    Messages.report(
                            "r",
                            team.nextMessageId(),
                            worker,
                            o.taskId,
                            o.attempt,
                            switch (random.nextInt(calm() ? 40 : 8)) {
                                case 0 -> Messages.failed("error", true);
                                case 1 -> Messages.failed("hopeless", false);
                                case 2 -> Messages.released("stopping");
                                default -> Messages.submitted("by " + worker);
                            })));
            if (!calm() && chance(10)) {
                lie(o, worker, at);
            }
        }

        private boolean fails(String worker) {
            if (calm()) {
                return false;
            }
            if (chance(15)) {
                silent.put(worker, Long.MAX_VALUE);
                return true;
            }
            if (chance(12)) {
                silent.put(worker, team.now + random.nextInt(120_000));
            }
            return false;
        }

        /** Of what it does not hold, of attempts past and to come, in the name of others. */
        private void lie(Offer o, String worker, long at) {
            String other = "w" + (1 + random.nextInt(born));
            int attempt = Math.max(0, o.attempt + random.nextInt(3) - 1);
            letters.add(new Letter(
                    at + random.nextInt(3_000),
                    Messages.report(
                            "r",
                            // Ids of others are not to be guessed: whoever could would use them up before their owners.
                            chance(4) ? "lie-" + random.nextInt(50) : team.nextMessageId(),
                            chance(2) ? other : worker,
                            chance(10) ? "no such task" : o.taskId,
                            attempt,
                            chance(2) ? Messages.submitted("a lie") : Messages.failed("a lie", chance(2)))));
        }

        private void deliver() {
            for (int n = 0; n < 3 && !letters.isEmpty(); n++) {
                int i = random.nextInt(letters.size());
                Letter l = letters.get(i);
                if (l.at <= team.now) {
                    if (!chance(10)) {
                        letters.remove(i);
                    }
                    decide(Input.report(l.report, Origin.NONE));
                }
            }
        }

        private void heartbeats() {
            if (heard.isEmpty()) {
                return;
            }
            List<String> names = List.copyOf(heard.keySet());
            for (int n = 0; n < 4; n++) {
                String w = names.get(random.nextInt(names.size()));
                if (silent.getOrDefault(w, 0L) <= team.now) {
                    boolean leaves = !calm() && chance(30);
                    if (!calm() && chance(60)) {
                        // It was restarted under its old name: what it had in its hands, nobody reports on.
                        letters.removeIf(l -> l.report.getWorkerId().equals(w));
                        for (String task : team.run.leases().of(w)) {
                            forgotten.put(w + " " + task + " " + team.task(task).attempt(), team.now);
                        }
                    }
                    team.beat(w, leaves ? WorkerStatus.LEAVING : WorkerStatus.BUSY)
                            .ifPresent(d -> {
                                watch.saw(d, where());
                                offer(d);
                            });
                }
            }
        }

        private void operate() {
            String operator = one(random, OPERATORS);
            if (team.run.phase() == Phase.AWAIT_USER) {
                say(operator, new ResumeRun());
            }
            if (!team.run.pendingApprovals().isEmpty() && chance(calm() ? 1 : 4)) {
                String id = team.pending();
                say(operator, !calm() && chance(4) ? new Deny(id) : new Approve(id));
            }
            List<ContextWait> wanted = team.run.mail().contextWanted();
            if (!wanted.isEmpty() && chance(calm() ? 2 : 8)) {
                answer(wanted.get(random.nextInt(wanted.size())));
            }
            if (!chance(calm() ? 2 : 12)) {
                return;
            }
            List<Task> stuck = team.run.graph().tasks().stream()
                    .filter(t -> t.status() == Status.DEFERRED || watch.isToBeRepaired(t))
                    .toList();
            if (!stuck.isEmpty()) {
                String id = stuck.get(random.nextInt(stuck.size())).id();
                int dice = random.nextInt(4);
                say(
                        operator,
                        calm() || dice == 0
                                ? new SkipTask(id)
                                : dice == 1 ? new MoveTask(id, "expert") : new RetryTask(id, chance(2)));
            }
        }

        private void answer(ContextWait wanted) {
            var mutation = Messages.mutation("r", team.nextMessageId(), List.of());
            mutation.setMessages(List.of(MessageSpec.newBuilder()
                    .setRecipient(wanted.worker())
                    .setKind(MessageKind.CONTEXT)
                    .setReplyTo(wanted.open().get(0))
                    .setBody("this one")
                    .build()));
            decide(Input.mutation(mutation, Origin.NONE));
        }

        private void say(String operator, org.apache.avro.specific.SpecificRecord kind) {
            var directive = Messages.directive("r", team.nextMessageId(), "why", kind);
            directive.setActor(operator);
            decide(Input.directive(directive, Origin.NONE));
        }
    }
}
