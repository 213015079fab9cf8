package io.taskgraph.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Phase;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.codec.Digests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The decisions of some runs as they stand in the log, and what must hold of them whatever happened to the instances. */
final class DecisionLog implements AutoCloseable {
    private final TopicReader<Decision> reader;
    private final Map<String, List<TopicReader.Entry<Decision>>> runs = new TreeMap<>();
    private final Set<Integer> partitions = new TreeSet<>();
    private final Set<String> completed = new TreeSet<>();

    DecisionLog(String bootstrap, String registryUrl) {
        this(bootstrap, registryUrl, Map.of());
    }

    /** With further properties of the consumer. */
    DecisionLog(String bootstrap, String registryUrl, Map<String, String> properties) {
        reader = new TopicReader<>(
                bootstrap, registryUrl, TopicCatalogue.standard().decisions(), properties);
    }

    /** Reads on until each of the runs is completed; fails when that takes longer than the deadline. */
    void awaitCompletion(Collection<String> runIds, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!completed.containsAll(runIds)) {
            assertThat(System.nanoTime())
                    .as("completed by now: %s of %s", completed, runIds)
                    .isLessThan(end);
            reader.next().forEach(this::add);
        }
    }

    /** The partitions that decisions were written to. */
    Set<Integer> partitions() {
        return partitions;
    }

    /** Nothing lost, nothing inserted: numbered 1, 2, 3…, each naming the hash of the one before. */
    void assertUnbroken(String runId) {
        long sequence = 0;
        Digest previous = Digests.zero();
        for (TopicReader.Entry<Decision> entry : runs.get(runId)) {
            assertThat(entry.value().getSequence()).as("sequence in %s", runId).isEqualTo(++sequence);
            assertThat(entry.value().getPreviousHash())
                    .as("hash before decision %s of %s", sequence, runId)
                    .isEqualTo(previous);
            previous = Digests.ofRecord(entry.bytes());
        }
    }

    /** Each task was completed, by one decision. */
    void assertEachCompletedOnce(String runId, Collection<String> taskIds) {
        Map<String, Integer> expected = new HashMap<>();
        taskIds.forEach(task -> expected.put(task, 1));
        Map<String, Integer> completions = new HashMap<>();
        for (TopicReader.Entry<Decision> entry : runs.get(runId)) {
            for (Fact fact : entry.value().getFacts()) {
                if (fact.getTaskCompleted() != null) {
                    completions.merge(fact.getTaskCompleted().getTaskId(), 1, Integer::sum);
                }
            }
        }
        assertThat(completions).as("completions in %s", runId).isEqualTo(expected);
    }

    private void add(TopicReader.Entry<Decision> entry) {
        String runId = entry.value().getRunId();
        partitions.add(entry.partition());
        runs.computeIfAbsent(runId, id -> new ArrayList<>()).add(entry);
        for (Fact fact : entry.value().getFacts()) {
            if (fact.getPhaseChanged() != null && fact.getPhaseChanged().getTo() == Phase.COMPLETED) {
                completed.add(runId);
            }
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
