package io.taskgraph.cli;

import io.taskgraph.avro.Budget;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.RunView;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.spec.BudgetText;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows a run's budget, or raises it. */
@Command(
        name = "budget",
        description = {
            "Show what a run has spent, has reserved and may spend; or, with any of --tokens, --cost and --time, raise what"
                    + " the run may spend, or with --task what one attempt of a task may.",
            "Bounds are given in all, not on top, and none may be smaller than what it replaces. A run that stopped because"
                    + " its budget was used up then goes on.",
            "Exits with 1 if it was refused."
        })
final class BudgetCommand implements Callable<Integer> {
    @Option(names = "--task", paramLabel = "ID", description = "Raise the bounds of this task.")
    private String taskId;

    @Option(names = "--tokens", paramLabel = "N", description = "Model tokens, such as 100000.")
    private String tokens;

    @Option(names = "--cost", paramLabel = "X", description = "Money in the policy's currency, such as 12.50.")
    private String cost;

    @Option(names = "--time", paramLabel = "D", description = "Working time of agents, such as 30s, 10m or 2h.")
    private String time;

    @Mixin
    private Directing directing;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (tokens != null || cost != null || time != null) {
            Budget limit = new Budget(
                    read("--tokens", tokens, "a whole number such as 100000", BudgetText::tokens),
                    read("--cost", cost, "an amount such as 12.50", BudgetText::costMicros),
                    read("--time", time, "a duration such as 30s, 10m or 2h", BudgetText::millis));
            return directing.say(
                    "budget raised" + (taskId == null ? "" : " of task " + taskId),
                    (operator, runId, reason) -> operator.raiseBudget(runId, taskId, limit, reason));
        }
        if (taskId != null) {
            throw new ParameterException(
                    spec.commandLine(), "--task raises a task's bounds: add --tokens, --cost or --time.");
        }
        show();
        return 0;
    }

    private Long read(String option, String text, String form, Function<String, Optional<Long>> reading) {
        return text == null
                ? null
                : reading.apply(text)
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(), option + " must be " + form + ", not " + text + "."));
    }

    private void show() {
        Cluster cluster = directing.directives().cluster();
        String runId = directing.runId();
        try (SchemaRegistry registry = cluster.registry();
                RunFollower follower = RunFollower.of(cluster.source(registry), List.of(runId))) {
            RunView run = follower.catchUp().run(runId);
            Watch.requireExists(run);
            BudgetLines budget = BudgetLines.of(run.state().ledger());
            String currency = run.state().policy().budgets().currency();
            PrintWriter out = spec.commandLine().getOut();
            if (directing.directives().json()) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("run_id", runId);
                fields.put("currency", currency);
                fields.putAll(budget.fields());
                out.println(JsonLine.of(fields));
            } else {
                List<String> lines = budget.lines(currency);
                (lines.isEmpty() ? List.of("Nothing is bounded, and nothing was used up yet.") : lines)
                        .forEach(out::println);
            }
            out.flush();
        }
    }
}
