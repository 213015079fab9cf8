package io.taskgraph.benchmarks.core;

import io.taskgraph.policy.contract.Phase;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.decision.ActionSubject;
import io.taskgraph.policy.decision.AgentSubject;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Counts;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.RunSubject;
import io.taskgraph.policy.decision.TaskSubject;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a verdict costs by the number of rules, none of which speaks, and what it costs to load a thousand. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class PolicyBenchmark {
    private static final String[] CONDITIONS = {
        "task.risk == 'destructive' && counts.actions > %d",
        "action.tool.startsWith('tool%d.') && agent.type == 'coder'",
        "'team' in run.labels && run.labels['team'] == 'red%d'",
        "run.phase in ['planning', 'idle'] || task.priority > 100%d",
        "now < timestamp('2020-01-01T00:00:00Z') && run.id != 'x%d'",
        "action.tool.matches('^secret%d[.]')"
    };

    static String document(int rules) {
        StringBuilder text = new StringBuilder("name: x\nactions: {profile: local-permissive}\nrules:");
        text.append(rules == 0 ? " []" : "");
        for (int i = 0; i < rules; i++) {
            text.append("\n  - {id: r").append(i).append(", on: [action], effect: deny, reason: no, when: \"");
            text.append(String.format(CONDITIONS[i % CONDITIONS.length], i)).append("\"}");
        }
        return text.toString();
    }

    /** A policy with that many rules and an action that is asked for under it. */
    @State(Scope.Benchmark)
    public static class Asking {
        @Param({"0", "10", "100"})
        int rules;

        Policy policy;
        Question question;

        /** Loads the policy; its rules are silent on the question. */
        @Setup
        public void load() {
            policy = Policy.parse(document(rules));
            RunSubject run = new RunSubject(
                    "r1",
                    "night shift",
                    "clean up",
                    new TreeMap<>(Map.of("team", "blue", "tier", "3")),
                    Phase.EXECUTING,
                    7,
                    12,
                    5,
                    2,
                    90_000);
            TaskSubject task = new TaskSubject("t1", "Sweep", Risk.EXEC, 5, "coder", "w1", 1, 0, 3, false);
            ActionSubject action = new ActionSubject("git.push", Risk.EXEC, "to publish", "ab12");
            question = new Question(
                    Asked.ACTION,
                    run,
                    task,
                    action,
                    null,
                    null,
                    new AgentSubject("w1", "coder"),
                    Counts.NONE,
                    1_700_000_000_000L);
        }
    }

    /** The document of a thousand rules. */
    @State(Scope.Benchmark)
    public static class Loading {
        final String document = document(1_000);
    }

    /** One verdict. */
    @Benchmark
    public Judgement verdict(Asking asking) {
        return asking.policy.judge(asking.question);
    }

    /** Reading, checking and compiling a thousand rules. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public Policy loadThousandRules(Loading loading) {
        return Policy.parse(loading.document);
    }
}
