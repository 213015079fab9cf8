package io.taskgraph.cli;

import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.Operator;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What commands have in common that say directives: who says it, how the decisions are told, where. */
final class Directives {
    /**
     * One directive.
     *
     * @param subject what it is about, for people: the run, or something in it
     * @param what past tense, for people: {@code paused}
     * @param saying says it
     */
    record Saying(String subject, String what, Function<Operator, CompletableFuture<Answer>> saying) {}

    @Option(names = "--json", description = "Each decision as one JSON object.")
    private boolean json;

    @Mixin
    private Actor actor;

    @Mixin
    private Signing signing;

    @Mixin
    private DecisionTimeout timeout;

    @Mixin
    private Connection connection;

    /**
     * Says each and tells what was decided.
     *
     * @return the exit code: 1 if one was refused
     */
    int say(CommandSpec command, List<Saying> sayings) {
        Function<Client, Operator> as = signing.operator(actor.name());
        Duration patience = timeout.duration();
        Cluster cluster = connection.cluster();
        boolean allAccepted = true;
        try (Client client = Waiting.toConnect(
                cluster, command.commandLine().getErr(), () -> Client.connect(cluster.client(patience)))) {
            Operator operator = as.apply(client);
            for (Saying saying : sayings) {
                Answer answer = Answers.of(saying.saying().apply(operator));
                tell(command, saying, answer);
                allAccepted &= answer.accepted();
            }
        }
        return allAccepted ? 0 : 1;
    }

    boolean json() {
        return json;
    }

    Cluster cluster() {
        return connection.cluster();
    }

    private void tell(CommandSpec command, Saying saying, Answer answer) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("directive", command.name());
            fields.put("subject", saying.subject());
            fields.putAll(Answers.fields(answer));
            out.println(JsonLine.of(fields));
        } else if (answer.accepted()) {
            out.println(
                    "accepted  " + saying.subject() + "  " + saying.what() + "  (decision " + answer.sequence() + ")");
        } else {
            out.println("refused   " + saying.subject() + "  " + Answers.refusal(answer));
        }
        out.flush();
    }
}
