package io.taskgraph.gates;

import io.taskgraph.replay.RunVerdict;
import java.util.List;

/**
 * What a gate judges from.
 *
 * @param runs how many runs the window takes in
 * @param tally what the gate counted over them
 * @param replayed what replay found of them
 * @param topics what the topics themselves say beside their decisions
 */
record Evidence(int runs, Tally tally, List<RunVerdict> replayed, TopicEvidence topics) {}
