package io.taskgraph.gates;

/**
 * What topics show beside the decisions that are on them.
 *
 * @param snapshots records on the topic of snapshots; -1: it was not looked at
 * @param truncated partitions of the decision log that do not begin at their first record any more; -1: not looked at
 */
public record TopicEvidence(long snapshots, long truncated) {
    /** Nobody looked, as where decisions do not come from topics. */
    public static final TopicEvidence NONE = new TopicEvidence(-1, -1);
}
