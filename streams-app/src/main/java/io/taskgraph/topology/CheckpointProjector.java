package io.taskgraph.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.CheckpointTaken;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.engine.Checkpoints;
import io.taskgraph.engine.Run;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Decisions that took checkpoints as the records of these, and as tombstones of those that made way. */
final class CheckpointProjector implements Processor<String, Projection, byte[], byte[]> {
    /** What stands between a run's id and the rest of a key: no id has it. */
    private static final byte SLASH = '/';

    private final Wiring wiring;
    private ProcessorContext<byte[], byte[]> context;

    CheckpointProjector(Wiring wiring) {
        this.wiring = wiring;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> c) {
        context = c;
    }

    @Override
    public void process(Record<String, Projection> record) {
        if (record.value() instanceof Projection.OfDecision of) {
            Decision d = of.decided().decision();
            for (Fact f : d.getFacts()) {
                if (f.getCheckpointTaken() != null) {
                    project(of.run(), d, f.getCheckpointTaken());
                }
                if (f.getRunForgotten() != null) {
                    f.getRunForgotten()
                            .getCheckpoints()
                            .forEach(id -> context.forward(new Record<>(
                                    key(of.run(), id), null, d.getDecidedAt().toEpochMilli())));
                }
            }
        }
    }

    private void project(Run run, Decision d, CheckpointTaken taken) {
        long at = d.getDecidedAt().toEpochMilli();
        byte[] value = wiring.checkpoints.write(Checkpoints.record(run, d, taken));
        context.forward(new Record<>(key(run, taken.getName() + "@" + taken.getVersion()), value, at));
        for (String id : taken.getDropped()) {
            context.forward(new Record<>(key(run, id), null, at));
        }
    }

    private static byte[] key(Run run, String id) {
        return (run.runId() + (char) SLASH + id).getBytes(UTF_8);
    }

    /** Whose partition is that of the run, although the key says more. */
    static final class ByRun implements StreamPartitioner<byte[], byte[]> {
        @Override
        public Optional<Set<Integer>> partitions(String topic, byte[] key, byte[] value, int partitions) {
            int end = 0;
            while (end < key.length && key[end] != SLASH) {
                end++;
            }
            byte[] run = java.util.Arrays.copyOf(key, end);
            return Optional.of(Set.of(Utils.toPositive(Utils.murmur2(run)) % partitions));
        }
    }
}
