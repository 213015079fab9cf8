package io.taskgraph.policy.rules;

import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Enforcement;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Note;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Step;
import io.taskgraph.policy.decision.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The rules of a policy and how they judge. Deny overrides await, await overrides allow; among rules with the same answer
 * the first by priority (greatest first), then id, is named. Immutable; may be asked by several threads at once.
 */
public final class RuleBook {
    private static final Comparator<Rule> ORDER =
            Comparator.comparingInt(Rule::priority).reversed().thenComparing(Rule::id);

    private final List<Rule> rules;
    private final Judged[][] byAsked = new Judged[Asked.values().length][];

    /** A book of these rules, in whatever order. */
    public RuleBook(List<Rule> rules) {
        this.rules = rules.stream().sorted(ORDER).toList();
        for (Asked asked : Asked.values()) {
            byAsked[asked.ordinal()] = this.rules.stream()
                    .filter(r -> r.on().contains(asked))
                    .map(r -> new Judged(r, new Judgement(r.effect(), r.id(), r.reason(), List.of())))
                    .toArray(Judged[]::new);
        }
    }

    /** A rule and the judgement that it brings about, made once. */
    private record Judged(Rule rule, Judgement judgement) {}

    /** All rules, by priority, then id. */
    public List<Rule> rules() {
        return rules;
    }

    /** Whether any rule is on such questions. */
    public boolean asks(Asked asked) {
        return byAsked[asked.ordinal()].length > 0;
    }

    /**
     * The answer to a question.
     *
     * @param contract what the rest of the document answers; rules may only tighten it. A rule that answers the same is
     *     named in its stead, for it gives the better reason
     */
    public Judgement judge(Judgement contract, Question question) {
        Judged[] asked = byAsked[question.asked().ordinal()];
        if (asked.length == 0) {
            return contract;
        }
        Evaluation evaluation = new Evaluation(question);
        Judgement held = contract;
        boolean byRule = false;
        List<Tried> tried = null;
        for (Judged each : asked) {
            Rule rule = each.rule();
            boolean enforced = rule.enforcement() == Enforcement.ENFORCE;
            if (enforced && byRule && held.verdict() == Verdict.DENY) {
                // Nothing can override it, and no rule after it is named before it.
                continue;
            }
            Judgement answer = answer(each, evaluation);
            if (answer == null) {
                continue;
            }
            if (!enforced) {
                tried = tried == null ? new ArrayList<>() : tried;
                tried.add(new Tried(
                        new Note(rule.id(), rule.enforcement(), answer.verdict(), answer.reason()),
                        answer != each.judgement()));
            } else if (answer.verdict().compareTo(held.verdict()) > 0
                    || answer.verdict() == held.verdict() && !byRule) {
                held = answer;
                byRule = true;
            }
        }
        return tried == null ? held : noted(held, tried);
    }

    /** With the notes of the rules that would have made it another verdict, and of those that failed. */
    private static Judgement noted(Judgement held, List<Tried> tried) {
        List<Note> notes = tried.stream()
                .filter(t -> t.failed() || t.note().verdict().compareTo(held.verdict()) > 0)
                .map(Tried::note)
                .toList();
        return notes.isEmpty() ? held : new Judgement(held.verdict(), held.rule(), held.reason(), notes);
    }

    /** What a rule said that is only tried out. */
    private record Tried(Note note, boolean failed) {}

    /** What a rule answers; null: its condition does not hold. */
    private static Judgement answer(Judged each, Evaluation evaluation) {
        try {
            return each.rule().when().holds(evaluation) ? each.judgement() : null;
        } catch (Unevaluable e) {
            return new Judgement(
                    Verdict.DENY, each.rule().id(), failure(each.rule().id(), e), List.of());
        }
    }

    private static String failure(String rule, Unevaluable e) {
        return "rule " + rule + " could not be evaluated: " + e.getMessage();
    }

    /** Each rule on such questions with what came of its condition, in the order of looking. */
    public List<Step> explain(Question question) {
        Evaluation evaluation = new Evaluation(question);
        List<Step> steps = new ArrayList<>();
        for (Judged each : byAsked[question.asked().ordinal()]) {
            Rule rule = each.rule();
            String outcome;
            String reason = rule.reason();
            try {
                outcome = rule.when().holds(evaluation) ? "matched" : "not matched";
            } catch (Unevaluable e) {
                outcome = "failed";
                reason = failure(rule.id(), e);
            }
            steps.add(new Step(
                    rule.id(), rule.when().text(), outcome, rule.effect().name(), rule.enforcement(), reason));
        }
        return steps;
    }
}
