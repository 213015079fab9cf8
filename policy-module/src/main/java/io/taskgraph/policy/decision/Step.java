package io.taskgraph.policy.decision;

/**
 * One thing that was looked at for a judgement.
 *
 * @param rule a rule's id or a place of the contract
 * @param condition its condition as the document writes it
 * @param outcome {@code matched}, {@code not matched} or {@code failed}
 * @param effect what it answers when it matches: a verdict; of a route the phase that it leads to
 * @param enforcement what that is good for
 * @param reason its reason; when it failed, why
 */
public record Step(
        String rule, String condition, String outcome, String effect, Enforcement enforcement, String reason) {}
