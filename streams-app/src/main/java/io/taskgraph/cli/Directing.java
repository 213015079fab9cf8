package io.taskgraph.cli;

import io.taskgraph.client.Answer;
import io.taskgraph.client.Operator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the operator's commands about one run have in common: the run, a reason, a directive sent and its decision told. */
final class Directing {
    /** What to say. */
    @FunctionalInterface
    interface Saying {
        CompletableFuture<Answer> to(Operator operator, String runId, String reason);
    }

    @Parameters(index = "0", paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why, for the record: it stands in the decision.")
    private String reason;

    @Mixin
    private Directives directives;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Says it and tells what was decided.
     *
     * @param what past tense, for people: {@code paused}
     * @return the exit code
     */
    int say(String what, Saying saying) {
        return directives.say(
                spec, List.of(new Directives.Saying(runId, what, operator -> saying.to(operator, runId, reason))));
    }

    String runId() {
        return runId;
    }

    Directives directives() {
        return directives;
    }
}
