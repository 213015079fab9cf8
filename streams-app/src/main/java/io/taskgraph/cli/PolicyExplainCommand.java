package io.taskgraph.cli;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.Decision;
import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.engine.Inquiry;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.decision.Step;
import io.taskgraph.query.Said;
import io.taskgraph.replay.PolicyReview;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Why the policy answered as it did. */
@Command(
        name = "explain",
        description = {
            "Explain, rule by rule, what the policy that a run had pinned answered when a decision was made.",
            "The run is folded from the log up to that decision, and the policy is asked again what it was asked then."
        })
final class PolicyExplainCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DECISION",
            description = "The decision's number, as refusals, `show` and `approvals` tell it (default: the latest that"
                    + " asked the policy).")
    private Long sequence;

    @Option(names = "--task", paramLabel = "ID", description = "Only what was asked about this task.")
    private String taskId;

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "5",
            description = "Without DECISION: so many of the latest questions (default: ${DEFAULT-VALUE}).")
    private int last;

    @Option(names = "--json", description = "One JSON object a question.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    private record Asked(Decision decision, Inquiry inquiry, Policy pinned) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Terminal terminal = json ? Terminal.none() : Terminal.ofProcess();
        Screen screen = new Screen(out, terminal);
        Deque<Asked> asked = new ArrayDeque<>();

        PolicyReview.Summary summary = PolicyReview.of(
                Replaying.source(connection.cluster(), null),
                Optional.of(runId),
                Replaying.progress(screen),
                (d, inquiry, pinned) -> {
                    if (wanted(d, inquiry)) {
                        asked.add(new Asked(d, inquiry, pinned));
                        if (sequence == null && asked.size() > Math.max(1, last)) {
                            asked.remove();
                        }
                    }
                });
        screen.clear();
        if (summary.decisions() == 0) {
            throw new CommandException(
                    "There is no run " + runId + " on the decision log: `taskgraph runs` lists those there are.");
        }
        if (asked.isEmpty()) {
            throw new CommandException("The policy of run " + runId + " was asked nothing"
                    + (sequence == null ? "" : " by decision " + sequence)
                    + (taskId == null ? "" : " about task " + taskId) + ".");
        }
        asked.forEach(a -> tell(a, terminal, out));
        out.flush();
        return 0;
    }

    private boolean wanted(Decision d, Inquiry inquiry) {
        return (sequence == null || d.getSequence() == sequence)
                && (taskId == null
                        || inquiry.question().task() != null
                                && inquiry.question().task().id().equals(taskId));
    }

    private void tell(Asked a, Terminal terminal, PrintWriter out) {
        List<Step> steps = a.inquiry().steps(a.pinned());
        Inquiry.Answer answer = a.inquiry().answer(a.pinned());
        if (json) {
            out.println(JsonLine.of(fields(a, answer, steps)));
            return;
        }
        out.println(terminal.bold("Decision " + a.decision().getSequence()) + ": "
                + Text.plain(a.inquiry().about()) + ", under " + a.pinned().name() + "@"
                + a.pinned().version() + said(a.decision().getCause()));
        out.println("  " + answer.word() + by(answer.rule())
                + (answer.reason().isEmpty() ? "" : ": " + Text.plain(answer.reason())));
        if (!steps.isEmpty()) {
            Table table = new Table(terminal, "RULE", "OUTCOME", "EFFECT", "ENFORCEMENT", "CONDITION");
            for (Step s : steps) {
                table.row(
                        s.rule(),
                        s.outcome(),
                        s.effect() == null ? "" : s.effect(),
                        s.enforcement() == null ? "" : s.enforcement().key(),
                        Text.plain(s.condition()));
            }
            table.lines().forEach(line -> out.println("  " + line));
        }
        out.println();
    }

    /** On whose word it was decided. */
    private static String said(Cause cause) {
        String by = Said.by(cause);
        return by.isEmpty() ? "" : ", on " + cause.getFamily() + " by " + Text.plain(by);
    }

    static String by(String rule) {
        return rule.isEmpty() ? " by the contract" : " by " + rule;
    }

    private static Map<String, Object> fields(Asked a, Inquiry.Answer answer, List<Step> steps) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", a.decision().getRunId());
        fields.put("sequence", a.decision().getSequence());
        fields.put("family", a.decision().getCause().getFamily());
        fields.put("actor", a.decision().getCause().getActor());
        fields.put("proof", EventLines.proof(a.decision().getCause()));
        fields.put("asked", a.inquiry().asked());
        fields.put("about", a.inquiry().about());
        fields.put("policy", a.pinned().name() + "@" + a.pinned().version());
        fields.put("policy_digest", a.pinned().digest());
        fields.put("verdict", answer.word());
        fields.put("rule", answer.rule());
        fields.put("reason", answer.reason());
        fields.put("steps", steps.stream().map(PolicyExplainCommand::fields).toList());
        return fields;
    }

    private static Map<String, Object> fields(Step s) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("rule", s.rule());
        fields.put("condition", s.condition());
        fields.put("outcome", s.outcome());
        fields.put("effect", s.effect());
        fields.put(
                "enforcement", s.enforcement() == null ? null : s.enforcement().key());
        fields.put("reason", s.reason());
        return fields;
    }
}
