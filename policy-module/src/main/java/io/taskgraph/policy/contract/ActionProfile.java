package io.taskgraph.policy.contract;

import static io.taskgraph.policy.decision.Verdict.ALLOW;
import static io.taskgraph.policy.decision.Verdict.AWAIT_APPROVAL;
import static io.taskgraph.policy.decision.Verdict.DENY;

import io.taskgraph.policy.decision.Verdict;
import java.util.List;

/** A named answer for each risk of an action, and how many actions a run gets. */
public enum ActionProfile {
    /** One's own machine: only what destroys is asked for. */
    LOCAL_PERMISSIVE("local-permissive", List.of(ALLOW, ALLOW, ALLOW, AWAIT_APPROVAL), 250),
    /** Looking is free, everything else is asked for. */
    STRICT("strict", List.of(ALLOW, AWAIT_APPROVAL, AWAIT_APPROVAL, AWAIT_APPROVAL), 120),
    /** An organisation's machine: agents change things with approval and run nothing. */
    MANAGED("managed", List.of(ALLOW, AWAIT_APPROVAL, DENY, DENY), 80);

    private final String key;
    private final List<Verdict> byRisk;
    private final long maxActions;

    ActionProfile(String key, List<Verdict> byRisk, long maxActions) {
        this.key = key;
        this.byRisk = byRisk;
        this.maxActions = maxActions;
    }

    /** Its name in a document. */
    public String key() {
        return key;
    }

    /** What it answers to an action of that risk. */
    public Verdict verdict(Risk risk) {
        return byRisk.get(risk.ordinal());
    }

    /** What it makes of {@code max_actions}, unless the document says that itself. */
    public long maxActions() {
        return maxActions;
    }
}
