package io.taskgraph.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * What is measured, and how.
 *
 * @param variants what the runs of W1 are, at least one; with several, their windows are measured in turn, and hops under
 *     the first
 * @param inFlight runs that are being worked on at once at saturation
 * @param warmUpSeconds load before the measured window
 * @param windowSeconds the measured window
 * @param turns with several variants: in how many parts each one's warm-up and window are taken, in turn
 * @param latencyRuns runs worked off one after the other, after a tenth as many to warm up
 * @param limitRecords records that the limit's topology works off
 * @param heartbeats a second under which hops are measured once more, 0: they are not
 * @param partitions of each topic
 * @param threads stream threads, of the control plane and of the limit's topology
 * @param concurrency tasks that the worker process does at once
 * @param batch commands it takes at once
 * @param readers members of the share group that it is
 * @param workerJvm further JVM options of the worker process
 * @param streams further Kafka properties, of the control plane and of the limit's topology alike
 * @param broker further broker properties
 */
record BenchSettings(
        List<Variant> variants,
        int inFlight,
        int warmUpSeconds,
        int windowSeconds,
        int turns,
        int latencyRuns,
        int limitRecords,
        int heartbeats,
        int partitions,
        int threads,
        int concurrency,
        int batch,
        int readers,
        String workerJvm,
        Map<String, String> streams,
        Map<String, String> broker) {}
