package io.taskgraph.policy.decision;

import io.taskgraph.policy.contract.Risk;

/**
 * The action that an agent asks for.
 *
 * @param tool what it would act with
 * @param risk what that may do, as the agent says; unknown is destructive
 * @param purpose why, in a few words
 * @param argumentsDigest hex digest of the exact arguments
 */
public record ActionSubject(String tool, Risk risk, String purpose, String argumentsDigest) {}
