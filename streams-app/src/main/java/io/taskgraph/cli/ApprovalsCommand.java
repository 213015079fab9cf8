package io.taskgraph.cli;

import io.taskgraph.avro.PendingApproval;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.query.RunSummaries;
import io.taskgraph.query.Source;
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

/** What waits for approval. */
@Command(
        name = "approvals",
        description = {
            "List what waits for approval, oldest run first: actions of agents, dispatches of tasks, plans of runs, results of"
                    + " tasks that are reviewed.",
            "`approve RUN/ID` and `deny RUN/ID --reason TEXT` answer them; a result that is denied is sent back to be done"
                    + " again, with the reason. From the compacted topic of summaries, which"
                    + " trails the decisions by up to half a second."
        })
final class ApprovalsCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Only of this run.")
    private String runId;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        print(runs(connection.cluster()), System.currentTimeMillis());
        return 0;
    }

    private List<RunSummary> runs(Cluster cluster) {
        try (SchemaRegistry registry = cluster.registry()) {
            Source source = cluster.source(registry);
            return runId == null
                    ? RunSummaries.read(source)
                    : List.of(RunSummaries.of(source, runId).orElseThrow(() -> Watch.noSuchRun(runId)));
        }
    }

    private void print(List<RunSummary> runs, long now) {
        PrintWriter out = spec.commandLine().getOut();
        Terminal terminal = Terminal.ofProcess();
        int shown = 0;
        for (RunSummary run : runs) {
            for (PendingApproval approval : run.getApprovals()) {
                if (json) {
                    out.println(JsonLine.of(ApprovalLines.fields(run, approval)));
                } else {
                    if (shown > 0) {
                        out.println();
                    }
                    ApprovalLines.of(terminal, run, approval, now).forEach(out::println);
                }
                shown++;
            }
            int more = run.getPendingApprovals() - run.getApprovals().size();
            if (more > 0 && !json) {
                out.println();
                out.println("and " + more + " more in run " + run.getRunId() + ", later than these");
            }
        }
        if (shown == 0 && !json) {
            out.println("Nothing waits for approval.");
        }
        out.flush();
    }
}
