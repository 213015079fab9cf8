package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.archive;
import static io.taskgraph.engine.Messages.depend;
import static io.taskgraph.engine.Messages.remove;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Messages.undepend;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.DependencyAdded;
import io.taskgraph.avro.DependencyRemoved;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskArchived;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskRemoved;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Patches that change what depends on what, and what is there: cycles, removals, archives. */
class PatchShapeTest {
    /** Nothing is dispatched, and the first patch has started the run: only the patch's own facts follow. */
    private final Team team = Team.with(Team.workers(0));

    {
        team.patch(add("a"), add("b", "a"), add("c", "b"));
    }

    @Test
    void dependencies() {
        team.patch(add("x"));
        assertAccepted(team.patch(depend("x", "a")), new DependencyAdded("x", "a"));
        assertThat(team.status("x")).isEqualTo(Status.PENDING);
        assertAccepted(team.patch(depend("x", "a")));
        assertAccepted(team.patch(undepend("x", "a")), new DependencyRemoved("x", "a"));
        assertThat(team.status("x")).isEqualTo(Status.READY);
        assertRefused(
                team.patch(undepend("x", "a")),
                RejectionCode.UNKNOWN_DEPENDENCY,
                "task_id",
                "x",
                "depends_on",
                "a",
                "operation",
                "0");
    }

    @Test
    void aTaskThatWaitsForOneThatHasFailedEndsWithIt() {
        team.patch(add("bad"), add("void"), add("waits", "c"), add("free"));
        team.patch(set("bad", TaskStatus.FAILED), set("void", TaskStatus.CANCELLED));
        assertAccepted(
                team.patch(add("x", "bad"), add("y", "x"), add("z", "void"), depend("b", "bad")),
                new TaskAdded(spec("x", "bad")),
                new TaskAdded(spec("y", "x")),
                new TaskAdded(spec("z", "void")),
                new DependencyAdded("b", "bad"),
                new TaskFailed("x", "dependency bad failed", 1),
                new TaskResolved("z", TaskStatus.CANCELLED, "dependency void was cancelled", 0),
                new TaskFailed("b", "dependency bad failed", 2));
        assertThat(team.status("y")).isEqualTo(Status.FAILED);
        assertThat(team.status("waits")).isEqualTo(Status.FAILED);
        assertThat(team.status("a")).isEqualTo(Status.READY);
        assertThat(team.task("waits").changedAtVersion()).isEqualTo(4);
    }

    /** As it is with longer cycles: operations are tried in order, and their result is judged. */
    @Test
    void aDependencyOnItselfThatIsTakenBackInTheSamePatchIsNone() {
        assertAccepted(
                team.patch(depend("a", "a"), undepend("a", "a")),
                new DependencyAdded("a", "a"),
                new DependencyRemoved("a", "a"));
        assertAccepted(
                team.patch(add("x", "x"), undepend("x", "x")),
                new TaskAdded(spec("x", "x")),
                new DependencyRemoved("x", "x"));
        assertThat(team.status("x")).isEqualTo(Status.READY);
        assertThat(team.status("a")).isEqualTo(Status.READY);
        assertAccepted(team.patch(add("y", "y"), remove("y")), new TaskAdded(spec("y", "y")), new TaskRemoved("y"));
        assertRefused(team.patch(depend("x", "x")), RejectionCode.CYCLE, "path", "[\"x\",\"x\"]");
        assertThat(team.status("x")).isEqualTo(Status.READY);
    }

    @Test
    void cyclesNameTheirPath() {
        assertRefused(team.patch(add("x", "x")), RejectionCode.CYCLE, "path", "[\"x\",\"x\"]");
        assertRefused(team.patch(depend("a", "a")), RejectionCode.CYCLE, "path", "[\"a\",\"a\"]");
        assertRefused(team.patch(add("x", "y"), add("y", "x")), RejectionCode.CYCLE, "path", "[\"x\",\"y\",\"x\"]");
        assertRefused(team.patch(depend("a", "c")), RejectionCode.CYCLE, "path", "[\"a\",\"c\",\"b\",\"a\"]");
        assertAccepted(team.patch(add("x", "c")), new TaskAdded(spec("x", "c")));
    }

    @Test
    void aCycleOfAThousand() {
        List<Operation> chain = new ArrayList<>();
        List<String> path = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            chain.add(add("n%03d".formatted(i), "n%03d".formatted((i + 1) % 1000)));
            path.add("\"n%03d\"".formatted(i));
        }
        path.add("\"n000\"");
        String expected = "[" + String.join(",", path) + "]";
        assertRefused(team.patch(chain), RejectionCode.CYCLE, "path", expected);
        assertThat(team.run.graph().size()).isEqualTo(3);

        Operation closing = chain.set(999, add("n999"));
        team.patch(chain);
        assertThat(closing).isNotNull();
        assertRefused(team.patch(depend("n999", "n000")), RejectionCode.CYCLE, "path", expected);
    }

    @Test
    void aCycleThatIsOpenedAgainInTheSamePatchIsNone() {
        assertAccepted(
                team.patch(depend("a", "c"), undepend("c", "b")),
                new DependencyAdded("a", "c"),
                new DependencyRemoved("c", "b"));
        assertThat(team.status("c")).isEqualTo(Status.READY);
        assertThat(team.status("a")).isEqualTo(Status.PENDING);
    }

    @Test
    void removingATask() {
        assertRefused(team.patch(remove("b")), RejectionCode.HAS_DEPENDENTS, "task_id", "b", "dependents", "[\"c\"]");
        assertAccepted(
                team.patch(remove("b"), undepend("c", "b")), new TaskRemoved("b"), new DependencyRemoved("c", "b"));
        assertThat(team.task("b")).isNull();
        assertThat(team.task("c").dependsOn()).isEmpty();
        assertThat(team.status("c")).isEqualTo(Status.READY);
        assertAccepted(
                team.patch(add("b"), remove("a"), remove("b")),
                new TaskAdded(spec("b")),
                new TaskRemoved("a"),
                new TaskRemoved("b"));
        assertThat(team.run.graph().tasks()).map(Task::id).containsExactly("c");
    }

    @Test
    void aTaskMayBeRemovedAndAddedAgainUnderItsDependents() {
        assertAccepted(team.patch(remove("a"), add("a")), new TaskRemoved("a"), new TaskAdded(spec("a")));
        assertThat(team.task("a").ordinal()).isEqualTo(4);
        assertThat(team.run.graph().dependents("a")).containsExactly("b");
    }

    @Test
    void tasksInFlight() {
        Team t = Team.with(Team.workers(1));
        t.patch(add("a"), add("b"));
        String[] details = {"task_id", "a", "status", "DISPATCHED", "operation", "0"};
        assertRefused(t.patch(remove("a")), RejectionCode.TASK_IN_FLIGHT, details);
        assertRefused(t.patch(depend("a", "b")), RejectionCode.TASK_IN_FLIGHT, details);
        assertThat(t.patch(title("a", "x")).getRejection()).isNull();
        assertThat(t.status("a")).isEqualTo(Status.DISPATCHED);
    }

    @Test
    void archiving() {
        assertRefused(
                team.patch(archive("a")),
                RejectionCode.TASK_NOT_TERMINAL,
                "task_id",
                "a",
                "status",
                "READY",
                "operation",
                "0");
        assertAccepted(
                team.patch(set("a", TaskStatus.DONE), archive("a")),
                new TaskResolved("a", TaskStatus.DONE, "by the planner", 0),
                new TaskArchived("a"));
        assertThat(team.run.graph().liveSize()).isEqualTo(2);
        assertThat(team.run.graph().size()).isEqualTo(3);
        assertThat(team.status("b")).as("dependents keep seeing it as it ended").isEqualTo(Status.READY);
        assertRefused(
                team.patch(archive("a")),
                RejectionCode.TASK_ARCHIVED,
                "task_id",
                "a",
                "status",
                "DONE",
                "operation",
                "0");
    }
}
