package io.taskgraph.policy.decision;

/**
 * What is asked of a policy: everything that its rules may look at, so that the answer depends on nothing else. What does
 * not apply is null; a rule that looks at it all the same fails, and what fails denies.
 *
 * @param atMillis the time of the decision, in milliseconds since 1970
 */
public record Question(
        Asked asked,
        RunSubject run,
        TaskSubject task,
        ActionSubject action,
        PatchSubject patch,
        PlanSubject plan,
        AgentSubject agent,
        Counts counts,
        long atMillis) {}
