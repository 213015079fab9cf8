package io.taskgraph.policy.decision;

import io.taskgraph.policy.contract.Risk;

/**
 * The task that a question is about.
 *
 * @param risk what it may do; unknown is destructive
 * @param assignee the worker that it is meant for or that holds it; empty: none
 * @param attempt the number of the attempt that is asked about, from 1
 * @param failures attempts that failed
 * @param dependencies how many tasks it depends on
 * @param compensates whether it takes back what another task did
 */
public record TaskSubject(
        String id,
        String title,
        Risk risk,
        int priority,
        String agentType,
        String assignee,
        int attempt,
        int failures,
        int dependencies,
        boolean compensates) {}
