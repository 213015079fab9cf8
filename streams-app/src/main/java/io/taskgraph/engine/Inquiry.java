package io.taskgraph.engine;

import io.taskgraph.policy.contract.Phase;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Step;
import java.util.List;

/** Something that the policy was asked when a decision was made, so that the same or another one can be asked anew. */
public sealed interface Inquiry {
    /**
     * What a policy answers.
     *
     * @param word a verdict, or a phase where it is asked for one
     * @param rule the rule or route that it is by; empty: the contract itself
     * @param reason why, for a person; may be empty
     */
    record Answer(String word, String rule, String reason) {}

    /** What is asked, in one word: as rules name their questions, and {@code end} for where a run goes at its end. */
    String asked();

    /** For people: {@code action "db.drop" of task "a"}. */
    String about();

    /** All that rules may look at. */
    Question question();

    /** The policy that was asked. */
    Policy pinned();

    /** What a policy answers to it. */
    Answer answer(Policy policy);

    /** How a policy comes to its answer: what it looks at, in that order. */
    List<Step> steps(Policy policy);

    /** Whether something may be; of a plan, what becomes of it. */
    record Judged(String about, Question question, Policy pinned) implements Inquiry {
        @Override
        public String asked() {
            return question.asked().key();
        }

        @Override
        public Answer answer(Policy policy) {
            Judgement j = question.asked() == Asked.PLAN ? policy.planned(question) : policy.judge(question);
            return new Answer(j.verdict().name(), j.rule(), j.reason());
        }

        @Override
        public List<Step> steps(Policy policy) {
            return policy.explain(question).steps();
        }
    }

    /**
     * Where a run goes whose tasks have all ended.
     *
     * @param lookedAt whether an operator had let it go on
     */
    record Routed(Question question, Policy pinned, boolean lookedAt) implements Inquiry {
        @Override
        public String asked() {
            return "end";
        }

        @Override
        public String about() {
            return "the end of its work";
        }

        Ending ending(Policy policy) {
            return Ending.of(policy, () -> question, lookedAt);
        }

        @Override
        public Answer answer(Policy policy) {
            Ending end = ending(policy);
            return new Answer(end.to().name(), end.rule(), end.reason());
        }

        @Override
        public List<Step> steps(Policy policy) {
            return policy.explain(Phase.EXECUTING, question);
        }
    }
}
