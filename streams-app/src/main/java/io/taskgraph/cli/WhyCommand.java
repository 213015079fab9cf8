package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.RunView;
import io.taskgraph.query.why.Waiting;
import io.taskgraph.query.why.Waits;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a run or a task waits for. */
@Command(
        name = "why",
        description = {
            "Tell what a run, or one task of it, waits for, since when, and what would free it; or how it ended.",
            "Computed from the run's state as its decisions tell it. Of a task behind a thousand others, those are named"
                    + " that really hold it up."
        })
final class WhyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TASK", description = "A task's id, as `show` lists it.")
    private String taskId;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Cluster cluster = connection.cluster();
        try (SchemaRegistry registry = cluster.registry();
                RunFollower follower = RunFollower.of(cluster.source(registry), List.of(runId))) {
            RunView run = follower.catchUp().run(runId);
            Watch.requireExists(run);
            Waiting waiting = waiting(Waits.of(run));
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JsonLine.of(WhyJson.of(runId, waiting)));
            } else {
                new WhyLines(Terminal.ofProcess(), System.currentTimeMillis())
                        .of(runId, waiting)
                        .forEach(out::println);
            }
            out.flush();
        }
        return 0;
    }

    private Waiting waiting(Waits waits) {
        return taskId == null
                ? waits.run()
                : waits.task(taskId)
                        .orElseThrow(() -> new CommandException("There is no task " + taskId + " in run " + runId
                                + ": `taskgraph show " + runId + " --limit 0` lists those there are."));
    }
}
