package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Cause;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Caps;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.replay.StrictLog;
import io.taskgraph.schemas.codec.Digests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/** One run on a manual clock, with all that was decided and all that was stored. */
final class Team {
    static final long START = 1_700_000_000_000L;
    static final int MAX_DECISION_BYTES = 1_110_000;
    static final Caps CAPS = Caps.DEFAULT
            .with(Cap.MAX_TASKS, 1_000_000)
            .with(Cap.MAX_WORKERS, 2)
            .with(Cap.MAX_PATCH_OPERATIONS, 10_000)
            .with(Cap.START_TIMEOUT, 600_000)
            .with(Cap.RECONCILE_COOLDOWN, 0)
            .with(Cap.MAX_RUNTIME, 0)
            .with(Cap.WORKER_TIMEOUT, 0);

    /** What every team sees of the registry of extensions. */
    final Shelf shelf = new Shelf();

    final Engine engine = new Engine(DecisionEncoder.PLAIN, MAX_DECISION_BYTES, shelf);
    final String runId;
    final List<Decided> log = new ArrayList<>();
    /** The same with its inputs, as topics would hold them; null: inputs stand nowhere. */
    StrictLog strict;

    /** By key in hex: what the store holds. */
    final Map<String, EntryChange> stored = new TreeMap<>();

    Run run;
    long now = START;
    private int messages;

    Team(String runId) {
        this.runId = runId;
        this.run = Run.of(runId);
    }

    /** A run without tasks. Caps that no preset has come in as the log would bring them: by a recorded decision. */
    static Team with(Caps caps) {
        Policy policy = Policy.parse("name: test\nflags: {mutable_graph: true}\n");
        for (Cap cap : Cap.values()) {
            policy = policy.with(cap, caps.get(cap));
        }
        return under(policy);
    }

    /** A run without tasks under that document. */
    static Team under(String document) {
        return under(Policy.parse(document, Presets::named));
    }

    /**
     * A run without tasks that repairs what goes wrong.
     *
     * @param caps beside and instead of those that keep what is not looked at from happening; may be empty
     * @param section the policy's {@code reconcile} without its braces; may be empty
     */
    static Team reconciling(String caps, String section) {
        return reconciling("mutable_graph: true, reconcile: true", caps, section);
    }

    /** The same, with these flags. */
    static Team reconciling(String flags, String caps, String section) {
        List<String> all = new ArrayList<>();
        for (String cap : List.of(
                "max_tasks: 20000",
                "max_patch_operations: 10000",
                "start_timeout: 600s",
                "max_runtime: 0s",
                "worker_timeout: 0s",
                "reconcile_cooldown: 0s")) {
            if (!caps.contains(cap.substring(0, cap.indexOf(' ')))) {
                all.add(cap);
            }
        }
        if (!caps.isEmpty()) {
            all.add(caps);
        }
        return under("name: test\nflags: {" + flags + "}\ncaps: {" + String.join(", ", all) + "}\n"
                + (section.isEmpty() ? "" : "reconcile: {" + section + "}\n"));
    }

    private static Team under(Policy policy) {
        Team team = new Team("r");
        Decision d = new Decision();
        d.setRunId(team.runId);
        d.setSequence(1);
        d.setDecidedAt(Instant.ofEpochMilli(team.now));
        d.setCause(new Cause("mutations", -1, -1L, "created", "planner", null, -1L, null));
        d.setOutcome(Outcome.ACCEPTED);
        d.setFacts(new ArrayList<>(List.of(Facts.of(new RunCreated(
                "team", "goal", Map.of(), policy.name(), policy.document(), null, null, null, null, List.of())))));
        d.setPolicyDigest(policy.digest());
        d.setRule("");
        d.setPreviousHash(new Digest(new byte[StateDigest.BYTES]));
        Apply.decision(team.run, d);
        List<EntryChange> changes = new ArrayList<>(team.run.seal());
        d.setStateDigest(new Digest(team.run.stateDigest()));
        byte[] bytes = DecisionEncoder.PLAIN.encode(d);
        team.run.chain(Digests.sha256(bytes).bytes());
        changes.add(team.run.headerEntry());
        team.keep(new Decided(d, bytes, changes));
        return team;
    }

    static Team standard() {
        return with(CAPS);
    }

    /** From here on inputs come from topics, so that the log can be replayed strictly. */
    Team recorded() {
        strict = new StrictLog(MAX_DECISION_BYTES);
        log.forEach(d -> strict.decided(d.bytes()));
        return this;
    }

    static Caps workers(int maxWorkers) {
        return CAPS.with(Cap.MAX_WORKERS, maxWorkers);
    }

    String nextMessageId() {
        return "m" + ++messages;
    }

    Optional<Decided> step(Input input) {
        Optional<Decided> decided = engine.step(run, strict == null ? input : strict.record(input), now);
        decided.ifPresent(this::keep);
        return decided;
    }

    private void keep(Decided d) {
        log.add(d);
        if (strict != null) {
            strict.decided(d.bytes());
        }
        for (EntryChange c : d.changes()) {
            String key = HexFormat.of().formatHex(c.key());
            if (c.value() == null) {
                assertThat(stored.remove(key)).as("what is removed was there").isNotNull();
            } else {
                stored.put(key, c);
            }
        }
    }

    Decision tell(Mutation m) {
        return step(Input.mutation(m, Origin.NONE)).orElseThrow().decision();
    }

    Decision tell(Report r) {
        return step(Input.report(r, Origin.NONE)).orElseThrow().decision();
    }

    Decision tell(Directive d) {
        return step(Input.directive(d, Origin.NONE)).orElseThrow().decision();
    }

    Decision create(CreateRun create, Operation... operations) {
        Mutation m = Messages.mutation(runId, nextMessageId(), List.of(operations));
        m.setCreateRun(create);
        return tell(m);
    }

    Decision patch(Operation... operations) {
        return patch(Arrays.asList(operations));
    }

    Decision patch(List<Operation> operations) {
        return tell(Messages.mutation(runId, nextMessageId(), operations));
    }

    Decision patchFor(long expectedVersion, Operation... operations) {
        Mutation m = Messages.mutation(runId, nextMessageId(), List.of(operations));
        m.setExpectedVersion(expectedVersion);
        return tell(m);
    }

    Decision report(String worker, String task, int attempt, SpecificRecord kind) {
        return tell(Messages.report(runId, nextMessageId(), worker, task, attempt, kind));
    }

    Decision direct(SpecificRecord kind) {
        return tell(Messages.directive(runId, nextMessageId(), "because", kind));
    }

    /** An operator of that name says it. */
    Decision direct(String operator, String reason, SpecificRecord kind) {
        Directive d = Messages.directive(runId, nextMessageId(), reason, kind);
        d.setActor(operator);
        return tell(d);
    }

    /** The heartbeat tells usage; empty: nothing follows from it. */
    Optional<Decision> heartbeat(String worker, String task, int attempt, Amounts usage) {
        return step(new Input.OfHeartbeat(Messages.heartbeat(runId, worker, task, attempt, usage), Origin.NONE))
                .map(Decided::decision);
    }

    /** The worker says how it is, and nothing of attempts; empty: nothing follows from it. */
    Optional<Decision> beat(String worker, WorkerStatus status) {
        Heartbeat h = Heartbeat.newBuilder()
                .setRunId(runId)
                .setWorkerId(worker)
                .setSentAt(Messages.SENT)
                .setStatus(status)
                .build();
        return step(new Input.OfHeartbeat(h, Origin.NONE)).map(Decided::decision);
    }

    /** The worker takes the attempt up. */
    void start(String worker, String task, int attempt) {
        assertThat(report(worker, task, attempt, Messages.started()).getRejection())
                .isNull();
    }

    /** The worker is done with the attempt. */
    void finish(String worker, String task, int attempt) {
        assertThat(report(worker, task, attempt, Messages.submitted("of " + task))
                        .getRejection())
                .isNull();
    }

    /** The worker asks whether it may act. */
    Decision asks(String worker, String task, int attempt, String tool, Risk risk, String arguments) {
        return report(worker, task, attempt, Messages.wants(tool, risk, arguments));
    }

    /** The worker says that it acted, and names the request that allowed it. */
    Decision acted(
            Decision request, String worker, String task, int attempt, String tool, Risk risk, String arguments) {
        String id = request == null ? "" : request.getCause().getMessageId();
        return report(worker, task, attempt, Messages.did(id, tool, risk, arguments));
    }

    /** The approval that has waited longest. */
    String pending() {
        return run.pendingApprovals().get(0).id();
    }

    /** Time passes up to the run's next date, and its timer fires. */
    Optional<Decision> elapse(Liveness liveness) {
        now = Math.max(now, run.nextDue());
        return timer(liveness);
    }

    /** The timer fires; where nothing follows, the leases are put off as the processor does. */
    Optional<Decision> timer(Liveness liveness) {
        Optional<Decision> d =
                step(new Input.OfTimer(runId, run.nextDue(), liveness, 0, -1)).map(Decided::decision);
        run.postpone(Math.max(now, run.lastDecidedAt()), liveness);
        return d;
    }

    /** Drops the run and puts it together again from what was stored. */
    void reload() {
        List<EntryChange> entries = new ArrayList<>(stored.values());
        reload(entries);
    }

    void reload(List<EntryChange> entries) {
        Run.Loader loader = new Run.Loader(runId);
        entries.forEach(e -> loader.accept(e.key(), e.value()));
        run = loader.load();
    }

    /** The run as if a strategy had slowed it down to one worker, until long from now. */
    Team slowed() {
        run.tables().slowdown.put(Slowdown.ID, new Slowdown(1, Long.MAX_VALUE / 2));
        return this;
    }

    Task task(String id) {
        return run.graph().task(id);
    }

    Status status(String id) {
        return task(id).status();
    }

    static void assertAccepted(Decision d, SpecificRecord... facts) {
        assertThat(d.getRejection()).isNull();
        assertThat(d.getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(d.getFacts()).map(Facts::kind).containsExactly(facts);
    }

    /** Refused with that code and exactly these details, given as key, value, key, value… */
    static void assertRefused(Decision d, RejectionCode code, String... details) {
        TreeMap<String, String> expected = new TreeMap<>();
        for (int i = 0; i < details.length; i += 2) {
            expected.put(details[i], details[i + 1]);
        }
        assertThat(d.getOutcome()).isEqualTo(Outcome.REJECTED);
        Rejection r = d.getRejection();
        assertThat(new Rejection(r.getCode(), "", r.getDetails())).isEqualTo(new Rejection(code, "", expected));
        assertThat(r.getMessage()).isNotBlank().doesNotContain("\n");
        assertThat(d.getFacts()).isEmpty();
    }
}
