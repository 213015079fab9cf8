package io.taskgraph.policy.contract;

import io.taskgraph.policy.decision.ActionSubject;
import io.taskgraph.policy.decision.Enforcement;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Step;
import io.taskgraph.policy.decision.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a document says of actions before its rules are asked: by tool, then by risk. Its judgements are made once. */
final class ActionTable {
    /** What a document says that says nothing: no action at all. */
    static final ActionTable NOTHING = new ActionTable(
            Map.of(
                    Risk.READ, Verdict.DENY,
                    Risk.WRITE, Verdict.DENY,
                    Risk.EXEC, Verdict.DENY,
                    Risk.DESTRUCTIVE, Verdict.DENY),
            List.of(new ToolPattern("*")),
            List.of());

    private static final String DENY = "actions.deny";
    private static final String TOOLS = "actions.tools";
    private static final Judgement NO_ACTION =
            new Judgement(Verdict.DENY, TOOLS, "the question names no tool", List.of());
    private static final Judgement OTHER_TOOL =
            new Judgement(Verdict.DENY, TOOLS, "the tool is not among those that may be used", List.of());

    private final Map<Risk, Verdict> byRisk;
    private final List<ToolPattern> allow;
    private final List<ToolPattern> deny;
    private final Judgement[] risks = new Judgement[Risk.values().length];
    private final List<Judgement> denied;

    ActionTable(Map<Risk, Verdict> byRisk, List<ToolPattern> allow, List<ToolPattern> deny) {
        this.byRisk = new EnumMap<>(byRisk);
        this.allow = List.copyOf(allow);
        this.deny = List.copyOf(deny);
        for (Risk risk : Risk.values()) {
            risks[risk.ordinal()] =
                    new Judgement(byRisk.get(risk), place(risk), reason(risk, byRisk.get(risk)), List.of());
        }
        this.denied = this.deny.stream()
                .map(p -> new Judgement(Verdict.DENY, DENY, "tools named " + p.text() + " may not be used", List.of()))
                .toList();
    }

    private static String place(Risk risk) {
        return "actions." + risk.key();
    }

    private static String reason(Risk risk, Verdict verdict) {
        return switch (verdict) {
            case ALLOW -> "actions of risk " + risk.key() + " are allowed";
            case AWAIT_APPROVAL -> "actions of risk " + risk.key() + " need approval";
            case DENY -> "actions of risk " + risk.key() + " are not allowed";
        };
    }

    Verdict verdict(Risk risk) {
        return byRisk.get(risk);
    }

    Map<Risk, Verdict> byRisk() {
        return byRisk;
    }

    List<ToolPattern> allow() {
        return allow;
    }

    List<ToolPattern> deny() {
        return deny;
    }

    Judgement judge(ActionSubject action) {
        if (action == null || action.tool() == null) {
            return NO_ACTION;
        }
        for (int i = 0; i < deny.size(); i++) {
            if (deny.get(i).matches(action.tool())) {
                return denied.get(i);
            }
        }
        return allows(action.tool()) ? risks[risk(action).ordinal()] : OTHER_TOOL;
    }

    private boolean allows(String tool) {
        for (int i = 0; i < allow.size(); i++) {
            if (allow.get(i).matches(tool)) {
                return true;
            }
        }
        return false;
    }

    private static Risk risk(ActionSubject action) {
        return action.risk() == null ? Risk.DESTRUCTIVE : action.risk();
    }

    /** What {@link #judge} looks at, in its order. */
    List<Step> explain(ActionSubject action) {
        Judgement judged = judge(action);
        List<Step> steps = new ArrayList<>();
        if (judged == NO_ACTION) {
            return List.of(step(TOOLS, "a tool is named", false, NO_ACTION));
        }
        for (int i = 0; i < deny.size(); i++) {
            String condition = "action.tool is named " + deny.get(i).text();
            steps.add(step(DENY, condition, deny.get(i).matches(action.tool()), denied.get(i)));
        }
        String among = allow.stream()
                .map(ToolPattern::text)
                .reduce((a, b) -> a + ", " + b)
                .orElse("nothing");
        steps.add(step(TOOLS, "action.tool is not named " + among, !allows(action.tool()), OTHER_TOOL));
        Risk risk = risk(action);
        steps.add(step(place(risk), "action.risk is " + risk.key(), true, risks[risk.ordinal()]));
        return steps;
    }

    private static Step step(String place, String condition, boolean matched, Judgement judgement) {
        return new Step(
                place,
                condition,
                matched ? "matched" : "not matched",
                judgement.verdict().name(),
                Enforcement.ENFORCE,
                judgement.reason());
    }
}
