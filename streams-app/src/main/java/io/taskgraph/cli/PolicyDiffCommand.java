package io.taskgraph.cli;

import io.taskgraph.avro.Decision;
import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.engine.Inquiry;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.replay.PolicyReview;
import io.taskgraph.spec.UnreadableFile;
import java.io.PrintWriter;
import java.util.ArrayList;
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

/** What another policy would have answered. */
@Command(
        name = "diff",
        description = {
            "Ask a proposed policy what the policies of runs were asked while their history was made, and list the"
                    + " verdicts that would have been others.",
            "Nothing is decided anew: what would have followed from another verdict is not known. Caps, flags and"
                    + " budgets are compared by `policy show`; here it is what was asked of rules and the action policy."
        })
final class PolicyDiffCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "This run only (default: all runs).")
    private String runId;

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "POLICY",
            description = "The proposed policy: a file, a preset, a published profile (NAME or NAME@VERSION).")
    private String proposed;

    @Option(names = "--all", description = "All runs: what it does without RUN.")
    private boolean all;

    @Option(names = "--json", description = "One JSON object a verdict that changes, then one that sums up.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    private record Change(Decision decision, Inquiry inquiry, Inquiry.Answer before, Inquiry.Answer after) {}

    @Override
    public Integer call() {
        if (all && runId != null) {
            throw new CommandException("Name a run or say --all, not both.");
        }
        PrintWriter out = spec.commandLine().getOut();
        Policy policy = policy();
        Terminal terminal = json ? Terminal.none() : Terminal.ofProcess();
        Screen screen = new Screen(out, terminal);
        List<Change> changes = new ArrayList<>();
        PolicyReview.Summary summary = PolicyReview.of(
                Replaying.source(connection.cluster(), null),
                Optional.ofNullable(runId),
                Replaying.progress(screen),
                (d, inquiry, pinned) -> {
                    Inquiry.Answer before = inquiry.answer(pinned);
                    Inquiry.Answer after = inquiry.answer(policy);
                    if (!before.word().equals(after.word())) {
                        changes.add(new Change(d, inquiry, before, after));
                    }
                });
        screen.clear();
        if (runId != null && summary.decisions() == 0) {
            throw new CommandException(
                    "There is no run " + runId + " on the decision log: `taskgraph runs` lists those there are.");
        }
        if (json) {
            changes.forEach(c -> out.println(JsonLine.of(fields(c))));
            out.println(JsonLine.of(fields(summary, policy, changes.size())));
        } else {
            print(changes, summary, policy, terminal, out);
        }
        out.flush();
        return 0;
    }

    private Policy policy() {
        try {
            return FoundPolicy.named(
                            proposed, connection.resolve(), spec.commandLine().getErr())
                    .policy();
        } catch (UnreadableFile e) {
            throw PolicyProblems.ending(e, spec.commandLine().getErr());
        }
    }

    private static void print(
            List<Change> changes, PolicyReview.Summary summary, Policy policy, Terminal terminal, PrintWriter out) {
        if (!changes.isEmpty()) {
            Table table = new Table(terminal, "RUN", ">DECISION", "ASKED", "WAS", "WOULD BE", "BECAUSE");
            for (Change c : changes) {
                table.row(
                        c.decision.getRunId(),
                        c.decision.getSequence(),
                        Text.plain(c.inquiry.about()),
                        c.before.word(),
                        c.after.word() + PolicyExplainCommand.by(c.after.rule()),
                        Text.plain(c.after.reason()));
            }
            table.lines().forEach(out::println);
            out.println();
        }
        out.println("Under " + policy.name() + "@" + policy.version() + " " + Counted.of(changes.size(), "verdict")
                + " of " + summary.questions() + " would have been another.");
        notAsked(summary).forEach(what -> out.println(terminal.dim("Not asked again: " + what)));
    }

    private static List<String> notAsked(PolicyReview.Summary s) {
        List<String> not = new ArrayList<>();
        if (s.patchesNotAsked() > 0) {
            not.add(Counted.of(s.patchesNotAsked(), "patch") + " whose input is not to be had any more.");
        }
        if (s.refusedOutsideRuns() > 0) {
            not.add(Counted.of(s.refusedOutsideRuns(), "refusal") + " for runs that never came to be.");
        }
        return not;
    }

    private static Map<String, Object> fields(Change c) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", c.decision.getRunId());
        fields.put("sequence", c.decision.getSequence());
        fields.put("asked", c.inquiry.asked());
        fields.put("about", c.inquiry.about());
        fields.put("before", c.before.word());
        fields.put("before_rule", c.before.rule());
        fields.put("after", c.after.word());
        fields.put("after_rule", c.after.rule());
        fields.put("after_reason", c.after.reason());
        return fields;
    }

    private static Map<String, Object> fields(PolicyReview.Summary s, Policy policy, int changed) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("policy", policy.name() + "@" + policy.version());
        fields.put("policy_digest", policy.digest());
        fields.put("decisions", s.decisions());
        fields.put("questions", s.questions());
        fields.put("changed", changed);
        fields.put("patches_not_asked", s.patchesNotAsked());
        fields.put("refused_outside_runs", s.refusedOutsideRuns());
        return fields;
    }
}
