package io.taskgraph.engine;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.RestoreTasks;
import io.taskgraph.avro.TraceParent;
import io.taskgraph.policy.contract.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The golden log of a run that goes on from another one, in two pieces and as part of a trace. */
final class GoldenFork {
    private static final Policy POLICY = Policy.parse("""
            name: golden-fork
            flags: {mutable_graph: true, trace_replay: true}
            checkpoints: {at: [executing]}
            """);

    private GoldenFork() {}

    static Team scenario() {
        Team old = Team.under(POLICY.document());
        old.patch(Messages.add("a"), Messages.add("b", "a"), Messages.add("c", "b"));
        old.start("v", "a", 1);
        old.finish("v", "a", 1);
        old.start("v", "b", 1);
        Restoration tasks = Restoration.of(old.run, false);
        Team team = new Team("golden-fork");
        Mutation create = piece(team, tasks, 0, 2);
        create.setCreateRun(CreateRun.newBuilder()
                .setName("golden")
                .setGoal("go on")
                .setPreset("golden-fork")
                .setTrace(new TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=1"))
                .setOrigin(tasks.origin(old.run, "mine@1"))
                .build());
        tell(team, create);
        tell(team, piece(team, tasks, 2, 3));
        for (String id : List.of("b", "c")) {
            team.start("w", id, 1);
            team.finish("w", id, 1);
        }
        return team;
    }

    private static Mutation piece(Team team, Restoration tasks, int from, int to) {
        Mutation m = Messages.mutation(team.runId, team.nextMessageId(), List.of());
        m.setRestore(new RestoreTasks(new ArrayList<>(tasks.tasks().subList(from, to))));
        return m;
    }

    private static void tell(Team team, Mutation m) {
        team.step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(POLICY)));
    }
}
