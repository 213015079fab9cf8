package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Mutation;
import io.taskgraph.engine.Apply;
import io.taskgraph.engine.Inquiries;
import io.taskgraph.engine.Inquiry;
import io.taskgraph.engine.Run;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the policy again, decision by decision, what it was asked when the history was made. The runs are folded with the
 * live {@code apply}; nothing is decided anew: what follows from another verdict is not known.
 *
 * <p>Memory: the state of the runs that are reviewed, and their mutations as far as the topic still has them.
 */
public final class PolicyReview {
    /** Hears what was asked. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A question of a decision.
         *
         * @param pinned the policy that the run had pinned
         */
        void asked(Decision decision, Inquiry inquiry, Policy pinned);
    }

    /**
     * What was reviewed.
     *
     * @param decisions decisions read
     * @param questions questions asked again
     * @param patchesNotAsked patches that could not be asked about, for their input is not to be had any more
     * @param refusedOutsideRuns refusals for runs that never came to be, about which nothing can be asked
     */
    public record Summary(long decisions, long questions, long patchesNotAsked, long refusedOutsideRuns) {}

    private final ReplaySource source;
    private final String only;
    private final Listener listener;
    private final Map<String, Run> runs = new TreeMap<>();
    private final Map<String, Mutation> mutations = new HashMap<>();
    private long decisions;
    private long questions;
    private long patchesNotAsked;
    private long outside;

    private PolicyReview(ReplaySource source, String only, Listener listener) {
        this.source = source;
        this.only = only;
        this.listener = listener;
    }

    /**
     * Reviews the log.
     *
     * @param only the run to review, or empty for all
     * @throws UnreadableRecordException if a decision cannot be read
     */
    public static Summary of(ReplaySource source, Optional<String> only, Replay.Progress progress, Listener listener) {
        return new PolicyReview(source, only.orElse(null), listener).run(progress);
    }

    private Summary run(Replay.Progress progress) {
        RegistryConfig config = RegistryConfig.of(source.registryUrl()).with(source.properties());
        try (SchemaRegistry registry = SchemaRegistry.open(config);
                TopicScan scan = new TopicScan(source)) {
            RecordDeserializer<Mutation> inputs =
                    registry.deserializer(source.topics().mutations());
            scan.read(scan.partitions(source.topics().mutations().name()), r -> remember(r, inputs), behind -> {});
            RecordDeserializer<Decision> log =
                    registry.deserializer(source.topics().decisions());
            java.util.List<TopicPartition> partitions =
                    scan.partitions(source.topics().decisions().name());
            long total = scan.size(partitions);
            scan.read(partitions, r -> review(r, log), behind -> progress.at(behind, total));
        }
        return new Summary(decisions, questions, patchesNotAsked, outside);
    }

    private void remember(ConsumerRecord<byte[], byte[]> r, RecordDeserializer<Mutation> reader) {
        if (r.key() == null || r.value() == null || only != null && !only.equals(new String(r.key(), UTF_8))) {
            return;
        }
        try {
            mutations.put(at(r.partition(), r.offset()), reader.read(r.value()));
        } catch (UnreadableRecordException e) {
            // It was no input: it stands among the dead letters.
        }
    }

    private void review(ConsumerRecord<byte[], byte[]> r, RecordDeserializer<Decision> reader) {
        if (only != null && !OfRun.hasKey(r, only.getBytes(UTF_8))) {
            return;
        }
        decisions++;
        Decision d = reader.read(r.value());
        if (d.getSequence() == 0) {
            outside++;
            return;
        }
        Run run = runs.computeIfAbsent(d.getRunId(), Run::of);
        ask(run, d);
        Apply.decision(run, d);
        run.sealUnstored();
        run.chain(Digests.ofRecord(r.value()).bytes());
    }

    private void ask(Run run, Decision d) {
        boolean mutation =
                d.getCause().getFamily().equals("mutations") && d.getCause().getOffset() >= 0;
        Mutation input = mutation
                ? mutations.remove(at(d.getCause().getPartition(), d.getCause().getOffset()))
                : null;
        if (mutation && input == null) {
            patchesNotAsked++;
        }
        for (Inquiry i : Inquiries.of(run, d, input)) {
            questions++;
            listener.asked(d, i, i.pinned());
        }
    }

    private static String at(int partition, long offset) {
        return partition + "/" + offset;
    }
}
