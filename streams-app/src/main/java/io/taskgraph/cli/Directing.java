package io.taskgraph.cli;

import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.Operator;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the operator's commands have in common: a run, a reason, a directive sent and its decision told. */
final class Directing {
    /** What to say. */
    @FunctionalInterface
    interface Saying {
        CompletableFuture<Answer> to(Operator operator, String runId, String reason);
    }

    @Parameters(paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why, for the record: it stands in the decision.")
    private String reason;

    @Option(names = "--json", description = "The decision as one JSON object.")
    private boolean json;

    @Mixin
    private DecisionTimeout timeout;

    @Mixin
    private Connection connection;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Says it and tells what was decided.
     *
     * @param what past tense, for people: {@code paused}
     * @return the exit code
     */
    int say(String what, Saying saying) {
        Cluster cluster = connection.cluster();
        Answer answer;
        try (Client client = Client.connect(cluster.client(timeout.duration()))) {
            answer = Answers.of(saying.to(client.operator(Actor.name()), runId, reason));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("directive", spec.name());
            fields.putAll(Answers.fields(answer));
            out.println(JsonLine.of(fields));
        } else if (answer.accepted()) {
            out.println("accepted  " + runId + "  " + what + "  (decision " + answer.sequence() + ")");
        } else {
            out.println("refused   " + runId + "  " + Answers.refusal(answer));
        }
        out.flush();
        return answer.accepted() ? 0 : 1;
    }
}
