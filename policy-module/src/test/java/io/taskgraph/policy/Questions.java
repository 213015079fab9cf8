package io.taskgraph.policy;

import io.taskgraph.policy.contract.Phase;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.decision.ActionSubject;
import io.taskgraph.policy.decision.AgentSubject;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Counts;
import io.taskgraph.policy.decision.PatchSubject;
import io.taskgraph.policy.decision.PlanSubject;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.RunSubject;
import io.taskgraph.policy.decision.TaskSubject;
import java.util.Map;
import java.util.TreeMap;

/** Questions of an ordinary run, for tests. */
public final class Questions {
    /** 2023-11-14T22:13:20Z, a Tuesday. */
    public static final long AT = 1_700_000_000_000L;

    public static final RunSubject RUN = new RunSubject(
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
    public static final Counts COUNTS = new Counts(77, 3, 1, 20, 2, 0, 1, 5_000, 1_250_000, 60_000);

    private Questions() {}

    public static Question action(String tool, Risk risk) {
        return new Question(
                Asked.ACTION,
                RUN,
                task(Risk.EXEC),
                new ActionSubject(tool, risk, "to see what is there", "ab12"),
                null,
                null,
                new AgentSubject("w1", "coder"),
                COUNTS,
                AT);
    }

    public static Question dispatch(Risk risk) {
        return new Question(Asked.DISPATCH, RUN, task(risk), null, null, null, null, COUNTS, AT);
    }

    public static Question plan(int tasks, int destructive) {
        return new Question(
                Asked.PLAN,
                RUN,
                null,
                null,
                null,
                new PlanSubject(tasks, tasks - destructive, 0, 0, destructive, 0),
                null,
                COUNTS,
                AT);
    }

    public static Question patch(Asked asked, int added) {
        return new Question(
                asked, RUN, null, null, new PatchSubject(added, added, 0, 0, Risk.WRITE), null, null, COUNTS, AT);
    }

    private static TaskSubject task(Risk risk) {
        return new TaskSubject("t1", "Sweep", risk, 5, "coder", "", 2, 1, 3, false);
    }
}
