package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.schemas.codec.Digests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Rules that hold for every run, tried on random ones. Each failure names its seed. */
class EngineProperties {
    private static final String[] WORKERS = {"v", "w", "x"};
    final long seed = Seeds.seed();
    private final Random random = new Random(seed);
    private long lastHeard;

    /** (a) What is accepted, and the graph after it, is what the plain rules say. */
    @Test
    void patchesFollowTheRules() {
        int[] outcomes = new int[2];
        for (int round = 0; round < 150; round++) {
            Team team = Team.with(Team.workers(0));
            PlainModel model = new PlainModel();
            for (int step = 0; step < 60; step++) {
                List<Operation> patch = randomPatch(random.nextInt(4) == 0 ? 10 : 2);
                Decision d = team.patch(patch);
                boolean accepted = model.patch(patch);
                outcomes[accepted ? 1 : 0]++;
                String where = "seed " + seed + ", round " + round + ", step " + step + ": " + patch + " " + d;
                assertThat(d.getOutcome()).as(where).isEqualTo(accepted ? Outcome.ACCEPTED : Outcome.REJECTED);
                TreeMap<String, List<Object>> actual = new TreeMap<>();
                TreeMap<String, List<Object>> expected = new TreeMap<>();
                for (Task t : team.run.graph().tasks()) {
                    actual.put(t.id(), List.of(t.status().name(), t.dependsOn(), t.archived()));
                }
                model.tasks.forEach(
                        (id, n) -> expected.put(id, List.of(model.statusOf(id), new ArrayList<>(n.deps), n.archived)));
                assertThat(actual).as(where).isEqualTo(expected);
                assertInvariants(team.run, 0, where);
            }
        }
        assertThat(outcomes[0]).as("refused").isGreaterThan(100);
        assertThat(outcomes[1]).as("accepted").isGreaterThan(100);
    }

    /** (b) Deciding leaves no trace; (e) the invariants hold after each decision. */
    @Test
    void decidingChangesNothing() {
        for (int round = 0; round < 30; round++) {
            Team team = Team.with(Team.workers(3));
            Map<String, Status> ended = new HashMap<>();
            for (int step = 0; step < 60; step++) {
                String where = "seed " + seed + ", round " + round + ", step " + step;
                team.now += random.nextInt(20_000);
                Input input = randomInput(team);
                long at = Math.max(team.now, team.run.lastDecidedAt());
                RunImage before = RunImage.of(team.run);
                Decision first = team.engine.decide(team.run, input, at);
                assertThat(RunImage.of(team.run)).as(where).isEqualTo(before);
                assertThat(team.run.seal()).as(where).isEmpty();
                assertThat(team.engine.decide(team.run, input, at)).as(where).isEqualTo(first);

                long version = team.run.graphVersion();
                long sequence = team.run.sequence();
                byte[] head = team.run.lastHash();
                team.step(input).ifPresent(d -> {
                    assertThat(d.decision().getSequence()).as(where).isEqualTo(sequence + 1);
                    assertThat(d.decision().getGraphVersion()).as(where).isBetween(version, version + 1);
                    assertThat(d.decision().getPreviousHash().bytes()).as(where).isEqualTo(head);
                    assertThat(team.run.lastHash())
                            .as(where)
                            .isEqualTo(Digests.sha256(d.bytes()).bytes());
                    assertThat(d.decision().getStateDigest().bytes()).as(where).isEqualTo(team.run.stateDigest());
                });
                assertInvariants(team.run, 3, where);
                for (Task t : team.run.graph().tasks()) {
                    if (t.status().isTerminal()) {
                        Status was = ended.putIfAbsent(t.id(), t.status());
                        assertThat(was == null || was == t.status()).as(where).isTrue();
                    } else {
                        assertThat(ended).as(where).doesNotContainKey(t.id());
                    }
                }
            }
        }
    }

    /** (c) A run that is dropped and loaded again goes on like one that was not, byte for byte. */
    @Test
    void aRunLoadedAgainGoesOnTheSame() {
        for (int round = 0; round < 30; round++) {
            Team stays = Team.with(Team.workers(3));
            Team reloads = Team.with(Team.workers(3));
            for (int step = 0; step < 80; step++) {
                String where = "seed " + seed + ", round " + round + ", step " + step;
                stays.now += random.nextInt(20_000);
                reloads.now = stays.now;
                Input input = randomInput(stays);
                stays.step(input);
                reloads.step(input);
                if (input instanceof Input.OfTimer timer) {
                    // Only one of them remembers which leases were put off.
                    stays.run.postpone(stays.now, timer.liveness());
                }
                assertThat(last(reloads)).as(where).isEqualTo(last(stays));
                if (random.nextInt(4) == 0) {
                    List<EntryChange> entries = new ArrayList<>(reloads.stored.values());
                    Collections.shuffle(entries, random);
                    reloads.reload(entries);
                    assertThat(RunImage.of(reloads.run)).as(where).isEqualTo(RunImage.of(stays.run));
                }
            }
        }
    }

    private static String last(Team team) {
        Decided d = team.log.get(team.log.size() - 1);
        return d.decision() + Digests.hex(Digests.sha256(d.bytes()));
    }

    /** (d) The log folded with Apply gives each decision's digest, from the start or from any split. */
    @Test
    void theLogFoldsToTheSameDigests() {
        for (int round = 0; round < 15; round++) {
            Team team = Team.with(Team.workers(3));
            List<List<EntryChange>> stores = new ArrayList<>(List.of(List.copyOf(team.stored.values())));
            for (int step = 0; step < 50; step++) {
                team.now += random.nextInt(20_000);
                if (team.step(randomInput(team)).isPresent()) {
                    stores.add(List.copyOf(team.stored.values()));
                }
            }
            fold(Run.of("r"), team.log, 0, "seed " + seed + ", from the start");
            for (int split = 0; split < stores.size(); split += 1 + random.nextInt(10)) {
                Team from = new Team("r");
                from.reload(stores.get(split));
                fold(from.run, team.log, split + 1, "seed " + seed + ", from " + split);
            }
        }
    }

    static void fold(Run run, List<Decided> log, int from, String where) {
        for (Decided d : log.subList(from, log.size())) {
            Decision read = Golden.CODEC.decode(d.bytes());
            assertThat(read.getPreviousHash().bytes()).as(where).isEqualTo(run.lastHash());
            Apply.decision(run, read);
            run.seal();
            run.chain(Digests.sha256(d.bytes()).bytes());
            assertThat(run.stateDigest())
                    .as(where)
                    .isEqualTo(read.getStateDigest().bytes());
        }
    }

    private static void assertInvariants(Run run, int cap, String where) {
        int[] counts = new int[Status.values().length];
        List<Task> ready = new ArrayList<>();
        for (Task t : run.graph().tasks()) {
            counts[t.status().ordinal()]++;
            long unmet = t.dependsOn().stream()
                    .filter(d -> run.graph().task(d).status() != Status.DONE)
                    .count();
            assertThat(run.graph().unmet(t.id())).as(where).isEqualTo((int) unmet);
            if (t.status() == Status.READY || t.status() == Status.PENDING) {
                assertThat(t.status() == Status.READY).as(where).isEqualTo(unmet == 0);
            }
            if (t.status() == Status.READY) {
                ready.add(t);
            }
            assertThat(run.leases().all().contains(t.id()))
                    .as(where)
                    .isEqualTo(t.status().isInFlight());
        }
        ready.sort(java.util.Comparator.comparingInt(Task::priority).thenComparingLong(Task::ordinal));
        assertThat(run.graph().ready()).as(where).isEqualTo(ready);
        for (Status s : Status.values()) {
            assertThat(run.graph().count(s)).as(where).isEqualTo(counts[s.ordinal()]);
        }
        assertThat(run.graph().inFlight()).as(where).isLessThanOrEqualTo(cap);
        assertThat(run.graph().findCycle()).as(where).isEmpty();
    }

    private String id() {
        return "t" + random.nextInt(12);
    }

    private List<Operation> randomPatch(int most) {
        List<Operation> patch = new ArrayList<>();
        for (int i = random.nextInt(most); i >= 0; i--) {
            patch.add(
                    switch (random.nextInt(11)) {
                        case 0, 1, 2 -> {
                            String[] deps = new String[random.nextInt(3)];
                            for (int j = 0; j < deps.length; j++) {
                                deps[j] = id();
                            }
                            yield Messages.add(Messages.urgent(random.nextInt(3), Messages.spec(id(), deps)));
                        }
                        case 3, 4, 5 -> Messages.depend(id(), id());
                        case 6 -> Messages.undepend(id(), id());
                        case 7 -> Messages.remove(id());
                        case 8 -> Messages.archive(id());
                        case 9 -> Messages.title(id(), "title " + random.nextInt(3));
                        default -> Messages.set(id(), TaskStatus.values()[random.nextInt(TaskStatus.values().length)]);
                    });
        }
        return patch;
    }

    Input randomInput(Team team) {
        String m = random.nextInt(10) == 0 ? "m1" : team.nextMessageId();
        int dice = random.nextInt(12);
        if (dice < 5) {
            return Input.mutation(Messages.mutation("r", m, randomPatch(4)), Origin.NONE);
        }
        if (dice < 10) {
            List<String> leases = team.run.leases().all();
            String id = leases.isEmpty() || random.nextInt(5) == 0 ? id() : leases.get(random.nextInt(leases.size()));
            Task t = team.task(id);
            int attempt = t == null || random.nextInt(6) == 0 ? random.nextInt(3) : t.attempt();
            String holder = t == null || t.workerId() == null ? WORKERS[0] : t.workerId();
            String worker = random.nextInt(3) == 0 ? WORKERS[random.nextInt(3)] : holder;
            SpecificRecord kind =
                    switch (random.nextInt(5)) {
                        case 0, 1 -> Messages.started();
                        case 2 -> Messages.submitted("result");
                        case 3 -> Messages.failed("error", random.nextInt(4) > 0);
                        default -> Messages.released("stopping");
                    };
            return Input.report(Messages.report("r", m, worker, id, attempt, kind), Origin.NONE);
        }
        if (dice == 10) {
            SpecificRecord kind =
                    switch (random.nextInt(3)) {
                        case 0 -> new PauseRun();
                        case 1 -> new ResumeRun();
                        default -> new CancelTask(id());
                    };
            return Input.directive(Messages.directive("r", m, "why", kind), Origin.NONE);
        }
        // Who was heard once is not unheard later; each round begins anew.
        lastHeard = Math.max(lastHeard > team.now ? 0 : lastHeard, team.now - random.nextInt(60_000));
        long heard = lastHeard;
        return new Input.OfTimer("r", team.now, w -> w.equals("v") ? heard : 0, 0, 17);
    }
}
