package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.bounded;
import static io.taskgraph.engine.Messages.budget;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.mode;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.undoable;
import static io.taskgraph.engine.Messages.urgent;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RestoreTasks;
import io.taskgraph.avro.RestoredTask;
import io.taskgraph.avro.RunAssembled;
import io.taskgraph.avro.RunOrigin;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A run that goes on from another one: it is whole or it does nothing, and nothing of what was done is lost. */
class ForkTest {
    private static final Policy POLICY =
            Policy.parse("name: test\nflags: {mutable_graph: true, reconcile: true, trace_replay: true}\n"
                    + "caps: {max_workers: 2, max_patch_operations: 4, max_tasks: 100}\n");

    /** One done, one in flight, one waiting, one set aside, one that failed with what waited for it. */
    private static Team worked() {
        Team team = Team.under(POLICY.document());
        team.patch(
                add(undoable(bounded(budget(5L, null, null), spec("done")))),
                add(urgent(-1, spec("flying", "done"))),
                add(spec("waiting", "flying")));
        team.patch(add(urgent(-5, mode(FailureMode.CONTINUE, spec("bad")))), add(spec("aside")));
        team.patch(set("aside", TaskStatus.DEFERRED));
        team.start("w1", "done", 1);
        team.finish("w1", "done", 1);
        team.start("w2", "bad", 1);
        team.report("w2", "bad", 1, failed("broken", false));
        team.start("w1", "flying", 1);
        return team;
    }

    private static Mutation create(String id, Restoration r, Run from, int first) {
        CreateRun create = CreateRun.newBuilder()
                .setName("n")
                .setGoal("g")
                .setPreset("test")
                .setOrigin(r.origin(from, "c@1"))
                .build();
        Mutation m = piece(id, "fork-0", r.tasks().subList(0, first));
        m.setCreateRun(create);
        return m;
    }

    private static Mutation piece(String id, String messageId, List<RestoredTask> tasks) {
        Mutation m = Messages.mutation(id, messageId, List.of());
        m.setRestore(tasks.isEmpty() ? null : new RestoreTasks(new ArrayList<>(tasks)));
        return m;
    }

    private static Decision tell(Team team, Mutation m) {
        return team.step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(POLICY)))
                .orElseThrow()
                .decision();
    }

    @Test
    void whatWasDoneStaysDoneAndWhatWasInFlightIsReadyAgain() {
        Team old = worked();
        Restoration r = Restoration.of(old.run, false);
        Team team = new Team("new");

        Decision created = tell(team, create("new", r, old.run, 4));
        assertThat(created.getRejection()).isNull();
        assertThat(team.run.phase()).isEqualTo(Phase.IDLE);
        assertThat(team.run.missing()).isEqualTo(1);
        assertThat(team.run.nextDue()).isEqualTo(Long.MAX_VALUE);
        team.reload();
        Decision last = tell(team, piece("new", "fork-1", r.tasks().subList(4, 5)));

        assertThat(last.getFacts()).map(Facts::kind).contains(new RunAssembled(5));
        assertThat(team.run.isWhole()).isTrue();
        assertThat(team.run.phase()).isEqualTo(Phase.EXECUTING);
        assertThat(team.task("done").status()).isEqualTo(Status.DONE);
        assertThat(team.task("done").outcome()).isEqualTo("of done");
        assertThat(team.task("bad").outcome()).isEqualTo(old.task("bad").outcome());
        assertThat(team.status("bad")).isEqualTo(Status.FAILED);
        assertThat(team.status("flying")).isEqualTo(Status.DISPATCHED);
        assertThat(team.task("flying").attempt()).isEqualTo(1);
        assertThat(team.status("waiting")).isEqualTo(Status.PENDING);
        assertThat(team.status("aside")).isEqualTo(Status.DEFERRED);
        assertThat(team.run.identity().beginning())
                .isEqualTo(new RunIdentity.Beginning(
                        "r",
                        old.run.sequence(),
                        Texts.hex(new Digest(old.run.stateDigest())),
                        Texts.hex(new Digest(old.run.lastHash())),
                        "c@1",
                        5,
                        Texts.hex(r.origin(old.run, "").getTasksDigest())));
        assertThat(Restoration.of(team.run, false).origin(team.run, "").getTasksDigest())
                .as("the copy of the copy begins with the same tasks")
                .isEqualTo(r.origin(old.run, "").getTasksDigest());
        team.start("w", "flying", 1);
        team.finish("w", "flying", 1);
        assertThat(team.status("waiting")).isEqualTo(Status.DISPATCHED);
    }

    @Test
    void itComesInOneDecisionWhereItFits() {
        Team old = worked();
        old.patch(set("aside", TaskStatus.PENDING));
        Restoration r = Restoration.of(old.run, false);
        Policy wide = Policy.parse(POLICY.document().replace("max_patch_operations: 4", "max_patch_operations: 5"));
        Team team = new Team("new");

        Decision d = team.step(
                        new Input.OfMutation(create("new", r, old.run, 5), Origin.NONE, name -> Optional.of(wide)))
                .orElseThrow()
                .decision();

        assertThat(d.getRejection()).isNull();
        assertThat(team.run.isWhole()).isTrue();
        assertThat(team.run.phase()).isEqualTo(Phase.EXECUTING);
    }

    @Test
    void aSenderThatDiedGoesOnWhereItWas() {
        Team old = worked();
        Restoration r = Restoration.of(old.run, false);
        Team team = new Team("new");
        tell(team, create("new", r, old.run, 2));
        tell(team, piece("new", "fork-1", r.tasks().subList(2, 4)));

        Decision again = tell(team, create("new", r, old.run, 2));
        Decision second = tell(team, piece("new", "fork-1", r.tasks().subList(2, 4)));
        Decision third = tell(team, piece("new", "fork-2", r.tasks().subList(4, 5)));

        assertThat(again.getOutcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(second.getOutcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(third.getRejection()).isNull();
        assertThat(team.run.isWhole()).isTrue();
        assertThat(team.run.graph().size()).isEqualTo(5);
    }

    @Test
    void aRunThatIsNotWholeTakesNothingElseButIsCancelled() {
        Team old = worked();
        Restoration r = Restoration.of(old.run, false);
        Team team = new Team("new");
        tell(team, create("new", r, old.run, 2));

        assertRefused(team.patch(add("x")), RejectionCode.INCOMPLETE, "missing", "3", "tasks", "5");
        assertThat(team.direct(new CancelRun()).getRejection()).isNull();
        assertThat(team.run.phase()).isEqualTo(Phase.FAILED);
        assertThat(tell(team, piece("new", "fork-1", r.tasks().subList(2, 4)))
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.ILLEGAL_TRANSITION);
    }

    @Test
    void tasksThatWereNotPromisedDoNotMakeItWhole() {
        Team old = worked();
        Restoration r = Restoration.of(old.run, false);
        Team team = new Team("new");
        tell(team, create("new", r, old.run, 4));
        RestoredTask lie = RestoredTask.newBuilder(r.tasks().get(4))
                .setStatus(TaskStatus.DONE)
                .setOutcome("believe me")
                .build();

        Decision d = tell(team, piece("new", "lie", List.of(lie)));

        assertThat(d.getRejection().getCode()).isEqualTo(RejectionCode.INVALID_VALUE);
        assertThat(d.getRejection().getMessage()).contains("its origin promised");
        assertThat(team.run.missing()).isEqualTo(1);
        assertThat(tell(team, piece("new", "fork-1", r.tasks().subList(4, 5))).getRejection())
                .isNull();
    }

    @Test
    void oddPiecesAreRefusedWithTheirPosition() {
        Team old = worked();
        Restoration r = Restoration.of(old.run, false);
        Team team = new Team("new");
        tell(team, create("new", r, old.run, 1));
        RestoredTask first = r.tasks().get(0);
        RestoredTask flying = r.tasks().stream()
                .filter(t -> t.getTask().getTaskId().equals("flying"))
                .findFirst()
                .orElseThrow();

        refused(team, RejectionCode.DUPLICATE_TASK, first);
        refused(team, RejectionCode.INVALID_VALUE, with(flying, TaskStatus.RUNNING, null, false));
        refused(team, RejectionCode.INVALID_VALUE, with(flying, TaskStatus.PENDING, "a result", false));
        refused(team, RejectionCode.INVALID_VALUE, with(flying, TaskStatus.DEFERRED, null, true));
        refused(team, RejectionCode.INVALID_VALUE, with(flying, TaskStatus.FAILED, "x".repeat(4097), false));
        RestoredTask self = with(flying, TaskStatus.PENDING, null, false);
        self.setTask(TaskSpec.newBuilder(spec("self", "self")).build());
        refused(team, RejectionCode.CYCLE, self);
        RestoredTask gap = with(flying, TaskStatus.PENDING, null, false);
        gap.setTask(TaskSpec.newBuilder(spec("gap", "nowhere")).build());
        Decision d = tell(team, piece("new", "gap", List.of(gap)));
        assertThat(d.getRejection().getCode()).isEqualTo(RejectionCode.UNKNOWN_TASK);
        List<RestoredTask> many =
                IntStream.range(0, 5).mapToObj(i -> r.tasks().get(i)).toList();
        assertThat(tell(team, piece("new", "many", many)).getRejection().getCode())
                .isEqualTo(RejectionCode.CAP_EXCEEDED);
        Mutation both = piece("new", "both", r.tasks().subList(1, 2));
        both.setOperations(List.of(add("x")));
        assertThat(tell(team, both).getRejection().getCode()).isEqualTo(RejectionCode.INVALID_VALUE);
        assertThat(team.run.graph().size()).isEqualTo(1);
        assertThat(old.run.isWhole()).isTrue();
        assertThat(old.tell(piece("r", "late", r.tasks().subList(0, 1)))
                        .getRejection()
                        .getMessage())
                .contains("is only for a run that goes on from another one");
    }

    private static RestoredTask with(RestoredTask t, TaskStatus status, String outcome, boolean archived) {
        return new RestoredTask(t.getTask(), status, outcome, archived);
    }

    private static void refused(Team team, RejectionCode code, RestoredTask task) {
        Decision d = tell(team, piece("new", team.nextMessageId(), List.of(task)));
        assertThat(d.getRejection().getCode()).isEqualTo(code);
        assertThat(d.getRejection().getDetails()).containsEntry("operation", "0");
    }

    @Test
    void oddOriginsAreRefused() {
        Team old = worked();
        Restoration r = Restoration.of(old.run, false);
        RunOrigin good = r.origin(old.run, "");
        for (RunOrigin odd : List.of(
                RunOrigin.newBuilder(good).setRunId("new").build(),
                RunOrigin.newBuilder(good).setSequence(0).build(),
                RunOrigin.newBuilder(good).setTasks(-1).build(),
                RunOrigin.newBuilder(good).setCheckpoint("x".repeat(257)).build())) {
            Mutation m = create("new", r, old.run, 1);
            m.getCreateRun().setOrigin(odd);
            assertThat(tell(new Team("new"), m).getRejection().getCode()).isEqualTo(RejectionCode.INVALID_VALUE);
        }
        Mutation m = create("new", r, old.run, 1);
        m.getCreateRun().setOrigin(RunOrigin.newBuilder(good).setRunId("../up").build());
        assertThat(tell(new Team("new"), m).getRejection().getCode()).isEqualTo(RejectionCode.INVALID_ID);
    }

    @Test
    void aRunThatHadFailedIsDoneAgainWhereItIsAskedFor() {
        Team old = worked();
        old.direct(new CancelRun());
        Team team = new Team("new");
        Restoration r = Restoration.of(old.run, true);

        assertThat(Restoration.of(old.run, false).unfinished()).isZero();
        assertThat(r.unfinished()).isEqualTo(4);
        tell(team, create("new", r, old.run, 4));
        tell(team, piece("new", "fork-1", r.tasks().subList(4, 5)));
        assertThat(team.run.phase()).isEqualTo(Phase.EXECUTING);
        assertThat(team.status("done")).isEqualTo(Status.DONE);
        assertThat(team.run.graph().unfinished()).isEqualTo(4);
    }

    @Test
    void aRunWithoutTasksIsWholeAtOnce() {
        Team old = Team.under(POLICY.document());
        Restoration r = Restoration.of(old.run, false);
        Team team = new Team("new");

        assertThat(tell(team, create("new", r, old.run, 0)).getRejection()).isNull();
        assertThat(team.run.isWhole()).isTrue();
        assertThat(tell(team, patch("new", add("a"))).getRejection()).isNull();
    }

    private static Mutation patch(String id, io.taskgraph.avro.Operation... operations) {
        return Messages.mutation(id, "patch", List.of(operations));
    }

    /** Whatever the pieces: the same tasks, and the same digest of them. */
    @Test
    void anyCutGivesTheSameTasks() {
        long seed = 20261124;
        Random random = new Random(seed);
        Team old = worked();
        Restoration r = Restoration.of(old.run, false);
        String expected = null;
        for (int round = 0; round < 20; round++) {
            Team team = new Team("new");
            int at = random.nextInt(4);
            tell(team, create("new", r, old.run, at));
            for (int i = 1; at < 5; i++) {
                int to = Math.min(5, at + 1 + random.nextInt(3));
                assertThat(tell(team, piece("new", "fork-" + i, r.tasks().subList(at, to)))
                                .getRejection())
                        .as("seed %s, round %s", seed, round)
                        .isNull();
                at = to;
            }
            String tasks = Texts.hex(
                    Restoration.of(team.run, false).origin(team.run, "").getTasksDigest());
            assertThat(expected == null || expected.equals(tasks))
                    .as("seed %s", seed)
                    .isTrue();
            expected = tasks;
        }
    }

    @Test
    void theSameRunGivesTheSameRestoration() {
        assertThat(Restoration.of(worked().run, false)).isEqualTo(Restoration.of(worked().run, false));
    }
}
