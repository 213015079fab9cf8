package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.policy.trust.dsse.Envelope;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a signed extension forward. */
@Command(
        name = "propose",
        description = {
            "Put a signed extension forward in the registry. It is registered if signatures, pins and statements are what the",
            "published policy `extensions` asks for; then others enable it. Exits with 1 if it is refused."
        })
final class ExtProposeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The DSSE envelope with its manifest, as `ext sign` writes it.")
    private Path file;

    @Option(
            names = "--attestation",
            paramLabel = "FILE",
            description = "DSSE envelopes with in-toto statements about its artifacts; may be repeated.")
    private List<Path> attestations = List.of();

    @Option(names = "--json", description = "The decision as one JSON object.")
    private boolean json;

    @Mixin
    private Actor actor;

    @Mixin
    private DecisionTimeout timeout;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        String envelope = text(file, "an envelope");
        List<String> statements =
                attestations.stream().map(f -> text(f, "an attestation")).toList();
        String name = actor.name();
        Duration patience = timeout.duration();
        Cluster cluster = connection.cluster();
        try (Client client = Client.connect(cluster.client(patience))) {
            Answer answer = Answers.of(client.planner(name).propose(envelope, statements));
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JsonLine.of(Answers.fields(answer)));
            } else {
                out.println(
                        answer.accepted()
                                ? "accepted  " + file + "  verified; it can be enabled now  (decision "
                                        + answer.sequence() + ")"
                                : "refused   " + file + "  " + Answers.refusal(answer));
            }
            out.flush();
            return answer.accepted() ? 0 : 1;
        }
    }

    private static String text(Path file, String what) {
        return new String(SignedFiles.read(file, Envelope.MOST_BYTES, what), UTF_8);
    }
}
