package io.taskgraph.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.ExtensionMismatch;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.ExtensionWithdrawn;
import io.taskgraph.avro.PassMade;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RestoredTask;
import io.taskgraph.avro.RetryScheduled;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunSlowed;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskRestored;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.ToolpackAwaited;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.replay.Divergence;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunVerdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Given facts on record, what each gate says: a pass, evidence against, or nothing. */
class GatesTest {
    private static final String ON = "flags: {mutable_graph: true, reconcile: true, trust_gating: true}\n";

    private static final ExtensionRef FILES = new ExtensionRef("files", "1.0.0");

    private static TaskAdded added(String id) {
        return new TaskAdded(TaskSpec.newBuilder().setTaskId(id).build());
    }

    private static TaskAdded undoing(String id, String what) {
        return new TaskAdded(
                TaskSpec.newBuilder().setTaskId(id).setCompensates(what).build());
    }

    private static TaskDispatched dispatched(String id, int attempt) {
        return new TaskDispatched(id, attempt, null);
    }

    private static ActionAllowed allowed(String request, Risk risk) {
        return new ActionAllowed("a", 1, "w", request, "shell", risk, Story.NO_DIGEST, "", "", "");
    }

    private static ActionPerformed performed(String worker, String request) {
        return new ActionPerformed("a", 1, worker, request, "shell", Risk.EXEC, Story.NO_DIGEST);
    }

    private static AttemptFailed failed(String id, int attempt) {
        return new AttemptFailed(id, attempt, "w", "no", true, null);
    }

    @Test
    void everyGateIsInTheList() {
        Set<String> found = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.taskgraph.gates").stream()
                        .filter(c -> c.isAssignableTo(Gate.class) && !c.isInterface())
                        .map(c -> c.getSimpleName())
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(Gates.all().stream().map(g -> g.getClass().getSimpleName()))
                .containsExactlyInAnyOrderElementsOf(found);
        assertThat(Gates.all().stream().map(Gate::id)).doesNotHaveDuplicates();
    }

    @Test
    void everyCapIsRecomputedByOneWatch() {
        List<Cap> all = new ArrayList<>();
        CapsGate.WATCHES.forEach(w -> all.addAll(w.caps()));
        assertThat(all).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(EnumSet.allOf(Cap.class));
    }

    @Test
    void anEmptyLogIsObservedByNoGate() {
        for (Gate g : Gates.all()) {
            assertThat(Story.ofGates().says(g.id()).verdict()).as(g.id()).isEqualTo(Verdict.NOT_OBSERVED);
        }
    }

    @Test
    void patchesAfterThePlanExerciseTheMutableGraph() {
        Story s = Story.ofGates().run("r", ON).patched(added("a"));
        assertThat(s.says("mutable_graph").verdict()).isEqualTo(Verdict.NOT_OBSERVED);
        assertThat(s.patched(added("b")).says("mutable_graph").verdict()).isEqualTo(Verdict.PASS);
        assertThat(s.says("mutable_graph", "{patches: 2}").because())
                .isEqualTo("only 1 patch on record, and 2 are asked for");
        assertThat(Story.ofGates()
                        .run("r", "")
                        .patched(added("a"))
                        .patched(added("b"))
                        .says("mutable_graph")
                        .verdict())
                .as("the flag was off")
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void repairsExerciseReconciling() {
        PhaseChanged pass = new PhaseChanged(Phase.EXECUTING, Phase.RECONCILING, "", "");
        Story s = Story.ofGates().run("r", ON).by("timers", pass);
        assertThat(s.says("reconcile").verdict()).isEqualTo(Verdict.NOT_OBSERVED);
        s.reported(new RetryScheduled("a", Instant.EPOCH));
        assertThat(s.says("reconcile").verdict()).isEqualTo(Verdict.PASS);
        assertThat(Story.ofGates()
                        .run("r", "")
                        .reported(new RetryScheduled("a", Instant.EPOCH))
                        .says("reconcile")
                        .verdict())
                .as("the flag was off")
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void aDivergenceFailsReplayEquivalence() {
        Story s = Story.ofGates().run("r", ON);
        assertThat(s.says("replay_equivalence").verdict()).isEqualTo(Verdict.PASS);
        assertThat(s.says("replay_equivalence", "{runs: 2}").verdict()).isEqualTo(Verdict.NOT_OBSERVED);
        RunVerdict bad = new RunVerdict(
                "r", 4, 4, "00", "IDLE", true, true, Optional.of(new Divergence("r", 4, 0, 9, "the digest", "a", "b")));
        GateReport report = GateReport.of(
                GateSet.read("name: t\ngates: {replay_equivalence: {}}"),
                s.audit,
                new ReplayReport(4, 0, List.of(bad), List.of()),
                TopicEvidence.NONE,
                Window.ALL);
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.gates().get(0).objections())
                .containsExactly(new Tally.Objection("r", 4, "the digest is recorded as a and replayed as b"));
    }

    @Test
    void aCapThatWasHitAndHeldPasses() {
        Story s = Story.ofGates()
                .run("r", "caps: {max_workers: 2}\n" + ON)
                .patched(added("a"), added("b"), added("c"), dispatched("a", 1), dispatched("b", 1))
                .reported(new TaskCompleted("a", 1, "w", null), dispatched("c", 1));
        assertThat(s.says("caps").verdict()).isEqualTo(Verdict.PASS);
        assertThat(s.says("caps").evidence())
                .containsEntry("max_workers.hits", 2L)
                .containsEntry("max_workers.most", 2L);
    }

    @Test
    void aDispatchBeyondTheCapFailsWhateverTheEngineSaid() {
        Story s = Story.ofGates()
                .run("r", "caps: {max_workers: 1}\n" + ON)
                .patched(added("a"), added("b"), dispatched("a", 1), dispatched("b", 1));
        assertThat(s.says("caps").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(s.says("caps").objections())
                .containsExactly(new Tally.Objection("r", 2, "max_workers: it came to 2, more than the 1 allowed"));
    }

    /** What a decision tells of a cap twice is one hit; every kind that only ever holds back or ends is heard by its fact. */
    @Test
    void capsThatActedWereHit() {
        Story s = Story.ofGates()
                .run("r", "caps: {max_workers: 1, max_retries: 0}\n" + ON)
                .patched(added("a"), added("b"), dispatched("a", 1), reached(Cap.MAX_WORKERS, 1, 2))
                .by("timers", reached(Cap.START_TIMEOUT, 1_000, 1_000))
                .by("timers", reached(Cap.RECONCILE_COOLDOWN, 5_000, 10))
                .reported(failed("a", 1), reached(Cap.MAX_RETRIES, 0, 1));
        assertThat(s.says("caps").verdict()).isEqualTo(Verdict.PASS);
        assertThat(s.says("caps").evidence())
                .containsEntry("max_workers.hits", 1L)
                .containsEntry("start_timeout.hits", 1L)
                .containsEntry("reconcile_cooldown.hits", 1L)
                .containsEntry("max_retries.hits", 1L);
    }

    @Test
    void aCapThatActsThoughNothingWouldExceedItFails() {
        Map<Cap, CapReached> broken = Map.of(
                Cap.MAX_WORKERS, reached(Cap.MAX_WORKERS, 5, 5),
                Cap.START_TIMEOUT, reached(Cap.START_TIMEOUT, 1_000, 999),
                Cap.RECONCILE_COOLDOWN, reached(Cap.RECONCILE_COOLDOWN, 5_000, 5_000));
        broken.forEach((cap, fact) -> {
            Story s = Story.ofGates().run("r", ON).by("timers", fact);
            assertThat(s.says("caps").because()).isEqualTo("exceeded: " + cap.key());
        });
    }

    private static CapReached reached(Cap cap, long limit, long value) {
        return new CapReached(cap.key(), limit, value, null, null, false, RejectionCode.CAP_EXCEEDED);
    }

    @Test
    void everyKindOfCapIsFoundExceeded() {
        Map<Cap, Story> broken = Map.of(
                Cap.MAX_TASKS, Story.ofGates().run("r", "caps: {max_tasks: 1}").patched(added("a"), added("b")),
                Cap.MAX_PATCH_OPERATIONS,
                        Story.ofGates()
                                .run("r", "caps: {max_patch_operations: 1}")
                                .patched(added("a"), added("b")),
                Cap.MAX_COMPENSATING_TASKS,
                        Story.ofGates()
                                .run("r", "caps: {max_compensating_tasks: 0}")
                                .patched(undoing("b", "a")),
                Cap.MAX_RETRIES,
                        Story.ofGates()
                                .run("r", "caps: {max_retries: 0}")
                                .reported(failed("a", 1))
                                .reported(failed("a", 2)),
                Cap.MAX_RUNTIME,
                        Story.ofGates()
                                .run("r", "caps: {max_runtime: 1s}")
                                .by("mutations", new PhaseChanged(Phase.IDLE, Phase.PLANNING, "", ""))
                                .after(1_000)
                                .reported(dispatched("a", 1)),
                Cap.HEARTBEAT_STALENESS,
                        Story.ofGates()
                                .run("r", "caps: {heartbeat_staleness: 9s}")
                                .by("timers", new WorkerLost("w", Instant.parse("2026-01-01T00:00:00Z"))),
                Cap.MAX_ACTIONS,
                        Story.ofGates().run("r", "caps: {max_actions: 0}").message("q", allowed("q", Risk.EXEC)),
                Cap.MAX_PAYLOAD,
                        Story.ofGates()
                                .run("r", "caps: {max_payload: 2}")
                                .reported(new TaskCompleted("a", 1, "w", "äa")));
        broken.forEach((cap, story) -> {
            assertThat(story.says("caps").verdict()).as(cap.key()).isEqualTo(Verdict.FAIL);
            assertThat(story.says("caps").because()).isEqualTo("exceeded: " + cap.key());
        });
    }

    @Test
    void aLostWorkerHasItsLeasesTaken() {
        WorkerLost lost = new WorkerLost("w", Instant.parse("2025-01-01T00:00:00Z"));
        Story s = Story.ofGates()
                .run("r", ON)
                .reported(new TaskStarted("a", 1, "w"), new TaskStarted("b", 1, "v"))
                .by("timers", lost, failed("a", 1));
        assertThat(s.says("stale_heartbeat").verdict()).isEqualTo(Verdict.PASS);
        assertThat(s.says("stale_heartbeat").evidence())
                .containsEntry("lost_with_a_lease", 1L)
                .containsEntry("leases_taken", 1L);
        assertThat(Story.ofGates()
                        .run("r", ON)
                        .reported(new TaskStarted("a", 1, "w"))
                        .by("timers", lost)
                        .says("stale_heartbeat")
                        .verdict())
                .as("it kept its lease")
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void anActionWithoutAnAllowIsAnIncidentAlsoIfTheEngineMissedIt() {
        Story s = Story.ofGates()
                .run("r", ON)
                .message("q", allowed("q", Risk.EXEC))
                .reported(performed("w", "q"));
        assertThat(s.says("approval_bypass").verdict()).isEqualTo(Verdict.PASS);
        s.reported(performed("w", "q"));
        assertThat(s.says("approval_bypass", "{incidents: 5}").verdict())
                .as("performed twice, allowed once: a threshold does not excuse what the engine missed")
                .isEqualTo(Verdict.FAIL);
        Story found = Story.ofGates()
                .run("r", ON)
                .message("q", allowed("q", Risk.EXEC))
                .reported(performed("w", "q"))
                .reported(new PolicyBypassDetected("a", 1, "w", "shell", Risk.EXEC, Story.NO_DIGEST, "not asked"));
        assertThat(found.says("approval_bypass").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.says("approval_bypass", "{incidents: 1}").verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void trustIsExercisedByRefusals() {
        Story s = Story.ofGates().run("r", ON);
        assertThat(s.says("trust_gating").verdict()).isEqualTo(Verdict.NOT_OBSERVED);
        s.refused("reports", RejectionCode.DENIED, "trust.actions", Map.of());
        assertThat(s.says("trust_gating").verdict()).isEqualTo(Verdict.PASS);
    }

    private static ExtensionSeen seen(String rule) {
        return new ExtensionSeen(FILES, "default", "", ExtensionState.ENABLED, 1L, rule, "", null);
    }

    private static ExtensionMismatch misserved(String worker) {
        return new ExtensionMismatch("a", 1, worker, FILES, List.of("the tool save is signed and not served"));
    }

    private static TaskAdded needing(String id) {
        TaskSpec s = TaskSpec.newBuilder().setTaskId(id).build();
        s.setToolpacks(List.of(FILES));
        return new TaskAdded(s);
    }

    @Test
    void whatExtensionsAreRefusedForIsWantOfTrust() {
        for (SpecificRecord fact : List.of(
                new ToolpackAwaited("a", FILES),
                misserved("w"),
                new ExtensionWithdrawn(FILES, "default", ExtensionState.REVOKED, "", List.of("a")),
                new ActionDenied("a", 1, "w", "q", "shell", Risk.EXEC, Story.NO_DIGEST, "extensions", "no", ""))) {
            assertThat(Story.ofGates()
                            .run("r", ON)
                            .reported(fact)
                            .says("trust_gating")
                            .verdict())
                    .as("%s", fact)
                    .isEqualTo(Verdict.PASS);
        }
        assertThat(Story.ofGates()
                        .run("extensions", ON)
                        .refused("mutations", RejectionCode.EXTENSION_REFUSED, "", Map.of())
                        .says("trust_gating")
                        .verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(Story.ofGates()
                        .run("extensions", ON)
                        .refused("mutations", RejectionCode.FEATURE_DISABLED, "", Map.of("feature", "trust_gating"))
                        .says("trust_gating")
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void whatIsUsedThoughItWasRefusedFailsTheGate() {
        Story s = Story.ofGates().run("r", ON).patched(needing("a"), seen(""), dispatched("a", 1));
        assertThat(s.says("trust_gating").verdict()).isEqualTo(Verdict.NOT_OBSERVED);
        s.by("extensions", seen("revocation"), new ToolpackAwaited("a", FILES));
        assertThat(s.says("trust_gating").verdict()).isEqualTo(Verdict.PASS);
        s.reported(dispatched("a", 2));
        assertThat(s.says("trust_gating").verdict()).isEqualTo(Verdict.FAIL);

        Story served = Story.ofGates()
                .run("r", ON)
                .patched(needing("a"), seen(""), dispatched("a", 1))
                .reported(misserved("m"), dispatched("a", 2))
                .reported(new TaskStarted("a", 2, "w"));
        assertThat(served.says("trust_gating").verdict()).isEqualTo(Verdict.PASS);
        served.reported(new TaskStarted("a", 3, "m"));
        assertThat(served.says("trust_gating").verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void snapshotsAndRetentionAreJudgedFromTheTopics() {
        Story s = Story.ofGates().run("r", ON);
        assertThat(s.report("snapshot_and_retention: {}", new TopicEvidence(0, 0))
                        .verdict())
                .isEqualTo(Verdict.NOT_OBSERVED);
        assertThat(s.report("snapshot_and_retention: {}", new TopicEvidence(3, 0))
                        .verdict())
                .isEqualTo(Verdict.NOT_OBSERVED);
        assertThat(s.report("snapshot_and_retention: {}", new TopicEvidence(3, 1))
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aPassByTimerIsOnePassWhetherOrNotItGoesThroughThatPhaseAndASlowdownIsARepair() {
        Story s = Story.ofGates().run("r", ON).by("timers", new PassMade(2, 0));
        assertThat(s.says("reconcile").because()).as("nothing was done").startsWith("no passes on record");
        s.by("timers", new PassMade(2, 1));
        s.by("timers", new PhaseChanged(Phase.EXECUTING, Phase.RECONCILING, "", ""), new PassMade(1, 1));
        assertThat(s.says("reconcile", "{passes: 3}").because()).startsWith("only 2 passes");
        assertThat(s.says("reconcile").verdict()).isEqualTo(Verdict.NOT_OBSERVED);
        s.by("timers", new RunSlowed(1, Instant.EPOCH, ""));
        assertThat(s.says("reconcile").verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void whatAForkStillHasToUndoItUndoesItself() {
        Story s = Story.ofGates()
                .run("r", ON)
                .by("mutations", restored("undo/a", "a", TaskStatus.PENDING), restored("undo/b", "b", TaskStatus.DONE));
        assertThat(s.says("compensation").verdict()).isEqualTo(Verdict.NOT_OBSERVED);
        s.reported(new TaskCompleted("undo/a", 1, "w", null));
        assertThat(s.says("compensation").because()).isEqualTo("1 task undone, of 1 that were to be");
        assertThat(Story.ofGates()
                        .run("r", ON)
                        .by("mutations", restored("undo/a", "a", TaskStatus.PENDING))
                        .by("directives", new PhaseChanged(Phase.EXECUTING, Phase.FAILED, "", ""))
                        .says("compensation")
                        .verdict())
                .as("left undone")
                .isEqualTo(Verdict.FAIL);
    }

    private static TaskRestored restored(String id, String of, TaskStatus status) {
        return new TaskRestored(RestoredTask.newBuilder()
                .setTask(undoing(id, of).getTask())
                .setStatus(status)
                .build());
    }

    @Test
    void undoingsAreToBeDone() {
        Story s = Story.ofGates().run("r", ON).reported(undoing("undo/a", "a"));
        assertThat(s.says("compensation").verdict()).isEqualTo(Verdict.NOT_OBSERVED);
        s.reported(new TaskCompleted("undo/a", 1, "w", null));
        assertThat(s.says("compensation").verdict()).isEqualTo(Verdict.PASS);
        s.reported(undoing("undo/b", "b"), new TaskFailed("undo/b", "no", 0));
        assertThat(s.says("compensation").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(s.says("compensation", "{failed: 1}").verdict()).isEqualTo(Verdict.PASS);
        assertThat(Story.ofGates()
                        .run("r", ON)
                        .reported(undoing("undo/a", "a"))
                        .by("directives", new PhaseChanged(Phase.EXECUTING, Phase.FAILED, "", ""))
                        .says("compensation")
                        .verdict())
                .as("left undone")
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void aBlockingGateThatSawNothingFailsItsSetAndAnotherDoesNot() {
        Story s = Story.ofGates().run("r", ON);
        GateReport blocked = s.report("replay_equivalence: {}\ncaps: {}\n", TopicEvidence.NONE);
        assertThat(blocked.verdict()).isEqualTo(Verdict.NOT_OBSERVED);
        assertThat(blocked.passes()).isFalse();
        GateReport passes = s.report("replay_equivalence: {}\ncaps: {blocking: false}\n", TopicEvidence.NONE);
        assertThat(passes.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aWindowTakesWholeRuns() {
        Story s = Story.ofGates().run("old", ON).run("new", ON).after(5_000).patched(added("a"));
        Window since = new Window(Set.of(), Instant.parse("2026-01-01T00:00:05Z"));
        GateSet set = GateSet.read("name: t\ngates: {replay_equivalence: {}}");
        GateReport report = GateReport.of(set, s.audit, s.replay(), TopicEvidence.NONE, since);
        assertThat(report.runs()).containsExactly("new");
        assertThat(report.gates().get(0).evidence()).containsEntry("runs", 1L);
        assertThat(GateReport.of(set, s.audit, s.replay(), TopicEvidence.NONE, new Window(Set.of("old"), null))
                        .runs())
                .containsExactly("old");
    }
}
