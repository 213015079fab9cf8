package io.taskgraph.cli;

import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TraceParent;
import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.Planner;
import io.taskgraph.spec.InputFile;
import io.taskgraph.spec.PatchHistory;
import io.taskgraph.spec.RunSpecification;
import io.taskgraph.spec.UnreadableFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Creates a run from each file and says what was decided. */
@Command(
        name = "submit",
        description = {
            "Create a run from each file, and say what the control plane decided.",
            "A run specification (YAML or JSON) becomes a run in one decision. A patch history (JSON lines) becomes a run"
                    + " whose patches are sent in order; it pins the preset `offline` unless --preset says otherwise,"
                    + " for its patches tell themselves what became of the tasks.",
            "Exits with 1 if anything was refused."
        })
final class SubmitCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Run specifications and patch histories.")
    private List<Path> files;

    @Option(
            names = "--run-id",
            paramLabel = "ID",
            description = "Id of the new run, with one file only (default: from its name, with a unique ending).")
    private String runId;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Pin this policy, whatever the file says: a preset or a published profile, NAME or NAME@VERSION.")
    private String preset;

    @Mixin
    private Tracing tracing;

    @Option(names = "--watch", description = "Then watch the runs until they end, as `watch` does.")
    private boolean watch;

    @Option(names = "--json", description = "One JSON object for each decision.")
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
        if (runId != null && files.size() > 1) {
            throw new ParameterException(
                    spec.commandLine(), "--run-id names one run, but there are " + files.size() + " files.");
        }
        String name = actor.name();
        List<Submission> submissions = read();
        Cluster cluster = connection.cluster();
        List<String> created = new ArrayList<>();
        boolean allAccepted = true;
        try (Client client = Waiting.toConnect(
                cluster, spec.commandLine().getErr(), () -> Client.connect(cluster.client(timeout.duration())))) {
            Planner planner = client.planner(name);
            for (Submission submission : submissions) {
                Count count = new Count();
                submission.send(planner, name, (seq, answer) -> tell(submission, seq, answer, count));
                sum(submission, count);
                allAccepted &= count.refused == 0;
                if (count.exists) {
                    created.add(submission.runId());
                }
            }
        }
        if (watch && !created.isEmpty()) {
            Screen screen = new Screen(out(), json ? Terminal.none() : Terminal.ofProcess());
            allAccepted &= Watch.untilOver(cluster, created, screen, json);
        }
        return allAccepted ? 0 : 1;
    }

    /** All files are read before anything is sent. */
    private List<Submission> read() {
        TraceParent trace = tracing.given(spec.commandLine());
        List<Submission> submissions = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            try {
                InputFile input = InputFile.read(file);
                submissions.add(
                        runId == null
                                ? Submission.of(file, input, preset, trace)
                                : new Submission(file, input, runId, preset, trace));
            } catch (UnreadableFile e) {
                problems.addAll(e.sentences());
            }
        }
        if (!problems.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            problems.subList(0, problems.size() - 1).forEach(problem -> err.println("taskgraph: " + problem));
            throw new CommandException(problems.get(problems.size() - 1));
        }
        return submissions;
    }

    private static final class Count {
        private boolean exists;
        private int accepted;
        private int refused;
        private long version;
    }

    private void tell(Submission submission, Long seq, Answer answer, Count count) {
        count.version = answer.graphVersion();
        if (answer.accepted()) {
            count.accepted++;
            count.exists = true;
        } else {
            count.refused++;
        }
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", submission.file().toString());
            if (seq != null) {
                fields.put("seq", seq);
            }
            fields.putAll(Answers.fields(answer));
            out().println(JsonLine.of(fields));
        } else if (!answer.accepted()) {
            out().println("refused   " + submission.runId() + "  " + (seq == null ? "" : "patch " + seq + "  ")
                    + Answers.refusal(answer) + remedy(answer) + "  (" + submission.file() + ")");
        } else if (submission.input() instanceof RunSpecification run) {
            out().println("accepted  " + submission.runId() + "  version " + answer.graphVersion() + "  "
                    + Counted.of(run.tasks().size(), "task") + "  (" + submission.file() + ")");
        }
        out().flush();
    }

    /** Caps are a policy's: another may be pinned. */
    private static String remedy(Answer answer) {
        boolean cap = answer.refusal()
                .filter(r -> r.code() == RejectionCode.CAP_EXCEEDED)
                .isPresent();
        return cap ? "; `--preset NAME` pins a policy with other caps (`taskgraph policy list`)" : "";
    }

    private void sum(Submission submission, Count count) {
        if (!json && count.exists && submission.input() instanceof PatchHistory history) {
            out().println("accepted  " + submission.runId() + "  version " + count.version + "  "
                    + (count.accepted - 1) + " of "
                    + Counted.of(history.patches().size(), "patch") + ", "
                    + count.refused + " refused  (" + submission.file() + ")");
            out().flush();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
