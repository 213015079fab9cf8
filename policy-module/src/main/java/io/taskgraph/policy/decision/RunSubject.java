package io.taskgraph.policy.decision;

import io.taskgraph.policy.contract.Phase;
import java.util.SortedMap;

/**
 * The run that a question is about, as it is before what is asked. A text that does not apply is empty.
 *
 * @param labels what it was labelled with at creation
 * @param graphVersion grows by one with each accepted change of the graph
 * @param tasks live tasks, archived ones not counted
 * @param unfinished tasks that have not ended
 * @param inFlight attempts that agents hold or are offered
 * @param ageMillis time since its creation
 */
public record RunSubject(
        String id,
        String name,
        String goal,
        SortedMap<String, String> labels,
        Phase phase,
        long graphVersion,
        int tasks,
        int unfinished,
        int inFlight,
        long ageMillis) {}
