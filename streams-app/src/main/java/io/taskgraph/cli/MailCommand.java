package io.taskgraph.cli;

import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.client.Letter;
import io.taskgraph.engine.ContextWait;
import io.taskgraph.engine.Posting;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.RunView;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What waits in a run's mailboxes; and, for operators, a message sent or a question answered. */
@Command(
        name = "mail",
        description = {
            "List the messages of a run that are unread: whose mailbox they are in, how urgent they are, since when, until"
                    + " when, and whether they were delivered.",
            "With --send or --answer, say something as an operator instead; exits with 1 if it was refused."
        })
final class MailCommand implements Callable<Integer> {
    /** What can be sent, for completion. */
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(MessageKind.values())
                    .filter(kind -> kind != MessageKind.UNKNOWN)
                    .map(MailCommand::word)
                    .iterator();
        }
    }

    /** How urgent, for completion. */
    static final class Priorities implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(MessagePriority.values())
                    .filter(priority -> priority != MessagePriority.UNKNOWN)
                    .map(MailCommand::word)
                    .iterator();
        }
    }

    @Parameters(index = "0", paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Option(
            names = "--for",
            paramLabel = "RECIPIENT",
            description = "List only this mailbox: a worker's id, or lead (the run's planners).")
    private String recipient;

    @Option(
            names = "--send",
            paramLabel = "RECIPIENT",
            description = "Send a message: to a worker's id, lead (the run's planners) or * (every worker).")
    private String send;

    @Option(
            names = "--answer",
            paramLabel = "MESSAGE",
            description =
                    "Answer a question that an attempt, or a task that was set aside, waits on: its id in the list.")
    private String answer;

    @Option(names = "--body", paramLabel = "TEXT", description = "What the message says.")
    private String body;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "directive",
            completionCandidates = Kinds.class,
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private String kind;

    @Option(
            names = "--priority",
            paramLabel = "PRIORITY",
            defaultValue = "normal",
            completionCandidates = Priorities.class,
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); critical is delivered at once.")
    private String priority;

    @Option(names = "--topic", paramLabel = "TOPIC", defaultValue = "", description = "A topic, free form.")
    private String topic;

    @Option(names = "--task", paramLabel = "TASK", description = "The task it is about.")
    private String task;

    @Option(
            names = "--ttl",
            paramLabel = "SECONDS",
            description = "How long it is worth reading (default: until it is read).")
    private Long ttl;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why, for the record: it stands in the decision.")
    private String reason;

    @Mixin
    private Directives directives;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (send == null && answer == null) {
            if (body != null) {
                throw wrong("--body says what a message says: give --send RECIPIENT or --answer MESSAGE, too.");
            }
            return withRun(this::list);
        }
        if (send != null && answer != null) {
            throw wrong("--send and --answer exclude each other: an answer goes to whoever asked.");
        }
        if (body == null) {
            throw wrong("--body is missing: say what the message says.");
        }
        Letter letter = answer == null ? message() : withRun(this::answering);
        return directives.say(
                spec,
                List.of(new Directives.Saying(
                        runId,
                        answer == null ? "message to " + send : "answer to " + answer,
                        operator -> operator.send(runId, letter, reason))));
    }

    private Letter message() {
        Letter letter = Letter.to(send, one(kind, "--kind", MessageKind.class, new Kinds()), body)
                .priority(one(priority, "--priority", MessagePriority.class, new Priorities()))
                .topic(topic);
        letter = task == null ? letter : letter.about(task);
        return ttl == null ? letter : letter.ttl(Duration.ofSeconds(ttl));
    }

    private Letter answering(RunView run) {
        ContextWait asking = run.state().mail().contextWanted().stream()
                .filter(wait -> wait.open().contains(answer))
                .findFirst()
                .orElseThrow(() -> new CommandException("Nothing in run " + runId + " waits for an answer to message "
                        + answer + ": `taskgraph mail " + runId + "` lists those that wait."));
        return Letter.to(asking.worker(), MessageKind.CONTEXT, body)
                .about(asking.taskId())
                .answering(answer, "");
    }

    private <E extends Enum<E>> E one(String word, String option, Class<E> of, Iterable<String> words) {
        for (String known : words) {
            if (known.equalsIgnoreCase(word)) {
                return Enum.valueOf(of, known.toUpperCase(Locale.ROOT));
            }
        }
        throw wrong(option + " must be one of " + String.join(", ", words) + ", not " + word + ".");
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private <T> T withRun(Function<RunView, T> what) {
        Cluster cluster = directives.cluster();
        try (SchemaRegistry registry = cluster.registry();
                RunFollower follower = RunFollower.of(cluster.source(registry), List.of(runId))) {
            RunView run = follower.catchUp().run(runId);
            Watch.requireExists(run);
            return what.apply(run);
        }
    }

    private int list(RunView run) {
        PrintWriter out = spec.commandLine().getOut();
        List<Posting> postings = run.state().mail().postings().stream()
                .filter(p -> recipient == null || recipient.equals(p.recipient()))
                .toList();
        if (directives.json()) {
            postings.forEach(p -> out.println(JsonLine.of(MailLines.fields(run, p))));
        } else if (postings.isEmpty()) {
            out.println("Nothing is unread.");
        } else {
            MailLines.of(Terminal.ofProcess(), run, postings, System.currentTimeMillis())
                    .forEach(out::println);
        }
        out.flush();
        return 0;
    }
}
