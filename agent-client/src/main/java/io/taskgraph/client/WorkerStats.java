package io.taskgraph.client;

/**
 * What a worker has done since its start.
 *
 * @param delivered commands taken from the queue that were for it, redeliveries included
 * @param foreign commands passed over because they are for another agent type
 * @param succeeded attempts reported as submitted
 * @param failed attempts reported as failed
 * @param cancelled attempts that the control plane cancelled while they ran
 * @param released commands and attempts given back undone
 * @param repeated commands delivered again although their lease was reported already; not done again
 * @param unreadable commands that could not be decoded
 * @param reports reports that the broker has
 */
public record WorkerStats(
        long delivered,
        long foreign,
        long succeeded,
        long failed,
        long cancelled,
        long released,
        long repeated,
        long unreadable,
        long reports) {}
